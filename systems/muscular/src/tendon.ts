import {
  type EventTendon,
  ReflexNeuron,
  type ReflexOptions,
  type RequestShape,
  type Responder,
  type Shape,
  type Subscription,
  typed,
} from '@organism/nervous';
import type { Immutable } from '@organism/skeletal';
import type { Muscle } from './muscle.ts';

/**
 * Binding: joins an operation to one way the world reaches it. Organs define what they take (an endpoint, a topic, a
 * queue); all of them name the operation, so that the anatomy can draw it.
 */
export interface Tendon {
  /** Which way in: `event`, `request`, `http`, `queue`, `form`, … */
  readonly kind: string;
  /** Name of the operation. */
  readonly target: string;
}

/**
 * Joins an operation to a topic of the event bus: each value is its input. Failures go to the bus's error handling.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, onEvent } from '@organism/muscular';
 * import { EventBus, typed } from '@organism/nervous';
 *
 * const seen: number[] = [];
 * const record = new Muscle({ name: 'record', run: (magnitude: number) => void seen.push(magnitude) });
 * const Quake = typed<number>('quake.seen');
 * const bus = new EventBus();
 * bus.attach(onEvent(Quake, record));
 * await bus.publish(Quake, 4.2);
 * assert.deepEqual(seen, [4.2]);
 * ```
 */
export const onEvent = <T, In, Out>(
  topic: Shape<T>,
  muscle: Muscle<In, Out>,
  ...[map]: [T] extends [In] ? [map?: (value: T) => In] : [map: (value: T) => In]
): EventTendon & Tendon => ({
  kind: 'event',
  topic,
  target: muscle.name,
  // Without a map the value is of the operation's input type, as the rest parameter demands.
  handle: (value) => muscle.execute(map === undefined ? (value as In) : map(value as T)),
});

/** Who answers requests: an event bus. */
export interface RequestHost<Q, A> {
  respond(topic: RequestShape<Q, A>, responder: Responder<Q, A>): Subscription;
}

/** Joins an operation to the requests of a topic. */
export interface RequestTendon<Q, A> extends Tendon {
  readonly topic: RequestShape<Q, A>;
  /** Answers the topic's requests on a bus. @throws {ResponderTakenError} when somebody else does. */
  attach(bus: RequestHost<Q, A>): Subscription;
}

/** Between a request and an operation: what must be turned into what, where the types differ. */
export type RequestMaps<Q, A, In, Out> = ([Q] extends [In]
  ? { readonly question?: (question: Q) => In }
  : { readonly question: (question: Q) => In }) &
  ([Immutable<Out>] extends [A]
    ? { readonly answer?: (output: Immutable<Out>) => A }
    : { readonly answer: (output: Immutable<Out>) => A });

/**
 * Joins an operation to the requests of a topic: it gets the question and gives the answer, in the requester's context.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, onRequest } from '@organism/muscular';
 * import { EventBus, requestReply, typed } from '@organism/nervous';
 *
 * const Double = requestReply(typed<number>('double'), typed<number>('doubled'));
 * const double = new Muscle({ name: 'double', run: (n: number) => 2 * n });
 * const bus = new EventBus();
 * onRequest(Double, double).attach(bus);
 * assert.equal(await bus.request(Double, 21), 42);
 * ```
 */
export const onRequest = <Q, A, In, Out>(
  topic: RequestShape<Q, A>,
  muscle: Muscle<In, Out>,
  ...[maps]: object extends RequestMaps<Q, A, In, Out>
    ? [maps?: RequestMaps<Q, A, In, Out>]
    : [maps: RequestMaps<Q, A, In, Out>]
): RequestTendon<Q, A> => {
  // Where a map is missing the types are the same, as the rest parameter demands.
  const { question = (asked: Q) => asked as unknown as In, answer = (given: unknown) => given as A } = maps ?? {};
  const respond: Responder<Q, A> = async (asked, { context }) =>
    answer(await muscle.execute(question(asked), context === undefined ? {} : { context }));
  return { kind: 'request', topic, target: muscle.name, attach: (bus) => bus.respond(topic, respond) };
};

/** The ports of a neuron made of an operation. */
export type MuscleNeuron<In, Out> = ReflexNeuron<
  { readonly input: Shape<In> },
  { readonly output: Shape<Immutable<Out>> }
>;

/** Options of {@link toNeuron}. */
export interface MuscleNeuronOptions<In, Out> extends Partial<
  Pick<ReflexOptions<never, never>, 'name' | 'mailbox' | 'concurrency' | 'timeoutMs'>
> {
  /** Shape of what comes in, for its connections. Default: the operation's Bone, else one of its own. */
  readonly input?: Shape<In>;
  /** Shape of what goes out. Default: the operation's Bone, else one of its own. */
  readonly output?: Shape<Immutable<Out>>;
}

/**
 * A neuron whose reaction is an operation: what comes to its `input` is executed, what that gives is fired from its
 * `output`. What fails is the circuit's to handle.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, toNeuron } from '@organism/muscular';
 * import { NeuralCircuit } from '@organism/nervous';
 *
 * const double = toNeuron(new Muscle({ name: 'double', run: (n: number) => 2 * n }));
 * await using circuit = await new NeuralCircuit({ name: 'sums' }).add(double).start();
 * const seen: number[] = [];
 * circuit.observe(double.axons.output, (n) => seen.push(n));
 * circuit.stimulate(double.dendrites.input, 21);
 * await circuit.drain();
 * assert.deepEqual(seen, [42]);
 * ```
 */
export const toNeuron = <In, Out>(
  muscle: Muscle<In, Out>,
  options: MuscleNeuronOptions<In, Out> = {},
): MuscleNeuron<In, Out> => {
  const {
    input = (muscle.input ?? typed(`${muscle.name}.input`)) as Shape<In>,
    output = (muscle.output ?? typed(`${muscle.name}.output`)) as Shape<Immutable<Out>>,
    ...rest
  } = options;
  return new ReflexNeuron({
    name: muscle.name,
    ...rest,
    dendrites: { input },
    axons: { output },
    react: {
      // Four parameters, so that the neuron hands over the context.
      input: async (value, axons, _burst, context) => {
        await axons.output.fire(await muscle.execute(value as In, context === undefined ? {} : { context }));
      },
    },
  });
};
