import type { Shape } from '@organism/nervous';
import { OptionError } from '@organism/cell';
import { UnknownTopicError } from '../errors.ts';
import { name as checkName } from './check.ts';
import type { HeartDriver } from './driver.ts';
import { requireFeatures } from './features.ts';
import { HeartTopic } from './topic.ts';
import { checkTopic, type TopicOptions } from './topic-options.ts';

const sameShape = (one: Shape<unknown> | undefined, other: Shape<unknown>): boolean =>
  one === undefined || one === other;

/** @throws {OptionError} for what is neither a name nor a shape. */
const nameOf = (topic: string | Shape<unknown>): string =>
  checkName('topic', typeof topic === 'object' && topic !== null ? topic.name : (topic as string));

/** The topics that a Heart knows, by name. */
export class HeartTopics {
  readonly #byName = new Map<string, HeartTopic>();
  readonly #defaults: Required<TopicOptions>;
  readonly #strict: boolean;
  readonly #driver: HeartDriver;

  constructor(defaults: TopicOptions, strict: boolean, driver: HeartDriver) {
    this.#defaults = checkTopic(defaults);
    requireFeatures(driver, defaults);
    this.#strict = strict;
    this.#driver = driver;
  }

  /** All of them. */
  get all(): readonly HeartTopic[] {
    return [...this.#byName.values()];
  }

  /** Sets a topic's Bone and options. @throws {UnsupportedError} for an option that the driver lacks. */
  declare(topic: string | Shape<unknown>, options: TopicOptions): HeartTopic {
    const name = nameOf(topic);
    const shape = typeof topic === 'string' ? this.#byName.get(name)?.shape : topic;
    const checked = checkTopic(options, this.#defaults);
    requireFeatures(this.#driver, options);
    const declared = new HeartTopic(name, shape, checked);
    this.#byName.set(name, declared);
    return declared;
  }

  /**
   * The topic of a name or Bone; made when it is new.
   *
   * @throws {UnknownTopicError} when it is new and only declared ones are taken.
   * @throws {OptionError} when another Bone of this name is in use.
   */
  get(topic: string | Shape<unknown>): HeartTopic {
    const name = typeof topic === 'string' ? topic : nameOf(topic);
    const found = this.#byName.get(name);
    if (found !== undefined)
      return typeof topic === 'string' || found.shape === topic ? found : this.#adopt(found, topic);
    if (this.#strict) throw new UnknownTopicError(name);
    return this.declare(topic, {});
  }

  /** A topic that was known by its name only gets its Bone when that comes along. */
  #adopt(found: HeartTopic, shape: Shape<unknown>): HeartTopic {
    if (!sameShape(found.shape, shape)) throw new OptionError('topic', `the shape that "${found.name}" has`, shape);
    const adopted = new HeartTopic(found.name, shape, found.options);
    this.#byName.set(found.name, adopted);
    return adopted;
  }
}
