import { type Clock, type Entropy, systemClock } from '@organism/cell';
import type { Routed, Router } from './routers.ts';

/** What is wrong with a target for a while. */
export interface Fault {
  readonly target: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** How many times longer it takes. */
  readonly slower?: number;
  /** Share of the messages that fail, after a millisecond. */
  readonly failing?: number;
  /** Takes messages and never answers. */
  readonly hangs?: boolean;
}

/** A service of several targets, and what goes wrong. */
export interface Schedule {
  readonly targets: number;
  /** How many messages a target works on at once; others wait in its queue. */
  readonly workers: number;
  /** Median service time of a message; its spread is log-normal. */
  readonly serviceMs: number;
  readonly spread: number;
  /** Messages come at random (a Poisson process), whether or not earlier ones are answered. */
  readonly perSecond: number;
  /** When the caller gives up: an error. */
  readonly timeoutMs: number;
  readonly forMs: number;
  readonly faults: readonly Fault[];
}

/** How a schedule went. */
export interface Tally {
  readonly messages: number;
  readonly errors: number;
  /** Milliseconds, sorted, of all messages but those that failed before the caller gave up. */
  readonly latencies: Float64Array;
  /** How many messages went to each target, per second of the schedule. */
  readonly shares: readonly Uint32Array[];
}

/** A clock that the simulation moves by hand: a million messages need no million promises. */
export interface HandClock extends Clock {
  time: number;
}

/** Makes a clock at time 0. */
export const makeHandClock = (): HandClock => {
  const clock: HandClock = { ...systemClock, time: 0, monotonic: () => clock.time, now: () => clock.time };
  return clock;
};

interface Event {
  readonly at: number;
  readonly run: () => void;
}

/** Binary heap of events, the earliest first. */
class Agenda {
  readonly #heap: Event[] = [];

  push(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const up = (index - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || parent.at <= event.at) break;
      heap[index] = parent;
      index = up;
    }
    heap[index] = event;
  }

  pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let down = 2 * index + 1;
      const [left, right] = [heap[down], heap[down + 1]];
      if (left === undefined) break;
      if (right !== undefined && right.at < left.at) down += 1;
      const child = heap[down];
      if (child === undefined || child.at >= last.at) break;
      heap[index] = child;
      index = down;
    }
    heap[index] = last;
    return first;
  }
}

interface Message {
  readonly routed: Routed;
  readonly at: number;
  open: boolean;
}

/** Runs a schedule in virtual time. Arrivals and service times are drawn apart, so all routers meet the same traffic. */
export const runSchedule = (
  schedule: Schedule,
  router: Router,
  clock: HandClock,
  arrivals: Entropy,
  services: Entropy,
): Tally => {
  const agenda = new Agenda();
  const latencies: number[] = [];
  const shares = Array.from({ length: schedule.targets }, () => new Uint32Array(Math.ceil(schedule.forMs / 1000)));
  const queues = Array.from({ length: schedule.targets }, () => ({ busy: 0, waiting: [] as Message[], head: 0 }));
  let [messages, errors] = [0, 0];
  const after = (ms: number, run: () => void): void => agenda.push({ at: clock.time + ms, run });
  const faultOf = (target: number): Fault | undefined =>
    schedule.faults.find((fault) => fault.target === target && clock.time >= fault.fromMs && clock.time < fault.toMs);
  const close = (message: Message, ok: boolean): void => {
    if (!message.open) return;
    message.open = false;
    const latencyMs = clock.time - message.at;
    if (ok || latencyMs >= schedule.timeoutMs) latencies.push(latencyMs);
    if (!ok) errors += 1;
    router.settle(message.routed, ok);
  };
  /** A normal deviate by the polar-free Box-Muller transform. */
  const deviate = (): number =>
    Math.sqrt(-2 * Math.log(1 - services.random())) * Math.cos(2 * Math.PI * services.random());
  const work = (target: number, message: Message): void => {
    const queue = queues[target];
    if (queue === undefined) return;
    queue.busy += 1;
    const { slower = 1 } = faultOf(target) ?? {};
    after(schedule.serviceMs * slower * Math.exp(schedule.spread * deviate()), () => {
      queue.busy -= 1;
      close(message, true);
      const next = queue.waiting[queue.head];
      if (next === undefined) return;
      queue.head += 1;
      if (queue.head > 1000) queue.waiting.splice(0, queue.head).length = queue.head = 0;
      work(target, next);
    });
  };
  const arrive = (): void => {
    after((-Math.log(1 - arrivals.random()) * 1000) / schedule.perSecond, arrive);
    messages += 1;
    const message: Message = { routed: router.choose(), at: clock.time, open: true };
    const { target } = message.routed;
    const [queue, fault, share] = [queues[target], faultOf(target), shares[target]];
    if (queue === undefined || share === undefined) return;
    const second = Math.floor(clock.time / 1000);
    share[second] = (share[second] ?? 0) + 1;
    after(schedule.timeoutMs, () => close(message, false));
    const fails = fault?.failing !== undefined && services.random() < fault.failing;
    if (fails) after(1, () => close(message, false));
    else if (fault?.hangs === true) return;
    else if (queue.busy < schedule.workers) work(target, message);
    else queue.waiting.push(message);
  };
  after(0, arrive);
  for (let event = agenda.pop(); event !== undefined && event.at < schedule.forMs; event = agenda.pop()) {
    clock.time = event.at;
    event.run();
  }
  return { messages, errors, latencies: Float64Array.from(latencies).sort(), shares };
};
