import type { ReplayCommand, ReplayState } from '../bones.ts';
import { post } from './api.ts';
import { byId } from './dom.ts';

const speeds: readonly number[] = [100, 1000, 5000, 20_000];

const optionOf = (speed: number): { readonly value: string; readonly label: string } => ({
  value: String(speed),
  label: `${speed.toLocaleString()}×`,
});

/** The controls of the replay. Returns what shows a new state in them. */
export const setUpReplay = (): ((state: ReplayState) => void) => {
  const play = byId('play', 'skin-button');
  const speed = byId('speed', 'skin-select');
  speed.options = speeds.map(optionOf);
  let status: ReplayState['status'] = 'playing';
  const send = (command: ReplayCommand): void => void post('/api/replay', command);
  play.addEventListener('click', () =>
    send({ action: status === 'playing' ? 'pause' : status === 'finished' ? 'restart' : 'play' }),
  );
  byId('restart', 'skin-button').addEventListener('click', () => send({ action: 'restart' }));
  speed.addEventListener('change', () => send({ speed: Number(speed.value) }));
  return (state) => {
    if (state.status !== status || play.textContent === '') {
      status = state.status;
      play.textContent = status === 'playing' ? 'Pause' : status === 'paused' ? 'Play' : 'Play again';
    }
    if (!speeds.includes(state.speed)) speed.options = [...speeds, state.speed].map(optionOf);
    if (speed.value !== String(state.speed)) speed.value = String(state.speed);
  };
};
