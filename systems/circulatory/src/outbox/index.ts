export { OutboxRelay, type OutboxRelayOptions, type RelayFailure } from './relay.ts';
export type { OutboxTarget } from './publish.ts';
export type { OutboxOptions } from './options.ts';
export type { OutboxValue } from './entry.ts';
export type { FailedRecord, OutboxDepth, OutboxLease, OutboxRecord, OutboxStore } from './store.ts';
export { exactlyOnce, type ExactlyOnceOptions, type InboxOutcome, type InboxRecord, type InboxStore } from './inbox.ts';
export type { InboxOptions } from './inbox-options.ts';
