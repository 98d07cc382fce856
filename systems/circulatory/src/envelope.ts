/**
 * Message envelope: what a message is besides its value. The members are the attributes of a CloudEvent; `key` is its
 * partitioning extension.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface Envelope<T = unknown> {
  /** Unique among the messages of one source. */
  readonly id: string;
  /** What kind of message: the name of its Bone, or of its topic. */
  readonly type: string;
  /** Who sent it. */
  readonly source: string;
  /** When it was sent: RFC 3339. */
  readonly time: string;
  readonly data: T;
  /** Messages of one key are handled in the order in which they were published. */
  readonly key?: string;
  /** Lower-case names: trace, correlation, tenant, and the sender's own. */
  readonly headers: Readonly<Record<string, string>>;
}
