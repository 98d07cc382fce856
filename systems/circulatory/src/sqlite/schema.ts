/**
 * Tables of a {@link SqliteBroker}. A message is stored once; each group that has yet to handle it has a delivery. Times
 * are milliseconds since the epoch. Stages are those of the memory: 0 delayed, 1 ready, 2 leased, 3 behind another of its
 * key, 4 put off while the others of its key wait.
 *
 * A body is text or bytes, as it was given.
 *
 * The indexes are partial, so that a message costs entries only for what it has: no key, no delay, no end of life.
 */
export const schema = (t: string): string => `
  CREATE TABLE IF NOT EXISTS ${t}_sequence (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO ${t}_sequence VALUES (1, 0);
  CREATE TABLE IF NOT EXISTS ${t}_topics (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, depth INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${t}_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, name TEXT NOT NULL, idle_ms REAL,
    asked_at REAL NOT NULL DEFAULT 0, UNIQUE (topic, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${t}_messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, key TEXT, priority INTEGER NOT NULL,
    published_at REAL NOT NULL, due_at REAL NOT NULL, expires_at REAL, retained_until REAL NOT NULL,
    pending INTEGER NOT NULL, dead INTEGER NOT NULL DEFAULT 0, body ANY NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ${t}_messages_waiting ON ${t}_messages (topic, priority, seq) WHERE pending > 0;
  CREATE INDEX IF NOT EXISTS ${t}_messages_kept ON ${t}_messages (retained_until) WHERE pending = 0;
  CREATE TABLE IF NOT EXISTS ${t}_deliveries (
    seq INTEGER NOT NULL, grp INTEGER NOT NULL, stage INTEGER NOT NULL, priority INTEGER NOT NULL, key TEXT,
    due_at REAL NOT NULL, expires_at REAL, attempts INTEGER NOT NULL DEFAULT 0, previous_delay REAL NOT NULL DEFAULT 0,
    token INTEGER NOT NULL DEFAULT 0, until REAL NOT NULL DEFAULT 0, PRIMARY KEY (seq, grp)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ${t}_ready ON ${t}_deliveries (grp, priority DESC, seq) WHERE stage = 1;
  CREATE INDEX IF NOT EXISTS ${t}_due ON ${t}_deliveries (grp, due_at) WHERE stage IN (0, 4);
  CREATE INDEX IF NOT EXISTS ${t}_leased ON ${t}_deliveries (grp, until) WHERE stage = 2;
  CREATE INDEX IF NOT EXISTS ${t}_lanes ON ${t}_deliveries (grp, key, seq) WHERE key IS NOT NULL;
  CREATE INDEX IF NOT EXISTS ${t}_mortal ON ${t}_deliveries (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS ${t}_dead (
    n INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, grp INTEGER NOT NULL, code TEXT NOT NULL,
    detail TEXT NOT NULL, attempts INTEGER NOT NULL, failed_at REAL NOT NULL, UNIQUE (grp, seq)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${t}_seen (
    topic INTEGER NOT NULL, id TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (topic, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ${t}_seen_until ON ${t}_seen (until);`;
