export { SqliteJournal, sqliteJournal, type SqliteJournalOptions } from './sqlite-journal.node.ts';
