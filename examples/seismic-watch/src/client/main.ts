import '@organism/skin-elements';
import type { Quake } from '../bones.ts';
import { AlertList } from './alerts.ts';
import { byId } from './dom.ts';
import { formatNumber, formatPosition, formatShortTime, formatTime } from './format.ts';
import { QuakeMap } from './map.ts';
import { type Change, Model } from './model.ts';
import { setUpReplay } from './replay.ts';
import { setUpReport } from './report.ts';
import { QuakeTable } from './table.ts';
import { setUpTheme } from './theme.ts';
import { Timeline } from './timeline.ts';
import { setUpUpload } from './upload.ts';

const sources: Readonly<Record<Quake['source'], string>> = {
  feed: 'USGS feed',
  manual: 'entered by hand',
  upload: 'uploaded file',
};

const showDetails = (quake: Quake): void => {
  byId('quake-details', 'skin-descriptions').items = [
    { term: 'Magnitude', value: formatNumber(quake.magnitude) },
    { term: 'Place', value: quake.place },
    { term: 'Time', value: `${formatTime(quake.time)} UTC` },
    { term: 'Position', value: formatPosition(quake.latitude, quake.longitude) },
    { term: 'Depth', value: `${formatNumber(quake.depthKm)} km` },
    { term: 'Source', value: sources[quake.source] },
  ];
  byId('quake-dialog', 'skin-dialog').show();
};

const model = new Model();
const map = new QuakeMap(byId('map-ground', 'canvas'), byId('map-live', 'canvas'));
const timeline = new Timeline(byId('timeline', 'canvas'));
const alerts = new AlertList(byId('alerts'), byId('no-alerts'));
const table = new QuakeTable(showDetails);
const showReplay = setUpReplay();
setUpTheme();
setUpReport();
const showImport = setUpUpload();

const tip = byId('map-tip');
map.onHover = (quake, x, y) => {
  tip.hidden = quake === undefined;
  if (quake === undefined) return;
  tip.textContent = `M ${formatNumber(quake.magnitude)} · ${quake.place} · ${formatShortTime(quake.time)}`;
  tip.style.left = `${Math.min(Math.max(x, 150), innerWidth - 150)}px`;
  tip.style.top = `${y}px`;
};
map.onSelect = showDetails;

let strongest: Quake | undefined;
const showCounts = (): void => {
  byId('count').textContent = model.quakes.size.toLocaleString();
  byId('alert-count').textContent = String(model.alerts.size);
  byId('strongest').textContent = strongest === undefined ? '–' : `M ${formatNumber(strongest.magnitude)}`;
  byId('strongest-place').textContent = strongest?.place ?? '';
};

const showRejected = ({
  rejectedCount,
  rejected,
}: {
  readonly rejectedCount: number;
  readonly rejected: readonly { readonly record: number; readonly field: string; readonly problem: string }[];
}): void => {
  const notice = byId('rejected');
  notice.hidden = rejectedCount === 0;
  const [first] = rejected;
  if (first !== undefined)
    notice.textContent = `${rejectedCount} records of the data file could not be used. The first: record ${first.record}, ${first.problem}`;
};

const connection = byId('connection', 'skin-badge');
const ways: Readonly<Record<string, string>> = {
  websocket: 'WebSocket',
  sse: 'server-sent events',
  poll: 'long polling',
};
let wasOpen = false;
const handlers: { readonly [K in Change['kind']]: (change: Extract<Change, { kind: K }>) => void } = {
  quake: ({ quake, isNew }) => {
    if (strongest === undefined || quake.magnitude > strongest.magnitude) strongest = quake;
    map.add(quake, isNew);
    timeline.add(quake);
    table.add(quake);
    showCounts();
  },
  alert: ({ alert, isNew }) => {
    map.addAlert(alert, isNew);
    timeline.addAlert(alert);
    alerts.add(alert, isNew);
    showCounts();
  },
  escalation: ({ escalation }) => alerts.escalate(escalation),
  import: (change) => showImport(change.import),
  replay: ({ replay }) => {
    byId('clock').textContent = formatTime(replay.time);
    timeline.range(replay.start, replay.end, replay.time);
    showReplay(replay);
    showRejected(replay);
  },
  connection: ({ state, transport = '' }) => {
    wasOpen ||= state === 'open';
    connection.tone = state === 'open' ? 'success' : wasOpen ? 'danger' : 'neutral';
    connection.textContent =
      state === 'open' ? `live, over ${ways[transport] ?? transport}` : wasOpen ? 'reconnecting' : 'connecting';
  },
  reset: () => {
    strongest = undefined;
    for (const view of [map, timeline, alerts, table]) view.clear();
    showCounts();
  },
};
model.onChange((change) => (handlers[change.kind] as (one: Change) => void)(change));

await map.load('/world.json').catch(() => {});
model.connect();
