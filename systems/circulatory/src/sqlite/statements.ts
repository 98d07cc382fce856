import type { DatabaseSync, StatementSync } from 'node:sqlite';

type StatementName =
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'mark'
  | 'keep'
  | 'undo'
  | 'tokens'
  | 'topic'
  | 'addTopic'
  | 'deepen'
  | 'group'
  | 'groups'
  | 'addGroup'
  | 'renameGroup'
  | 'touchGroup'
  | 'dropGroup'
  | 'idleGroups'
  | 'seen'
  | 'see'
  | 'forgetSeen'
  | 'addMessage'
  | 'addDelivery'
  | 'laneTaken'
  | 'nextInLane'
  | 'due'
  | 'lapsed'
  | 'ready'
  | 'stage'
  | 'lease'
  | 'ack'
  | 'held'
  | 'putOff'
  | 'putBack'
  | 'extend'
  | 'dropDelivery'
  | 'finishLast'
  | 'finish'
  | 'expired'
  | 'victims'
  | 'unretain'
  | 'deliveriesOf'
  | 'deliveriesIn'
  | 'forgetKept'
  | 'readmit'
  | 'revive'
  | 'soonest'
  | 'bury'
  | 'dead'
  | 'unbury'
  | 'forgetDead'
  | 'forgetHandled'
  | 'countDead'
  | 'depth'
  | 'publishedAt';

/** All that a {@link SqliteBroker} says to its database, by what it does. */
const texts: Readonly<Record<StatementName, (table: string) => string>> = {
  // Takes the write lock at once: a transaction that reads first and then writes may find it can't.
  begin: () => 'BEGIN IMMEDIATE',
  commit: () => 'COMMIT',
  rollback: () => 'ROLLBACK',
  mark: () => 'SAVEPOINT heart_work',
  keep: () => 'RELEASE heart_work',
  undo: () => 'ROLLBACK TO heart_work',
  tokens: (t) => `UPDATE ${t}_sequence SET last = last + ? RETURNING last`,
  topic: (t) => `SELECT id, depth FROM ${t}_topics WHERE name = ?`,
  addTopic: (t) => `INSERT INTO ${t}_topics (name) VALUES (?) RETURNING id`,
  deepen: (t) => `UPDATE ${t}_topics SET depth = depth + ? WHERE id = ?`,
  group: (t) => `SELECT id, idle_ms FROM ${t}_groups WHERE topic = ? AND name = ?`,
  groups: (t) => `SELECT id, name FROM ${t}_groups WHERE topic = ? ORDER BY id`,
  addGroup: (t) => `INSERT INTO ${t}_groups (topic, name, idle_ms, asked_at) VALUES (?, ?, ?, ?) RETURNING id`,
  renameGroup: (t) => `UPDATE ${t}_groups SET name = ?, idle_ms = ?, asked_at = ? WHERE id = ?`,
  touchGroup: (t) => `UPDATE ${t}_groups SET asked_at = ? WHERE id = ?`,
  dropGroup: (t) => `DELETE FROM ${t}_groups WHERE id = ?`,
  idleGroups: (t) => `SELECT g.name, t.name AS topic FROM ${t}_groups g JOIN ${t}_topics t ON t.id = g.topic
    WHERE g.idle_ms IS NOT NULL AND ? - g.asked_at >= g.idle_ms`,
  seen: (t) => `SELECT 1 FROM ${t}_seen WHERE topic = ? AND id = ? AND until > ?`,
  see: (t) => `INSERT INTO ${t}_seen (topic, id, until) VALUES (?, ?, ?)
    ON CONFLICT (topic, id) DO UPDATE SET until = excluded.until`,
  forgetSeen: (t) => `DELETE FROM ${t}_seen WHERE until <= ?`,
  addMessage: (t) => `INSERT INTO ${t}_messages
    (topic, key, priority, published_at, due_at, expires_at, retained_until, pending, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
  addDelivery: (t) => `INSERT INTO ${t}_deliveries (seq, grp, stage, priority, key, due_at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  laneTaken: (t) => `SELECT 1 FROM ${t}_deliveries WHERE grp = ? AND key = ? AND stage <> 0 LIMIT 1`,
  nextInLane: (t) => `UPDATE ${t}_deliveries SET stage = 1 WHERE grp = ?1 AND seq =
    (SELECT seq FROM ${t}_deliveries WHERE grp = ?1 AND key = ?2 AND stage = 3 ORDER BY seq LIMIT 1)`,
  due: (t) => `SELECT seq, stage, key FROM ${t}_deliveries WHERE grp = ? AND stage IN (0, 4) AND due_at <= ?
    ORDER BY due_at, seq LIMIT 1000`,
  lapsed: (t) =>
    `SELECT seq, key, attempts, expires_at FROM ${t}_deliveries WHERE grp = ? AND stage = 2 AND until <= ?`,
  ready: (t) => `SELECT d.seq, d.key, d.attempts, d.previous_delay, d.expires_at, m.published_at, m.body
    FROM ${t}_deliveries d CROSS JOIN ${t}_messages m ON m.seq = d.seq
    WHERE d.grp = ? AND d.stage = 1 ORDER BY d.priority DESC, d.seq LIMIT ?`,
  stage: (t) => `UPDATE ${t}_deliveries SET stage = ? WHERE seq = ? AND grp = ?`,
  lease: (t) => `UPDATE ${t}_deliveries SET stage = 2, attempts = attempts + 1, token = ?, until = ?
    WHERE seq = ? AND grp = ?`,
  ack: (t) => `DELETE FROM ${t}_deliveries WHERE seq = ? AND grp = ? AND stage = 2 AND token = ? AND until > ?
    RETURNING key`,
  held: (t) => `SELECT key, attempts, expires_at FROM ${t}_deliveries
    WHERE seq = ? AND grp = ? AND stage = 2 AND token = ? AND until > ?`,
  putOff: (t) => `UPDATE ${t}_deliveries SET stage = 4, due_at = ?, previous_delay = ? WHERE seq = ? AND grp = ?`,
  putBack: (t) => `UPDATE ${t}_deliveries SET stage = 1, attempts = attempts - ? WHERE seq = ? AND grp = ?`,
  extend: (t) =>
    `UPDATE ${t}_deliveries SET until = ? WHERE seq = ? AND grp = ? AND stage = 2 AND token = ? AND until > ?`,
  dropDelivery: (t) => `DELETE FROM ${t}_deliveries WHERE seq = ? AND grp = ? RETURNING stage`,
  finishLast: (t) => `DELETE FROM ${t}_messages WHERE seq = ? AND pending = 1 AND dead = 0 AND retained_until <= ?`,
  finish: (t) => `UPDATE ${t}_messages SET pending = pending - 1, dead = dead + ? WHERE seq = ? RETURNING pending`,
  expired: (t) => `SELECT d.seq, d.grp, d.key, m.topic FROM ${t}_deliveries d
    CROSS JOIN ${t}_messages m ON m.seq = d.seq WHERE d.expires_at <= ? AND d.stage <> 2 LIMIT ?`,
  victims: (t) => `SELECT m.seq FROM ${t}_messages m WHERE m.topic = ? AND m.priority < ? AND m.pending > 0
    AND NOT EXISTS (SELECT 1 FROM ${t}_deliveries d WHERE d.seq = m.seq AND d.stage = 2)
    ORDER BY m.priority, m.seq LIMIT ?`,
  unretain: (t) => `UPDATE ${t}_messages SET retained_until = 0 WHERE seq = ?`,
  deliveriesOf: (t) => `SELECT grp, key FROM ${t}_deliveries WHERE seq = ?`,
  deliveriesIn: (t) => `SELECT seq FROM ${t}_deliveries WHERE grp = ?`,
  forgetKept: (t) => `DELETE FROM ${t}_messages WHERE pending = 0 AND dead = 0 AND retained_until <= ?`,
  readmit: (t) => `SELECT seq, key, priority, due_at, expires_at, pending FROM ${t}_messages
    WHERE topic = ? AND (pending > 0 OR retained_until > ?) ORDER BY seq`,
  revive: (t) => `UPDATE ${t}_messages SET pending = pending + 1, dead = dead - ? WHERE seq = ? RETURNING pending`,
  soonest: (t) => `SELECT min(at) AS at FROM (
    SELECT min(due_at) AS at FROM ${t}_deliveries WHERE grp = ?1 AND stage IN (0, 4)
    UNION ALL SELECT min(until) FROM ${t}_deliveries WHERE grp = ?1 AND stage = 2)`,
  bury: (t) => `INSERT INTO ${t}_dead (seq, grp, code, detail, attempts, failed_at) VALUES (?, ?, ?, ?, ?, ?)`,
  dead: (t) => `SELECT d.seq, d.code, d.detail, d.attempts, d.failed_at, m.published_at, m.body, m.key, m.priority,
    m.due_at FROM ${t}_dead d JOIN ${t}_messages m ON m.seq = d.seq WHERE d.grp = ?1 AND (?2 IS NULL OR d.seq = ?2)
    ORDER BY d.n LIMIT ?3`,
  unbury: (t) => `DELETE FROM ${t}_dead WHERE grp = ? AND seq = ?`,
  forgetDead: (t) => `UPDATE ${t}_messages SET dead = dead - 1 WHERE seq = ?`,
  forgetHandled: (t) => `DELETE FROM ${t}_messages WHERE seq = ? AND pending = 0 AND dead = 0 AND retained_until = 0`,
  countDead: (t) => `SELECT count(*) AS count FROM ${t}_dead WHERE grp = ?`,
  depth: (t) => `SELECT count(*) AS lag, coalesce(sum(stage IN (0, 4)), 0) AS delayed,
    coalesce(sum(stage = 2 AND until > ?), 0) AS leased, min(seq) AS oldest FROM ${t}_deliveries WHERE grp = ?`,
  publishedAt: (t) => `SELECT published_at FROM ${t}_messages WHERE seq = ?`,
};

/** What a {@link SqliteBroker} does to its database. */
export type Statements = Readonly<Record<StatementName, StatementSync>>;

/** Prepares all statements for tables whose names begin with `table`. */
export const prepare = (database: DatabaseSync, table: string): Statements =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, database.prepare(text(table))])) as Statements;
