/** Tables of a journal on PostgreSQL. */
export const postgresSchema = (s: string): string => `
  CREATE SCHEMA IF NOT EXISTS ${s};
  CREATE TABLE IF NOT EXISTS ${s}.workers (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, lease_until double precision NOT NULL
  );
  CREATE TABLE IF NOT EXISTS ${s}.runs (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, workflow text NOT NULL,
    version integer NOT NULL, status text NOT NULL, owner bigint, input text, outcome text,
    created_at double precision NOT NULL, updated_at double precision NOT NULL
  );
  CREATE INDEX IF NOT EXISTS runs_open ON ${s}.runs (owner) WHERE status IN ('running', 'blocked');
  CREATE TABLE IF NOT EXISTS ${s}.entries (
    run bigint NOT NULL, ordinal integer NOT NULL, position integer NOT NULL, issued integer NOT NULL,
    kind text NOT NULL, name text NOT NULL, value text, failed boolean NOT NULL, at double precision NOT NULL,
    PRIMARY KEY (run, ordinal)
  );
  CREATE TABLE IF NOT EXISTS ${s}.signals (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run bigint NOT NULL, id text NOT NULL, name text NOT NULL,
    payload text, at double precision NOT NULL, used_at integer, UNIQUE (run, id)
  );
  CREATE INDEX IF NOT EXISTS signals_unused ON ${s}.signals (run) WHERE used_at IS NULL;
`;

/** What the statements do. */
export type PostgresStatement =
  | 'register'
  | 'renew'
  | 'worker'
  | 'dismiss'
  | 'expired'
  | 'disown'
  | 'anyFree'
  | 'claim'
  | 'find'
  | 'entries'
  | 'signals'
  | 'commit'
  | 'send'
  | 'pending'
  | 'list'
  | 'lock'
  | 'truncate'
  | 'unuse'
  | 'reopen'
  | 'abandon'
  | 'purge';

/**
 * Statements of a journal on PostgreSQL.
 *
 * `commit` is a whole group of writes in one statement, so a group costs one round trip and one flush. It holds on to the
 * worker's row, which a takeover deletes: either the takeover waits for it, or it finds that it is fenced off.
 */
export const postgresStatements = (s: string): Readonly<Record<PostgresStatement, string>> => ({
  register: `INSERT INTO ${s}.workers (id, lease_until) VALUES ($1, $2)`,
  renew: `UPDATE ${s}.workers SET lease_until = $2 WHERE id = $1`,
  worker: `SELECT no FROM ${s}.workers WHERE id = $1 FOR KEY SHARE`,
  dismiss: `DELETE FROM ${s}.workers WHERE (id = $1 OR lease_until < $2) AND id IS DISTINCT FROM $3 RETURNING no`,
  expired: `SELECT 1 FROM ${s}.workers WHERE lease_until < $1 AND id <> $2 LIMIT 1`,
  disown: `UPDATE ${s}.runs SET owner = NULL WHERE owner = ANY ($1::bigint[]) AND status IN ('running', 'blocked')`,
  anyFree: `SELECT 1 FROM ${s}.runs WHERE owner IS NULL AND status IN ('running', 'blocked')
    AND (status = 'running' OR $1) AND workflow || '@' || version = ANY ($2::text[]) LIMIT 1`,
  claim: `UPDATE ${s}.runs SET owner = $1, status = 'running' WHERE no IN (
      SELECT no FROM ${s}.runs WHERE status IN ('running', 'blocked') AND (status = 'running' OR $2)
      AND (owner IS NULL OR owner = $3) AND workflow || '@' || version = ANY ($4::text[])
      ORDER BY no LIMIT $5 FOR UPDATE SKIP LOCKED) RETURNING *`,
  find: `SELECT * FROM ${s}.runs WHERE id = $1`,
  entries: `SELECT * FROM ${s}.entries WHERE run = $1 ORDER BY ordinal`,
  signals: `SELECT g.*, r.id AS run FROM ${s}.signals g JOIN ${s}.runs r ON r.no = g.run
    WHERE g.run = $1 AND g.used_at IS NULL ORDER BY g.no`,
  commit: `
    WITH fence AS (SELECT no FROM ${s}.workers WHERE id = $1 FOR KEY SHARE),
    created AS (
      INSERT INTO ${s}.runs (id, workflow, version, status, owner, input, created_at, updated_at)
      SELECT i.id, i.workflow, i.version, 'running', f.no, i.input, i.at, i.at
      FROM fence f, unnest($2::text[], $3::text[], $4::integer[], $5::text[], $6::double precision[])
        AS i (id, workflow, version, input, at)
      ON CONFLICT (id) DO NOTHING RETURNING id),
    asked AS (
      SELECT * FROM unnest($7::text[], $8::integer[], $9::integer[], $10::integer[], $11::integer[], $12::text[],
        $13::text[], $14::text[], $15::boolean[], $16::double precision[], $17::text[])
        AS i (id, base, ordinal, position, issued, kind, name, value, failed, at, uses)),
    fit AS (
      SELECT r.no, i.* FROM fence f JOIN ${s}.runs r ON r.owner = f.no JOIN asked i ON i.id = r.id
      WHERE r.status = 'running' AND i.base = (SELECT coalesce(max(e.ordinal), 0) FROM ${s}.entries e WHERE e.run = r.no)),
    appended AS (
      INSERT INTO ${s}.entries (run, ordinal, position, issued, kind, name, value, failed, at)
      SELECT no, ordinal, position, issued, kind, name, value, failed, at FROM fit),
    used AS (
      UPDATE ${s}.signals g SET used_at = i.ordinal FROM fit i WHERE g.run = i.no AND g.id = i.uses),
    finished AS (
      UPDATE ${s}.runs r SET status = i.status, outcome = i.outcome, updated_at = i.at, owner = NULL
      FROM fence f, unnest($18::text[], $19::text[], $20::text[], $21::double precision[]) AS i (id, status, outcome, at)
      WHERE r.id = i.id AND r.owner = f.no
        AND NOT EXISTS (SELECT 1 FROM asked a WHERE a.id = i.id AND a.ordinal NOT IN (SELECT ordinal FROM fit WHERE id = a.id))
      RETURNING r.id)
    SELECT (SELECT no FROM fence) AS fence, (SELECT array_agg(id) FROM created) AS created,
      (SELECT array_agg(DISTINCT id) FROM fit) AS fit, (SELECT array_agg(id) FROM finished) AS finished`,
  send: `INSERT INTO ${s}.signals (run, id, name, payload, at) SELECT no, $2, $3, $4, $5 FROM ${s}.runs WHERE id = $1
    ON CONFLICT (run, id) DO NOTHING`,
  pending: `SELECT g.*, r.id AS run FROM ${s}.signals g JOIN ${s}.runs r ON r.no = g.run
    JOIN ${s}.workers w ON w.no = r.owner WHERE g.used_at IS NULL AND w.id = $1 AND r.status = 'running' ORDER BY g.no`,
  list: `SELECT * FROM ${s}.runs WHERE ($1::text IS NULL OR workflow = $1) AND ($2::text IS NULL OR status = $2)
    ORDER BY no DESC LIMIT $3`,
  lock: `SELECT * FROM ${s}.runs WHERE id = $1 FOR UPDATE`,
  truncate: `DELETE FROM ${s}.entries WHERE run = $1 AND ordinal > $2`,
  unuse: `UPDATE ${s}.signals SET used_at = NULL WHERE run = $1 AND used_at > $2`,
  reopen: `UPDATE ${s}.runs SET status = 'running', outcome = NULL, owner = NULL, updated_at = $2 WHERE no = $1`,
  abandon: `UPDATE ${s}.runs SET status = 'cancelled', outcome = $2, updated_at = $3
    WHERE id = $1 AND status IN ('parked', 'blocked')`,
  purge: `WITH ended AS (
      DELETE FROM ${s}.runs WHERE no IN (
        SELECT no FROM ${s}.runs WHERE status IN ('completed', 'failed', 'cancelled') AND updated_at < $1 LIMIT $2
        FOR UPDATE SKIP LOCKED) RETURNING no),
    entries AS (DELETE FROM ${s}.entries WHERE run IN (SELECT no FROM ended)),
    signals AS (DELETE FROM ${s}.signals WHERE run IN (SELECT no FROM ended))
    SELECT count(*) AS runs FROM ended`,
});
