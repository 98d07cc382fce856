import { Cell } from '@organism/cell';
import { type Journal, memoryJournal } from '@organism/muscular';
import { sqliteJournal } from '@organism/muscular/sqlite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** A journal, and the cell that opens and closes it. */
export interface OpenJournal {
  readonly store: Journal<unknown>;
  readonly cell: Cell;
}

/** A journal on disk, or in memory when the file is called `memory`. */
export const openJournal = (file: string): OpenJournal => {
  if (file === 'memory') return { store: memoryJournal(), cell: new Cell({ name: 'journal' }) };
  mkdirSync(dirname(file), { recursive: true });
  const store = sqliteJournal({ path: file });
  return { store, cell: new Cell({ name: 'journal', start: ({ defer }) => defer(() => store[Symbol.dispose]()) }) };
};
