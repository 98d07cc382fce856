// Runs workflows and sagas on one SQLite file until all are done, and then ends unless told to stay. Killed at any time by
// durable-crash.test.ts.
import { DatabaseSync } from 'node:sqlite';
import { type Flow, Muscle, MuscleCoordination, workflow } from '@organism/muscular';
import { sqliteJournal } from '@organism/muscular/sqlite';

const [path = '', total = '0', stays = ''] = process.argv.slice(2);
const journal = sqliteJournal({ path });
// A connection of its own: its effects commit apart from the journal, as those of any other system would.
const outside = new DatabaseSync(path, { timeout: 5000 });
outside.exec(`
  PRAGMA synchronous = normal;
  CREATE TABLE IF NOT EXISTS effects (run TEXT, what TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS done (key TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS undone (key TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS wrong (what TEXT) STRICT;
`);
const apply = journal.database.prepare('INSERT INTO effects VALUES (?, ?)');
const mark = outside.prepare('INSERT OR IGNORE INTO done VALUES (?)');
const unmark = outside.prepare('INSERT OR IGNORE INTO undone VALUES (?)');
const wrong = outside.prepare('INSERT INTO wrong VALUES (?)');
const known = outside.prepare(`SELECT 1 FROM muscular_entries e JOIN muscular_runs r ON r.no = e.run
  WHERE r.id = ? AND e.kind = 'step' AND e.name = ?`);

const act = new Muscle<string, number>({
  name: 'act',
  idempotent: true,
  run: async (key) => {
    const [run = '', step = ''] = key.split(' ');
    if (known.get(run, step) !== undefined) wrong.run(`${key} was run again`);
    await Promise.resolve();
    mark.run(key);
    return key.length;
  },
});
const undo = new Muscle<string, void>({ name: 'undo', idempotent: true, run: (key) => void unmark.run(key) });

const pay = workflow({
  name: 'pay',
  run: async (_input: void, flow: Flow<DatabaseSync>) => {
    for (const what of ['debit', 'credit']) await flow.transaction(what, () => void apply.run(flow.id, what));
    await flow.step('notify', act, `${flow.id} notify`);
    await flow.sleep(5);
    await Promise.all([
      flow.transaction('book', () => void apply.run(flow.id, 'book')),
      flow.step('print', act, `${flow.id} print`),
    ]);
  },
});

const trip = workflow({
  name: 'trip',
  run: async (fails: boolean, flow: Flow<DatabaseSync>) => {
    for (const part of ['hotel', 'car', 'flight']) {
      flow.compensate(`undo ${part}`, undo, `${flow.id} ${part}`);
      await flow.step(part, act, `${flow.id} ${part}`);
    }
    if (fails) throw new Error('no money');
  },
});

const engine = await new MuscleCoordination({
  store: journal,
  workflows: [pay, trip],
  exclusive: true,
  pollMs: 100,
}).start();
process.send?.('ready');
const results = Array.from({ length: Number(total) }, async (_, index) => {
  const id = String(index);
  const run = index % 2 === 0 ? engine.launch(pay, undefined, { id }) : engine.launch(trip, index % 4 === 1, { id });
  await (await run).result();
});
await Promise.allSettled(results);
if (stays !== '') await new Promise((resolve) => setTimeout(resolve, 60_000));
await engine.stop();
journal[Symbol.dispose]();
process.disconnect();
