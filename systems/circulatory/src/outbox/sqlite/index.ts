export { SqliteOutbox, type SqliteOutboxOptions } from './sqlite-outbox.ts';
export { SqliteInbox, type SqliteInboxOptions } from './sqlite-inbox.ts';
