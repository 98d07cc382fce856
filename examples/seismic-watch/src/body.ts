import { Cell, type Clock, type Entropy, Organism, systemEntropy } from '@organism/cell';
import { Heart, type HeartDriver, MemoryBroker } from '@organism/circulatory';
import { EventBus } from '@organism/nervous';
import { endpoint, Lung, page } from '@organism/respiratory';
import { docsPage } from '@organism/respiratory/docs-page';
import { Alert, type FeedEntry, Quake, type ReplayState } from './bones.ts';
import type { Config } from './config.ts';
import { type Escalations, makeEscalations } from './escalation.ts';
import type { Feed } from './feed.ts';
import { FeedLog } from './feed-log.ts';
import { makeGraphql } from './graphql.ts';
import { Imports } from './imports.ts';
import { openJournal } from './journal.ts';
import { Leader } from './leader.ts';
import { makeLive } from './live.ts';
import { makeOperations } from './operations.ts';
import { makeOrders } from './orders.ts';
import { makePages } from './pages.ts';
import { Replay } from './replay.ts';
import { Catalogue } from './store.ts';
import { makeWatch } from './watch.ts';

/** What a body may be given from outside; the rest is the system's. */
export interface BodyOptions {
  readonly config: Config;
  readonly feed: Feed;
  /** Where messages travel. Default: in memory. */
  readonly driver?: HeartDriver;
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
  readonly heart: Heart;
  readonly leader: Leader;
  readonly catalogue: Catalogue;
  readonly replay: Replay;
  readonly escalations: Escalations;
}

/** How long what happened is kept for processes that come later. */
const historyMs = 24 * 60 * 60 * 1000;

/** Puts the app together. */
export const makeBody = ({
  config,
  feed,
  driver = new MemoryBroker(),
  clock,
  entropy = systemEntropy,
  signals = false,
}: BodyOptions): SeismicWatch => {
  /** Names this process among the others. */
  const process = entropy.uuid();
  const isAlone = driver instanceof MemoryBroker;
  const report = (error: unknown): void => console.error('A message was not handled:', error);
  const heart = new Heart({ driver, onError: ({ error }) => report(error) });
  const bus = new EventBus();
  const catalogue = new Catalogue();
  const watch = makeWatch(bus);
  const journal = openJournal(config.journal);
  let played: ReplayState | undefined;
  const state = (): ReplayState => played ?? replay.replayState;
  const live = makeLive('/api/live', state);

  /** What each process does with what happened. Nothing of it may be done twice. */
  const apply = (entry: FeedEntry): void => {
    if (entry.kind === 'quake') {
      if (catalogue.hasQuake(entry.quake.id)) return;
      catalogue.addQuake(entry.quake);
      bus.emit(Quake, entry.quake);
    } else if (entry.kind === 'alert') {
      if (catalogue.hasAlert(entry.alert.id)) return;
      catalogue.addAlert(entry.alert);
      if (leader.leads) void escalations.begin(entry.alert).catch(report);
    } else if (entry.kind === 'escalation') catalogue.addEscalation(entry.escalation);
    else if (entry.kind === 'import') catalogue.addImport(entry.import);
    else if (entry.kind === 'replay') played = entry.replay;
    else if (entry.kind === 'leader') {
      if (leader.leads && entry.process !== process) void leader.resign().catch(report);
      return;
    } else {
      catalogue.clear();
      watch.reset();
    }
    live.send(entry);
  };
  const log: FeedLog = new FeedLog({
    heart,
    needs: ['bus', 'watch', 'journal', 'catalogue'],
    retentionMs: isAlone || driver.lacks?.includes('retention') === true ? 0 : historyMs,
    onEntry: apply,
    onError: report,
  });
  const imports = new Imports({
    log,
    catalogue,
    folder: config.uploads,
    maxBytes: config.maxUploadBytes,
    onError: report,
  });
  const escalations = makeEscalations({
    tell: (escalation) => log.append({ kind: 'escalation', escalation }),
    journal: journal.store,
    waitMs: config.escalateAfterMs,
    exclusive: isAlone,
    needs: ['journal', 'feed-log'],
  });
  const memory = new Cell({ name: 'catalogue', describe: () => ({ counters: { ...catalogue.counts } }) });
  // Every process watches, so that another may lead at any time; the one that leads tells of it.
  const desk = new Cell({
    name: 'desk',
    needs: [bus, 'feed-log', 'escalation'],
    start: async ({ defer }) => {
      for (const escalation of await escalations.known()) catalogue.addEscalation(escalation);
      defer(
        bus.on(Alert, (alert) => {
          if (leader.leads) log.append({ kind: 'alert', alert });
        }),
      );
    },
    describe: () => ({
      edges: [
        { from: 'bus', to: 'desk', label: 'seismic.alert' },
        { from: 'desk', to: 'heart', label: 'seismic.alert' },
        { from: 'desk', to: 'escalation', label: 'begins' },
        { from: 'escalation', to: 'journal', label: 'steps' },
        { from: 'escalation', to: 'heart', label: 'seismic.escalation' },
      ],
    }),
  });
  const replay: Replay = new Replay({
    needs: ['feed-log', 'desk'],
    feed,
    speed: config.speed,
    waits: true,
    onQuake: (quake) => log.append({ kind: 'quake', quake }),
    onState: (now) => log.append({ kind: 'replay', replay: now }),
    onRestart: () => log.append({ kind: 'reset' }),
  });
  const orders = makeOrders({ replay, escalations, log });
  const leader: Leader = new Leader({
    heart,
    needs: ['replay', 'escalation', 'desk', 'live', 'imports'],
    ...(driver.lacks?.includes('deduplication') === true && { isLed: () => played !== undefined }),
    onElected: async () => {
      const attached = await orders.attach(heart);
      log.append({ kind: 'leader', process });
      replay.takeOver(played);
      imports.recover();
      return {
        [Symbol.asyncDispose]: async () => {
          replay.yield();
          await attached[Symbol.asyncDispose]();
        },
      };
    },
    onError: report,
  });
  const time = (): number => (leader.leads ? replay.time : state().time);
  const operations = makeOperations({
    catalogue,
    log,
    heart,
    entropy,
    escalations,
    leads: () => leader.leads,
    state,
    time,
  });
  const asyncApi = async (): Promise<string> => {
    // Loaded when it is first asked for, as few do.
    const { toAsyncApi } = await import('@organism/circulatory/asyncapi');
    const { tendons } = orders;
    const servers = { heart: config.heart };
    return JSON.stringify(toAsyncApi(heart, { title: 'Seismic Watch', version: '0.1.0', servers, tendons }));
  };
  const lung: Lung = new Lung({
    port: config.port,
    host: config.host,
    // The page may ask at once, so what answers must be there first; the replay begins when somebody can see it.
    needs: ['catalogue', 'feed-log', 'escalation', imports],
    maxBodyBytes: config.maxBodyBytes,
    info: {
      title: 'Seismic Watch',
      version: '0.1.0',
      description:
        'A real week of earthquakes, replayed live. What happens comes over `/api/live`, a Capillary (WebSocket, server-sent events or long polling); the topics behind it are in `/asyncapi.json`.',
    },
    ready: () => body.health(),
    upgrades: [live.cell.upgrade],
    endpoints: [
      endpoint('GET /api/quakes', operations.listQuakes, { tags: ['Earthquakes'] }),
      endpoint('POST /api/quakes', operations.recordReading, { tags: ['Earthquakes'], status: 201 }),
      endpoint('GET /api/alerts', operations.listAlerts, { tags: ['Alerts'] }),
      endpoint('POST /api/alerts/acknowledge', operations.acknowledgeAlert, { tags: ['Alerts'] }),
      endpoint('GET /api/replay', operations.showReplay, { tags: ['Replay'] }),
      endpoint('POST /api/replay', operations.controlReplay, { tags: ['Replay'] }),
      endpoint('GET /api/imports', operations.listImports, { tags: ['Uploads'] }),
      imports.tendon,
      makeGraphql(operations, bus),
      docsPage({ title: 'Seismic Watch: API' }),
      live.tendon,
      page('GET /asyncapi.json', asyncApi, { contentType: 'application/json' }),
      ...makePages(() => body.describe()),
    ],
  });
  const body: Organism = new Organism({
    name: 'seismic-watch',
    cells: [
      heart,
      bus,
      watch,
      journal.cell,
      escalations.engine,
      memory,
      log,
      imports,
      desk,
      replay,
      lung,
      live.cell,
      leader,
    ],
    stopTimeoutMs: 1800,
    signals,
    ...(clock !== undefined && { clock }),
    entropy,
  });
  return { body, lung, bus, heart, leader, catalogue, replay, escalations };
};
