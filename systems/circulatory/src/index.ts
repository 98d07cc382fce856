export { type BatchEntry, Heart } from './heart/heart.ts';
export type { HeartFailure, HeartOptions } from './heart/heart-options.ts';
export type { HeartPublishOptions, Published } from './heart/publish-options.ts';
export type { HeartTopicInfo } from './heart/topic-info.ts';
export type { OverflowPolicy, TopicOptions, ValidatePolicy } from './heart/topic-options.ts';
export type { PublishedValue } from './heart/topic-value.ts';
export type { ConsumeOptions, SubscribeOptions } from './heart/consume-options.ts';
export { type HandlerScope, type MessageHandler, Subscription, type Transact } from './heart/subscription.ts';
export { Message, type Settled } from './heart/message.ts';
export type { ConsumerCounters } from './heart/consumer-host.ts';
export type { DeadLetter, DeadLetterQuery } from './heart/dead-letter.ts';
export { Vein, type PullOptions } from './vein/vein.ts';
export { Artery, type ArteryOptions } from './artery/artery.ts';
export type { Envelope } from './envelope.ts';
export { type EnvelopeCodec, jsonEnvelopes } from './heart/codec.ts';
export { MemoryBroker, type MemoryBrokerOptions } from './memory/memory-broker.ts';
export { durabilities, type Durability, isAtLeast } from './heart/durability.ts';
export type {
  Body,
  DeadQuery,
  DeadRecord,
  DeathReason,
  GroupDepth,
  DriverFeature,
  HeartDriver,
  JoinFrom,
  JoinOrder,
  Lease,
  LeaseRef,
  MaybePromise,
  NewMessage,
  OpenOptions,
  PublishOrder,
  PublishOutcome,
  ReserveOrder,
  Settlement,
  TopicDepth,
} from './heart/driver.ts';
export {
  ClosedError,
  CorruptMessageError,
  DurabilityError,
  HeartDriverError,
  LeaseLostError,
  NotEncodableError,
  QueueFullError,
  RejectError,
  SettledError,
  UnknownTopicError,
  UnsupportedError,
} from './errors.ts';
export { BloodCell, type BloodCellInit, type CreateOptions } from './blood-cell/blood-cell.ts';
export type { AttributeValue } from './blood-cell/attributes.ts';
export { cloudEvents, fromBloodCell, toBloodCell } from './blood-cell/envelopes.ts';
export { contextOf } from './blood-cell/context-of.ts';
export { parseSchemaReference, schemaReference, type SchemaReferenceOptions } from './blood-cell/schema-reference.ts';
export {
  batchType,
  parseBatch,
  parseEvent,
  type ReadOptions,
  stringifyBatch,
  stringifyEvent,
  structuredType,
} from './blood-cell/structured.ts';
export { type ContentMode, contentModeOf, fromHttp, type HttpMessage, toHttp, toHttpBatch } from './blood-cell/http.ts';
export { BloodCellError, BloodCellTooLargeError } from './blood-cell/errors.ts';
export { route, type RouteOptions, type RouteRule } from './routing/route.ts';
