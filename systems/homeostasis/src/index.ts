export { regulate, type AlternativeOf, type Regulated } from './regulate.ts';
export type { CallOptions, Policy, PolicyOptions, Scope, Work } from './policy.ts';
export { Retry, type RetryOptions } from './retry.ts';
export { type Backoff, constant, exponential, type ExponentialOptions } from './backoff.ts';
export { isRetryable, retryAfterOf } from './retryable.ts';
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts';
export { Timeout, type TimeoutOptions } from './timeout.ts';
export { Breaker } from './breaker.ts';
export type { BreakerOptions, BreakerSnapshot, BreakerState } from './breaker-options.ts';
export { isFailure } from './failure.ts';
export { consecutive, ratio, type RatioOptions, type Trip, type TripRule, type TripSnapshot } from './trip.ts';
export { type BreakerStore, MemoryBreakerStore, shareBreaker } from './breaker-store.ts';
export { Bulkhead, type BulkheadOptions } from './bulkhead.ts';
export { RateLimit, type RateLimitOptions } from './rate-limit.ts';
export {
  gcra,
  type RateState,
  type RateStrategy,
  type RateVerdict,
  slidingWindow,
  tokenBucket,
} from './rate-strategy.ts';
export { MemoryRateStore, type RateAnswer, type RateStore } from './rate-store.ts';
export { Hedge, type HedgeOptions } from './hedge.ts';
export { Fallback, type FallbackOptions } from './fallback.ts';
export { Coalesce, type CoalesceOptions } from './coalesce.ts';
export { AdaptiveConcurrency, type AdaptiveConcurrencyOptions } from './adaptive-concurrency.ts';
export { gradient, type GradientOptions, type LimitAlgorithm } from './gradient.ts';
export type {
  AdaptiveDecision,
  BreakerDecision,
  BulkheadDecision,
  CoalesceDecision,
  Decision,
  FallbackDecision,
  GiveUpReason,
  HedgeDecision,
  RateLimitDecision,
  RetryDecision,
  TimeoutDecision,
} from './decision.ts';
export {
  BreakerOpenError,
  BulkheadFullError,
  LimitExceededError,
  RateLimitedError,
  RejectedError,
  TimeoutError,
} from './errors.ts';
