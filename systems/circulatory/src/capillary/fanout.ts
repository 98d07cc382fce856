import type { Heart } from '../heart/heart.ts';
import { FrameError } from './errors.ts';

/** A message for a room, on its way to the other processes. */
export interface Announcement {
  /** The process that it comes from. */
  readonly from: string;
  readonly room: string;
  /** The message as JSON. */
  readonly text: string;
}

/** Port to the other processes that serve the same rooms. */
export interface Fanout {
  /** Tells all processes, this one perhaps included. */
  publish(announcement: Announcement): void | Promise<unknown>;
  /** Hears what is published from now on; disposed when the channel stops. */
  subscribe(listener: (announcement: Announcement) => void): AsyncDisposable | Promise<AsyncDisposable>;
}

const check = (data: unknown): Announcement => {
  const { from, room, text } = (data ?? {}) as Partial<Announcement>;
  if (typeof from === 'string' && typeof room === 'string' && typeof text === 'string') return { from, room, text };
  throw new FrameError('an announcement with from, room and text');
};

/**
 * Fan-out over the Heart: rooms reach across all processes whose Hearts share a store.
 *
 * @param topic The Heart's topic for it. Default `capillary.rooms`.
 * @example
 * ```ts
 * import { Heart } from '@organism/circulatory';
 * import { Capillary, heartFanout } from '@organism/circulatory/capillary';
 *
 * await using heart = await new Heart().start();
 * await using capillary = await new Capillary({
 *   authenticate: () => ({ id: 'anyone' }),
 *   fanout: heartFanout(heart),
 *   onSession: (session) => capillary.join(session, 'news'),
 * }).start();
 * await capillary.publish('news', { headline: 'All is well.' });
 * ```
 */
export const heartFanout = <Events extends object, Tx>(heart: Heart<Events, Tx>, topic = 'capillary.rooms'): Fanout => {
  // By name alone: the Heart may be typed for topics of its owner's.
  const key = topic as keyof Events & string;
  return {
    publish: (announcement) => heart.publish(key, announcement as never, { key: announcement.room }),
    subscribe: (listener) => heart.subscribe(key, ({ data }) => listener(check(data)), { broadcast: true }),
  };
};
