export { PostgresOutbox, type PostgresOutboxOptions, postgresOutboxSchema } from './postgres-outbox.ts';
export { PostgresInbox, type PostgresInboxOptions, postgresInboxSchema } from './postgres-inbox.ts';
export type { PooledPostgresClient, PostgresClient, PostgresPool, PostgresResult } from './client.ts';
