import { Cell, type Clock, type Entropy, Organism, systemEntropy } from '@organism/cell';
import { EventBus } from '@organism/nervous';
import { endpoint, Lung } from '@organism/respiratory';
import { Alert, Escalation, Quake, ReplayState } from './bones.ts';
import type { Config } from './config.ts';
import { type Escalations, makeEscalations } from './escalation.ts';
import type { Feed } from './feed.ts';
import { openJournal } from './journal.ts';
import { makeOperations } from './operations.ts';
import { makePages } from './pages.ts';
import { Replay } from './replay.ts';
import { Catalogue } from './store.ts';
import { LiveStream } from './stream.ts';
import { makeWatch } from './watch.ts';

/** What a body may be given from outside; the rest is the system's. */
export interface BodyOptions {
  readonly config: Config;
  readonly feed: Feed;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  /** Stop on SIGINT and SIGTERM. */
  readonly signals?: boolean;
}

/** The whole app, put together and not yet started. */
export interface SeismicWatch {
  readonly body: Organism;
  readonly lung: Lung;
  readonly bus: EventBus;
  readonly catalogue: Catalogue;
  readonly replay: Replay;
  readonly escalations: Escalations;
}

/** Puts the app together. */
export const makeBody = ({
  config,
  feed,
  clock,
  entropy = systemEntropy,
  signals = false,
}: BodyOptions): SeismicWatch => {
  const bus = new EventBus();
  const catalogue = new Catalogue();
  const stream = new LiveStream();
  const watch = makeWatch(bus);
  const journal = openJournal(config.journal);
  const escalations = makeEscalations({
    bus,
    journal: journal.store,
    waitMs: config.escalateAfterMs,
    needs: ['journal', 'catalogue', 'live-stream'],
  });
  const memory = new Cell({
    name: 'catalogue',
    needs: [bus],
    start: ({ defer }) => {
      defer(bus.on(Quake, (quake) => catalogue.addQuake(quake)));
      defer(bus.on(Alert, (alert) => catalogue.addAlert(alert)));
      defer(bus.on(Escalation, (escalation) => catalogue.addEscalation(escalation)));
    },
    describe: () => ({
      edges: [{ from: 'bus', to: 'catalogue', label: 'seismic.quake' }],
      counters: { ...catalogue.counts },
    }),
  });
  const live = new Cell({
    name: 'live-stream',
    needs: [bus],
    start: ({ defer }) => {
      defer(bus.on(Quake, (quake) => stream.send('quake', quake)));
      defer(bus.on(Alert, (alert) => stream.send('alert', alert)));
      defer(bus.on(Escalation, (escalation) => stream.send('escalation', escalation)));
      defer(bus.on(ReplayState, (state) => stream.send('replay', state)));
    },
    describe: () => ({
      edges: [
        { from: 'bus', to: 'live-stream', label: 'everything' },
        { from: 'live-stream', to: 'lung', label: 'events' },
      ],
      counters: { clients: stream.clients, sent: stream.sent },
    }),
  });
  const desk = new Cell({
    name: 'desk',
    needs: [bus, 'catalogue', 'escalation'],
    start: async ({ defer }) => {
      for (const escalation of await escalations.known()) catalogue.addEscalation(escalation);
      defer(bus.on(Alert, (alert) => escalations.begin(alert)));
    },
    describe: () => ({
      edges: [
        { from: 'bus', to: 'desk', label: 'seismic.alert' },
        { from: 'desk', to: 'escalation', label: 'begins' },
        { from: 'escalation', to: 'journal', label: 'steps' },
      ],
    }),
  });
  const replay = new Replay({
    needs: ['bus', 'watch', 'catalogue', 'live-stream', 'desk'],
    feed,
    speed: config.speed,
    onQuake: (quake) => bus.emit(Quake, quake),
    onState: (state) => bus.emit(ReplayState, state),
    onRestart: () => {
      catalogue.clear();
      watch.reset();
      stream.send('reset', {});
    },
  });
  const operations = makeOperations({ catalogue, replay, bus, entropy, escalations });
  const lung: Lung = new Lung({
    port: config.port,
    host: config.host,
    // The page may ask at once, so what answers must be there first; the replay begins when somebody can see it.
    needs: ['catalogue', 'live-stream', 'escalation'],
    maxBodyBytes: config.maxBodyBytes,
    info: { title: 'Seismic Watch', version: '0.1.0', description: 'A real week of earthquakes, replayed live.' },
    ready: () => body.health(),
    endpoints: [
      endpoint('GET /api/quakes', operations.listQuakes),
      endpoint('POST /api/quakes', operations.recordReading, { status: 201 }),
      endpoint('GET /api/alerts', operations.listAlerts),
      endpoint('POST /api/alerts/acknowledge', operations.acknowledgeAlert),
      endpoint('GET /api/replay', operations.showReplay),
      endpoint('POST /api/replay', operations.controlReplay),
      stream.endpoint('GET /api/stream', () => replay.replayState),
      ...makePages(() => body.describe()),
    ],
  });
  const body: Organism = new Organism({
    name: 'seismic-watch',
    cells: [bus, watch, journal.cell, escalations.engine, memory, live, desk, replay, lung],
    stopTimeoutMs: 1800,
    signals,
    ...(clock !== undefined && { clock }),
    entropy,
  });
  return { body, lung, bus, catalogue, replay, escalations };
};
