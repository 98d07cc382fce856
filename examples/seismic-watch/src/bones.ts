import { Bone } from '@organism/skeletal';
import { z } from 'zod';

const time = z.number().int().min(0).describe('Milliseconds since the Unix epoch');
const magnitude = z.number().min(-2).max(10).describe('Moment magnitude, or the local equivalent');
const latitude = z.number().min(-90).max(90).describe('Degrees north');
const longitude = z.number().min(-180).max(180).describe('Degrees east');
const depthKm = z.number().min(-10).max(800).describe('Kilometres below sea level');
const place = z.string().trim().min(1).max(200);

const quake = z.object({
  id: z.string().min(1).max(64),
  magnitude,
  place,
  time,
  latitude,
  longitude,
  depthKm,
  source: z.enum(['feed', 'manual', 'upload']),
});
export type Quake = z.infer<typeof quake>;
/** One earthquake, as every part of the app knows it. */
export const Quake: Bone<Quake> = new Bone('seismic.quake', quake, { description: 'One earthquake' });

const reading = z.strictObject({ magnitude, place, latitude, longitude, depthKm: depthKm.default(10) });
export type Reading = z.infer<typeof reading>;
/** A reading entered by hand; it happens "now" on the replay's clock. */
export const Reading: Bone<Reading, z.input<typeof reading>> = new Bone('seismic.reading', reading, {
  description: 'A reading entered by hand',
  examples: [{ magnitude: 4.2, place: '10km N of Hualian, Taiwan', latitude: 24.1, longitude: 121.6 }],
});

const alert = z.object({
  id: z.string(),
  kind: z.enum(['swarm', 'strong']),
  region: z.string().describe('Grid cell, "latitude,longitude" of its south-west corner'),
  place,
  time,
  latitude,
  longitude,
  quakes: z.number().int().min(1).describe('How many quakes led to it'),
  maxMagnitude: magnitude,
  potential: z.number().describe('Accumulated activity when it fired'),
  message: z.string(),
});
export type Alert = z.infer<typeof alert>;
/** A warning: a swarm of shocks in one region, or one strong quake. */
export const Alert: Bone<Alert> = new Bone('seismic.alert', alert, { description: 'A warning' });

const escalation = z.object({
  alert: z.string().describe('Id of the alert'),
  place,
  status: z.enum(['waiting', 'acknowledged', 'escalated']),
  since: time.describe('When the desk was told: milliseconds since the Unix epoch, of the wall clock'),
  until: time.describe('When it escalates unless acknowledged'),
});
export type Escalation = z.infer<typeof escalation>;
/** Where the escalation of an alert stands. */
export const Escalation: Bone<Escalation> = new Bone('seismic.escalation', escalation, {
  description: 'Where the escalation of an alert stands',
});

const acknowledgement = z.strictObject({ alert: z.string().min(1).max(80) });
export type Acknowledgement = z.infer<typeof acknowledgement>;
/** The desk has seen an alert. */
export const Acknowledgement: Bone<Acknowledgement> = new Bone('seismic.acknowledgement', acknowledgement);

const quakeQuery = z.strictObject({
  minMagnitude: z.number().min(-2).max(10).default(-2),
  since: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(20_000).default(5000),
});
export type QuakeQuery = z.infer<typeof quakeQuery>;
/** What `GET /api/quakes` may be asked. */
export const QuakeQuery: Bone<QuakeQuery, z.input<typeof quakeQuery>> = new Bone('seismic.quake-query', quakeQuery);

const quakeList = z.object({ total: z.number().int(), quakes: z.array(quake) });
export type QuakeList = z.infer<typeof quakeList>;
/** Quakes, newest first; `total` counts those that matched before the limit. */
export const QuakeList: Bone<QuakeList> = new Bone('seismic.quake-list', quakeList);

const alertList = z.object({ total: z.number().int(), alerts: z.array(alert), escalations: z.array(escalation) });
export type AlertList = z.infer<typeof alertList>;
/** Alerts, newest first, and where their escalations stand. */
export const AlertList: Bone<AlertList> = new Bone('seismic.alert-list', alertList);

const rejected = z.object({
  record: z.number().int(),
  id: z.string().optional(),
  field: z.string(),
  problem: z.string(),
});
export type Rejected = z.infer<typeof rejected>;
/** A record of the data file that could not be used: which, where, why. */
export const Rejected: Bone<Rejected> = new Bone('seismic.rejected', rejected);

const importState = z.object({
  id: z.string().describe('Id of the upload'),
  file: z.string().describe('What the client calls it'),
  bytes: z.number().int(),
  status: z.enum(['waiting', 'reading', 'adding', 'done', 'failed']),
  readBytes: z.number().int(),
  features: z.number().int().describe('How many there were so far'),
  added: z.number().int(),
  known: z.number().int().describe('Earthquakes that were there already'),
  rejected: z.array(rejected).describe('The first of the features that could not be used'),
  rejectedCount: z.number().int(),
  problem: z.string().optional().describe('Why it has failed'),
});
export type ImportState = z.infer<typeof importState>;
/** Where the import of an uploaded file stands. */
export const ImportState: Bone<ImportState> = new Bone('seismic.import', importState, {
  description: 'Where the import of an uploaded file stands',
});

const importList = z.object({ imports: z.array(importState) });
export type ImportList = z.infer<typeof importList>;
/** Imports, newest first. */
export const ImportList: Bone<ImportList> = new Bone('seismic.import-list', importList);

const replayState = z.object({
  status: z.enum(['playing', 'paused', 'finished']),
  speed: z.number(),
  /** Time on the replay's clock. */
  time,
  start: time,
  end: time,
  played: z.number().int(),
  total: z.number().int(),
  rejected: z.array(rejected),
  rejectedCount: z.number().int(),
});
export type ReplayState = z.infer<typeof replayState>;
/** Where the replay stands. */
export const ReplayState: Bone<ReplayState> = new Bone('seismic.replay', replayState);

const feedEntry = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('quake'), quake }),
    z.object({ kind: z.literal('alert'), alert }),
    z.object({ kind: z.literal('escalation'), escalation }),
    z.object({ kind: z.literal('import'), import: importState }),
    z.object({ kind: z.literal('replay'), replay: replayState }),
    z.object({ kind: z.literal('reset') }),
    z.object({ kind: z.literal('leader'), process: z.string() }),
  ])
  .and(z.object({ answers: z.string().optional().describe('The request that this follows from') }));
export type FeedEntry = z.infer<typeof feedEntry>;
/** Something that happened, for every process and every page. */
export const FeedEntry: Bone<FeedEntry> = new Bone('seismic.feed', feedEntry, {
  description: 'Something that happened, for every process and every page',
});

const replayCommand = z.strictObject({
  action: z.enum(['play', 'pause', 'restart']).optional(),
  speed: z.number().min(1).max(100_000).optional().describe('Recorded seconds per real second'),
});
export type ReplayCommand = z.infer<typeof replayCommand>;
/** What the replay may be told. */
export const ReplayCommand: Bone<ReplayCommand> = new Bone('seismic.replay-command', replayCommand);

const replayOrder = z.strictObject({ id: z.string(), command: replayCommand });
export type ReplayOrder = z.infer<typeof replayOrder>;
/** A command on its way to the process that plays. */
export const ReplayOrder: Bone<ReplayOrder> = new Bone('seismic.replay-order', replayOrder, {
  description: 'A command on its way to the process that plays',
});

const deskNote = z.strictObject({ id: z.string(), alert: z.string().min(1).max(80) });
export type DeskNote = z.infer<typeof deskNote>;
/** An acknowledgement on its way to the process that keeps the escalations. */
export const DeskNote: Bone<DeskNote> = new Bone('seismic.desk-note', deskNote, {
  description: 'An acknowledgement on its way to the process that keeps the escalations',
});
