/**
 * Tables of a journal on SQLite.
 *
 * Entries are one log, each with a link to the one before it in its run; the head of a run says where its last one is. So
 * a commit of a step of each of a hundred runs writes to some five pages. With an index by run, or entries clustered by
 * run, it was about a page for each: measured at a third of the steps a second.
 */
export const sqliteSchema = (t: string): string => `
  CREATE TABLE IF NOT EXISTS ${t}_workers (
    no INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, lease_until REAL NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${t}_runs (
    no INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL, version INTEGER NOT NULL,
    status TEXT NOT NULL, input TEXT, outcome TEXT, created_at REAL NOT NULL, updated_at REAL NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${t}_heads (
    run INTEGER PRIMARY KEY, open INTEGER NOT NULL, owner INTEGER, length INTEGER NOT NULL, last INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${t}_heads_free ON ${t}_heads (open) WHERE open > 0 AND owner IS NULL;
  CREATE TABLE IF NOT EXISTS ${t}_entries (
    id INTEGER PRIMARY KEY, before INTEGER, run INTEGER NOT NULL, ordinal INTEGER NOT NULL, position INTEGER NOT NULL,
    issued INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT, failed INTEGER NOT NULL, at REAL NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${t}_signals (
    no INTEGER PRIMARY KEY, run INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, payload TEXT, at REAL NOT NULL,
    used_at INTEGER, UNIQUE (run, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${t}_signals_unused ON ${t}_signals (run) WHERE used_at IS NULL;
`;

/** What the statements do. */
export type SqliteStatement =
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'savepoint'
  | 'releaseSavepoint'
  | 'rollbackTo'
  | 'register'
  | 'renew'
  | 'worker'
  | 'dismiss'
  | 'dismissAll'
  | 'dismissExpired'
  | 'expired'
  | 'disown'
  | 'disownAll'
  | 'disownExpired'
  | 'free'
  | 'own'
  | 'unblock'
  | 'find'
  | 'entries'
  | 'signals'
  | 'create'
  | 'head'
  | 'append'
  | 'advance'
  | 'use'
  | 'close'
  | 'finish'
  | 'send'
  | 'pending'
  | 'list'
  | 'cut'
  | 'remove'
  | 'unuse'
  | 'reopen'
  | 'reopenHead'
  | 'abandon'
  | 'abandonHead'
  | 'ended'
  | 'forgetHead'
  | 'forgetSignals'
  | 'forget';

/** Statements of a journal on SQLite, by what they do. `open` is 1 for a run that runs, 2 for one that is blocked. */
export const sqliteStatements = (t: string): Readonly<Record<SqliteStatement, string>> => {
  const chain = `WITH RECURSIVE chain AS (
    SELECT e.* FROM ${t}_heads h JOIN ${t}_entries e ON e.id = h.last WHERE h.run = ?
    UNION ALL SELECT e.* FROM chain JOIN ${t}_entries e ON e.id = chain.before)`;
  return {
    // Takes the write lock at once: a transaction that reads first and then writes may find it can't.
    begin: 'BEGIN IMMEDIATE',
    commit: 'COMMIT',
    rollback: 'ROLLBACK',
    savepoint: 'SAVEPOINT work',
    releaseSavepoint: 'RELEASE work',
    rollbackTo: 'ROLLBACK TO work',
    register: `INSERT INTO ${t}_workers (id, lease_until) VALUES (?, ?)`,
    renew: `UPDATE ${t}_workers SET lease_until = ? WHERE id = ?`,
    worker: `SELECT no FROM ${t}_workers WHERE id = ?`,
    dismiss: `DELETE FROM ${t}_workers WHERE id = ?`,
    dismissAll: `DELETE FROM ${t}_workers`,
    dismissExpired: `DELETE FROM ${t}_workers WHERE lease_until < ? AND id <> ?`,
    expired: `SELECT 1 FROM ${t}_workers WHERE lease_until < ? AND id <> ?`,
    disown: `UPDATE ${t}_heads SET owner = NULL WHERE owner = (SELECT no FROM ${t}_workers WHERE id = ?)`,
    disownAll: `UPDATE ${t}_heads SET owner = NULL WHERE owner IS NOT NULL`,
    disownExpired: `UPDATE ${t}_heads SET owner = NULL
      WHERE owner IN (SELECT no FROM ${t}_workers WHERE lease_until < ? AND id <> ?)`,
    // The first part finds what is free by the index, the second what this worker owns.
    free: `SELECT r.* FROM ${t}_runs r JOIN (
        SELECT run FROM ${t}_heads WHERE owner IS NULL AND open > 0 AND open <= ?
        UNION ALL SELECT run FROM ${t}_heads WHERE open > 0 AND owner = ?
      ) h ON h.run = r.no WHERE r.workflow || '@' || r.version IN (SELECT value FROM json_each(?)) ORDER BY r.no LIMIT ?`,
    own: `UPDATE ${t}_heads SET owner = ?, open = 1 WHERE run = ?`,
    unblock: `UPDATE ${t}_runs SET status = 'running' WHERE no = ? AND status <> 'running'`,
    find: `SELECT * FROM ${t}_runs WHERE id = ?`,
    entries: `${chain} SELECT * FROM chain ORDER BY ordinal`,
    signals: `SELECT s.*, r.id AS run FROM ${t}_signals s JOIN ${t}_runs r ON r.no = s.run
      WHERE s.run = ? AND s.used_at IS NULL ORDER BY s.no`,
    create: `INSERT INTO ${t}_runs (id, workflow, version, status, input, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    head: `INSERT INTO ${t}_heads VALUES (?, 1, ?, 0, NULL)`,
    // The run is ours, its journal is as long as it should be, and here is what comes next.
    append: `INSERT INTO ${t}_entries (before, run, ordinal, position, issued, kind, name, value, failed, at)
      SELECT last, run, ?, ?, ?, ?, ?, ?, ?, ? FROM ${t}_heads WHERE run = ? AND owner = ? AND open = 1 AND length = ?`,
    advance: `UPDATE ${t}_heads SET length = length + 1, last = ? WHERE run = ?`,
    use: `UPDATE ${t}_signals SET used_at = ? WHERE id = ? AND run = ?`,
    close: `UPDATE ${t}_heads SET open = ?, owner = NULL WHERE run = ? AND owner = ? AND open = 1`,
    finish: `UPDATE ${t}_runs SET status = ?, outcome = ?, updated_at = ? WHERE no = ?`,
    send: `INSERT INTO ${t}_signals (run, id, name, payload, at) SELECT no, ?, ?, ?, ? FROM ${t}_runs WHERE id = ?
      ON CONFLICT (run, id) DO NOTHING`,
    pending: `SELECT s.*, r.id AS run FROM ${t}_signals s JOIN ${t}_heads h ON h.run = s.run
      JOIN ${t}_runs r ON r.no = s.run
      WHERE s.used_at IS NULL AND h.open = 1 AND h.owner = (SELECT no FROM ${t}_workers WHERE id = ?) ORDER BY s.no`,
    list: `SELECT * FROM ${t}_runs WHERE workflow = coalesce(?, workflow) AND status = coalesce(?, status)
      ORDER BY no DESC LIMIT ?`,
    cut: `${chain} SELECT id FROM chain WHERE ordinal > ?`,
    remove: `DELETE FROM ${t}_entries WHERE id = ?`,
    unuse: `UPDATE ${t}_signals SET used_at = NULL WHERE run = ? AND used_at > ?`,
    reopen: `UPDATE ${t}_runs SET status = 'running', outcome = NULL, updated_at = ? WHERE no = ?`,
    reopenHead: `UPDATE ${t}_heads SET open = 1, owner = NULL, length = ?,
      last = (${chain} SELECT id FROM chain WHERE ordinal = ?) WHERE run = ?`,
    abandon: `UPDATE ${t}_runs SET status = 'cancelled', outcome = ?, updated_at = ?
      WHERE no = ? AND status IN ('parked', 'blocked')`,
    abandonHead: `UPDATE ${t}_heads SET open = 0 WHERE run = ?`,
    ended: `SELECT no FROM ${t}_runs WHERE status IN ('completed', 'failed', 'cancelled') AND updated_at < ? LIMIT ?`,
    forgetHead: `DELETE FROM ${t}_heads WHERE run = ?`,
    forgetSignals: `DELETE FROM ${t}_signals WHERE run = ?`,
    forget: `DELETE FROM ${t}_runs WHERE no = ?`,
  };
};
