import { UnsupportedError } from '../errors.ts';
import type { DriverFeature, HeartDriver } from './driver.ts';
import { defaultPriority, type Schedule } from './publish-options.ts';
import type { TopicOptions } from './topic-options.ts';

const refuse = ({ name, lacks }: HeartDriver, feature: DriverFeature, what: string): void => {
  if (lacks?.includes(feature) === true) throw new UnsupportedError(name, what);
};

/** @throws {UnsupportedError} when a topic's options ask for what the driver lacks. */
export const requireFeatures = (
  driver: HeartDriver,
  { overflow, retentionMs = 0, dedupWindowMs = 0, maxDepth = Infinity }: TopicOptions,
): void => {
  if (driver.lacks === undefined) return;
  if (overflow === 'shed') refuse(driver, 'shed', 'shedding by priority (overflow)');
  if (retentionMs > 0) refuse(driver, 'retention', 'retention (retentionMs)');
  if (dedupWindowMs > 0) refuse(driver, 'deduplication', 'de-duplication (dedupWindowMs)');
  if (maxDepth !== Infinity) refuse(driver, 'bound', 'bound of a topic (maxDepth)');
};

/** @throws {UnsupportedError} when a publish asks for what the driver lacks. */
export const requireSchedule = (driver: HeartDriver, { priority, dueAt, expiresAt }: Schedule, now: number): void => {
  if (driver.lacks === undefined) return;
  if (priority !== defaultPriority) refuse(driver, 'priority', 'priorities');
  if (dueAt > now) refuse(driver, 'delay', 'delayed messages (delayMs, at)');
  if (expiresAt !== Infinity) refuse(driver, 'expiry', 'end of a message (ttlMs)');
};
