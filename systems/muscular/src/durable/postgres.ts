export {
  type PostgresClient,
  PostgresJournal,
  postgresJournal,
  type PostgresJournalOptions,
  type PostgresPool,
  type PostgresResult,
} from './postgres-journal.ts';
