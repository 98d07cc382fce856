import { type Entropy, OrganismError } from '@organism/cell';
import type { Heart } from '@organism/circulatory';
import { Muscle } from '@organism/muscular';
import type { z } from 'zod';
import {
  Acknowledgement,
  AlertList,
  DeskNote,
  ImportList,
  Quake,
  QuakeList,
  QuakeQuery,
  Reading,
  ReplayCommand,
  ReplayOrder,
  ReplayState,
} from './bones.ts';
import type { Escalations } from './escalation.ts';
import type { FeedLog } from './feed-log.ts';
import type { Catalogue } from './store.ts';

/** What the operations work on. */
export interface Parts {
  readonly catalogue: Catalogue;
  readonly log: FeedLog;
  readonly heart: Heart;
  readonly entropy: Entropy;
  readonly escalations: Escalations;
  /** Whether this process plays, and keeps the escalations. */
  readonly leads: () => boolean;
  /** Where the replay stands, wherever it is played. */
  readonly state: () => ReplayState;
  /** Time on the replay's clock. */
  readonly time: () => number;
}

/** Everything the app does, as operations. */
export interface Operations {
  readonly listQuakes: Muscle<z.input<typeof QuakeQuery.schema>, QuakeList>;
  readonly listAlerts: Muscle<void, AlertList>;
  readonly acknowledgeAlert: Muscle<Acknowledgement>;
  readonly recordReading: Muscle<z.input<typeof Reading.schema>, Quake>;
  readonly controlReplay: Muscle<ReplayCommand, ReplayState>;
  readonly showReplay: Muscle<void, ReplayState>;
  readonly listImports: Muscle<void, ImportList>;
}

/**
 * Makes the operations. Each process answers from what it has heard; what changes something goes by way of the Heart, and
 * is answered when it has come back. Lists come straight from checked values, so their output is not checked once more.
 */
export const makeOperations = ({
  catalogue,
  log,
  heart,
  entropy,
  escalations,
  leads,
  state,
  time,
}: Parts): Operations => ({
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
    run: async ({ alert }) => {
      // One that began in an earlier life of the app is told of when it is over.
      if (!catalogue.hasEscalation(alert) && !(await escalations.has(alert)))
        throw new OrganismError('SEISMIC_UNKNOWN_ALERT', 'There is no such alert.', { status: 404 });
      if (leads()) await escalations.acknowledge(alert);
      else await heart.publish(DeskNote, { id: entropy.uuid(), alert });
    },
  }),
  recordReading: new Muscle({
    name: 'record-reading',
    description: 'Enter a reading by hand; it happens now, on the replay’s clock',
    input: Reading,
    output: Quake,
    run: async (reading) => {
      const quake: Quake = {
        ...reading,
        id: `manual-${entropy.uuid()}`,
        time: Math.round(time()),
        source: 'manual',
      };
      await log.ask((answers) => log.append({ kind: 'quake', quake, answers }));
      return quake;
    },
  }),
  controlReplay: new Muscle({
    name: 'control-replay',
    description: 'Play, pause, start over, or change the speed',
    input: ReplayCommand,
    output: ReplayState,
    run: async (command) => {
      await log.ask((id) => heart.publish(ReplayOrder, { id, command }));
      return state();
    },
  }),
  showReplay: new Muscle({
    name: 'show-replay',
    description: 'Where the replay stands',
    output: ReplayState,
    run: () => state(),
  }),
  listImports: new Muscle({
    name: 'list-imports',
    description: 'Imports of uploaded files, newest first',
    output: ImportList,
    validate: 'input',
    run: () => catalogue.imports(),
  }),
});
