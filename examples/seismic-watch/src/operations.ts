import type { Entropy } from '@organism/cell';
import { Muscle } from '@organism/muscular';
import type { EventBus } from '@organism/nervous';
import type { z } from 'zod';
import {
  Acknowledgement,
  AlertList,
  Quake,
  QuakeList,
  QuakeQuery,
  Reading,
  ReplayCommand,
  ReplayState,
} from './bones.ts';
import type { Escalations } from './escalation.ts';
import type { Replay } from './replay.ts';
import type { Catalogue } from './store.ts';

/** What the operations work on. */
export interface Parts {
  readonly catalogue: Catalogue;
  readonly replay: Replay;
  readonly bus: EventBus;
  readonly entropy: Entropy;
  readonly escalations: Escalations;
}

/** Everything the app does, as operations. */
export interface Operations {
  readonly listQuakes: Muscle<z.input<typeof QuakeQuery.schema>, QuakeList>;
  readonly listAlerts: Muscle<void, AlertList>;
  readonly acknowledgeAlert: Muscle<Acknowledgement>;
  readonly recordReading: Muscle<z.input<typeof Reading.schema>, Quake>;
  readonly controlReplay: Muscle<ReplayCommand, ReplayState>;
  readonly showReplay: Muscle<void, ReplayState>;
}

/** Makes the operations. Lists come straight from checked values, so their output is not checked once more. */
export const makeOperations = ({ catalogue, replay, bus, entropy, escalations }: Parts): Operations => ({
  listQuakes: new Muscle({
    name: 'list-quakes',
    description: 'Earthquakes seen so far, newest first',
    input: QuakeQuery,
    output: QuakeList,
    validate: 'input',
    run: (query) => catalogue.quakes(query),
  }),
  listAlerts: new Muscle({
    name: 'list-alerts',
    description: 'Alerts raised so far, newest first',
    output: AlertList,
    validate: 'input',
    run: () => catalogue.alerts(),
  }),
  acknowledgeAlert: new Muscle({
    name: 'acknowledge-alert',
    description: 'The desk has seen an alert: it is not escalated',
    input: Acknowledgement,
    idempotent: true,
    run: async ({ alert }) => await escalations.acknowledge(alert),
  }),
  recordReading: new Muscle({
    name: 'record-reading',
    description: 'Enter a reading by hand; it happens now, on the replay’s clock',
    input: Reading,
    output: Quake,
    run: (reading) => {
      const quake: Quake = {
        ...reading,
        id: `manual-${entropy.uuid()}`,
        time: Math.round(replay.time),
        source: 'manual',
      };
      bus.emit(Quake, quake);
      return quake;
    },
  }),
  controlReplay: new Muscle({
    name: 'control-replay',
    description: 'Play, pause, start over, or change the speed',
    input: ReplayCommand,
    output: ReplayState,
    run: (command) => ({ ...replay.command(command) }),
  }),
  showReplay: new Muscle({
    name: 'show-replay',
    description: 'Where the replay stands',
    output: ReplayState,
    run: () => replay.replayState,
  }),
});
