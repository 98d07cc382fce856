import { EventBus, typed } from '@organism/nervous';
import Emittery from 'emittery';
import eventemitter2 from 'eventemitter2';
import { createNanoEvents } from 'nanoevents';
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { Subject } from 'rxjs';
import type { Benchmark, Case, Work } from './lib/benchmark.ts';
import { EventEmitter3, mitt } from './lib/peers.ts';

interface Payload {
  readonly amount: number;
}
type Listener = (value: Payload) => void;
interface Contender {
  on(topic: string, listener: Listener): void;
  /** The work of emitting payloads in rotation to topics in rotation. */
  emitter(topics: readonly string[], payloads: readonly Payload[]): Work;
}

const total = { value: 0 };
/** Three functions of different code, so that a call site sees more than one target. */
const makers: readonly ((seed: number) => Listener)[] = [
  (seed) =>
    ({ amount }) => {
      total.value += amount + seed;
    },
  (seed) =>
    ({ amount }) => {
      total.value += amount * seed;
    },
  (seed) =>
    ({ amount }) => {
      total.value -= amount ^ seed;
    },
];

const byName =
  (emit: (topic: string, value: Payload) => unknown) =>
  (topics: readonly string[], payloads: readonly Payload[]): Work =>
  (times) => {
    for (let index = 0; index < times; index += 1)
      emit(topics[index % topics.length] as string, payloads[index % payloads.length] as Payload);
    return total.value;
  };

const contenders: Readonly<Record<string, () => Contender>> = {
  name: () => {
    const bus = new EventBus<Record<string, Payload>>();
    return {
      on: (topic, listener) => void bus.on(topic, listener),
      emitter: byName((topic, value) => bus.emit(topic, value)),
    };
  },
  handle: () => {
    const bus = new EventBus();
    return {
      on: (topic, listener) => void bus.on(typed<Payload>(topic), listener),
      emitter: (topics, payloads) => {
        const handles = topics.map((topic) => bus.topic(typed<Payload>(topic)));
        return (times) => {
          for (let index = 0; index < times; index += 1)
            handles[index % handles.length]?.emit(payloads[index % payloads.length] as Payload);
          return total.value;
        };
      },
    };
  },
  eventemitter3: () => {
    const emitter = new EventEmitter3();
    return {
      on: (topic, listener) => void emitter.on(topic, listener),
      emitter: byName((topic, value) => emitter.emit(topic, value)),
    };
  },
  mitt: () => {
    const emitter = mitt<Payload>();
    return {
      on: (topic, listener) => emitter.on(topic, listener),
      emitter: byName((topic, value) => emitter.emit(topic, value)),
    };
  },
  nanoevents: () => {
    const emitter = createNanoEvents<Record<string, Listener>>();
    return {
      on: (topic, listener) => void emitter.on(topic, listener),
      emitter: byName((topic, value) => emitter.emit(topic, value)),
    };
  },
  'node:events': () => {
    const emitter = new EventEmitter().setMaxListeners(0);
    return {
      on: (topic, listener) => void emitter.on(topic, listener),
      emitter: byName((topic, value) => emitter.emit(topic, value)),
    };
  },
  'rxjs Subject': () => {
    const subjects = new Map<string, Subject<Payload>>();
    const at = (topic: string): Subject<Payload> =>
      subjects.get(topic) ?? (subjects.set(topic, new Subject()).get(topic) as Subject<Payload>);
    return {
      on: (topic, listener) => void at(topic).subscribe(listener),
      emitter: (topics, payloads) => {
        const handles = topics.map(at);
        return (times) => {
          for (let index = 0; index < times; index += 1)
            handles[index % handles.length]?.next(payloads[index % payloads.length] as Payload);
          return total.value;
        };
      },
    };
  },
};
const packages: Readonly<Record<string, string>> = { 'node:events': 'node', 'rxjs Subject': 'rxjs' };
const peerNames = ['eventemitter3', 'mitt', 'nanoevents', 'node:events', 'rxjs Subject'];

const payloads = Array.from({ length: 64 }, (_, amount) => ({ amount }));
const make = (name: string, topicCount: number, listeners: number): Work => {
  const contender = (contenders[name] as () => Contender)();
  const topics = Array.from({ length: topicCount }, (_, index) => `topic.${index}`);
  for (const [place, topic] of topics.entries()) {
    for (let index = 0; index < listeners; index += 1)
      contender.on(topic, (makers[index % makers.length] as (seed: number) => Listener)(place * listeners + index));
  }
  return contender.emitter(topics, payloads);
};

/** One workload: ours and all five peers in the same rounds, so that they share what the machine does meanwhile. */
const compare = (
  name: string,
  ours: 'name' | 'handle',
  topics: number,
  listeners: number,
  goals: Readonly<Record<string, number>>,
): Case => ({
  name: `${name}, by ${ours}`,
  goal: null,
  ours: make(ours, topics, listeners),
  peers: peerNames.map((peer) => ({
    name: peer,
    package: packages[peer] ?? peer,
    work: make(peer, topics, listeners),
    ...(goals[peer] !== undefined && { goal: goals[peer] }),
  })),
});

const { EventEmitter2 } = eventemitter2;

/** Patterns and names that overlap, and topics that they reach in different numbers. */
const wildListeners = ['foo.*', 'foo.**', 'foo.bar', 'foo.*.deep', '**'];
const wildTopics = ['foo.bar', 'foo.baz', 'foo.bar.deep', 'other.thing'];
const listenWild = (on: (topic: string, listener: Listener) => unknown): void => {
  for (const [index, topic] of wildListeners.entries())
    on(topic, (makers[index % makers.length] as (seed: number) => Listener)(index));
};
const wildContenders: Readonly<Record<string, () => Work>> = {
  name: () => {
    const bus = new EventBus<Record<string, Payload>>();
    listenWild((topic, listener) => bus.on(topic, listener as (value: unknown) => void));
    return byName((topic, value) => bus.emit(topic, value))(wildTopics, payloads);
  },
  eventemitter2: () => {
    const emitter = new EventEmitter2({ wildcard: true, delimiter: '.' });
    listenWild((topic, listener) => emitter.on(topic, listener));
    return byName((topic, value) => emitter.emit(topic, value))(wildTopics, payloads);
  },
};

/** Awaited publishing: listeners that are asynchronous, but wait for nothing. */
const publishContenders: Readonly<Record<string, (listeners: number) => Work>> = {
  handle: (listeners) => {
    const bus = new EventBus();
    const topic = bus.topic(typed<Payload>('topic'));
    for (let index = 0; index < listeners; index += 1) topic.on(async ({ amount }) => void (total.value += amount));
    return async (times) => {
      for (let index = 0; index < times; index += 1) await topic.publish(payloads[index % payloads.length] as Payload);
      return total.value;
    };
  },
  emittery: (listeners) => {
    const emitter = new Emittery<{ topic: Payload }>();
    for (let index = 0; index < listeners; index += 1)
      emitter.on('topic', async ({ data: { amount } }) => void (total.value += amount));
    return async (times) => {
      for (let index = 0; index < times; index += 1)
        await emitter.emit('topic', payloads[index % payloads.length] as Payload);
      return total.value;
    };
  },
};

/** Through a handle: no slower than the fastest of them. By name: no slower than eventemitter3. */
const fastest: Readonly<Record<string, number>> = Object.fromEntries(peerNames.map((peer) => [peer, 1]));
const byNameGoal: Readonly<Record<string, number>> = { eventemitter3: 1 };

/** Emitting through the event bus, error isolation on, against the plain emitters. */
export const benchmark: Benchmark = {
  name: 'nervous.emit',
  description:
    'emit to 1, 10 and 100 listeners, and mixed (32 topics, 3 closures each, 64 payloads), against five emitters; ' +
    'to wildcards against eventemitter2; awaited publish to 10 asynchronous listeners against emittery',
  verify: async () => {
    for (const [topics, listeners] of [
      [1, 1],
      [1, 10],
      [1, 100],
      [32, 3],
    ] as const) {
      const results = Object.keys(contenders).map((name) => {
        total.value = 0;
        make(name, topics, listeners)(1000);
        return total.value;
      });
      assert.equal(new Set(results).size, 1);
    }
    const wild = Object.values(wildContenders).map((contender) => {
      total.value = 0;
      contender()(1000);
      return total.value;
    });
    assert.equal(new Set(wild).size, 1);
    const published = new Set<number>();
    for (const contender of Object.values(publishContenders)) {
      total.value = 0;
      await contender(10)(1000);
      published.add(total.value);
    }
    assert.deepEqual([published.size, total.value > 0], [1, true]);
  },
  cases: () => [
    compare('1 listener', 'handle', 1, 1, fastest),
    compare('10 listeners', 'handle', 1, 10, fastest),
    compare('100 listeners', 'handle', 1, 100, fastest),
    compare('mixed', 'handle', 32, 3, fastest),
    compare('1 listener', 'name', 1, 1, {}),
    compare('10 listeners', 'name', 1, 10, byNameGoal),
    compare('mixed', 'name', 32, 3, byNameGoal),
    {
      name: 'wildcards (5 listeners, 4 topics), by name',
      goal: 0.4,
      ours: (wildContenders['name'] as () => Work)(),
      peers: [
        { name: 'eventemitter2', package: 'eventemitter2', work: (wildContenders['eventemitter2'] as () => Work)() },
      ],
    },
    {
      name: 'publish to 10 async listeners, by handle',
      goal: 0.5,
      ours: (publishContenders['handle'] as (listeners: number) => Work)(10),
      peers: [
        {
          name: 'emittery',
          package: 'emittery',
          work: (publishContenders['emittery'] as (listeners: number) => Work)(10),
        },
      ],
    },
  ],
};
