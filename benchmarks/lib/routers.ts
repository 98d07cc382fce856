import type { Clock, Entropy } from '@organism/cell';

/** A way to spread messages over targets 0 to n - 1, as the simulation and the timed loop use it. */
export interface Router {
  /** A target for the next message, and a handle to settle it with. */
  choose(): Routed;
  settle(routed: Routed, ok: boolean): void;
}

/** One message on its way. */
export interface Routed {
  readonly target: number;
}

/** Round-robin: each target in turn. */
export const makeRoundRobin = (size: number): Router => {
  let next = -1;
  return {
    choose: () => {
      next = (next + 1) % size;
      return { target: next };
    },
    settle: () => {},
  };
};

const decayMs = 10_000;
/** For a target that has messages out and no history. */
const penalty = 2 ** 47;

class PeakEwmaNode {
  stamp: number;
  pending = 0;
  cost = 0;

  constructor(now: number) {
    this.stamp = now;
  }

  observe(latencyMs: number, now: number): void {
    const kept = Math.exp(-Math.max(now - this.stamp, 0) / decayMs);
    this.cost = latencyMs > this.cost ? latencyMs : this.cost * kept + latencyMs * (1 - kept);
    this.stamp = now;
  }

  load(now: number): number {
    this.observe(0, now);
    return this.cost === 0 && this.pending !== 0 ? penalty + this.pending : this.cost * (this.pending + 1);
  }
}

interface Timed extends Routed {
  readonly at: number;
}

/** Most draws of a pair when those drawn are marked dead, as Finagle's power of two choices has it. */
const mostDraws = 5;

/**
 * Peak-EWMA over the power of two choices, as Finagle documents it: the latency estimate jumps to each peak and decays
 * over 10 s, its product with the messages pending is a target's load, and the less loaded of two random targets wins.
 *
 * @see Finagle, user guide, "Load Balancing": Power of Two Choices + Peak EWMA
 */
export const makePeakEwma = (
  size: number,
  clock: Clock,
  entropy: Entropy,
  isOpen: (target: number) => boolean = () => true,
): Router => {
  const nodes = Array.from({ length: size }, () => new PeakEwmaNode(clock.monotonic()));
  const pick = (now: number): number => {
    let picked = 0;
    for (let draw = 0; draw < mostDraws; draw += 1) {
      const a = Math.floor(entropy.random() * size);
      let b = Math.floor(entropy.random() * (size - 1));
      if (b >= a) b += 1;
      const [first, second] = [nodes[a], nodes[b]];
      if (first === undefined || second === undefined) return a;
      if (isOpen(a) && isOpen(b)) return first.load(now) <= second.load(now) ? a : b;
      picked = isOpen(a) ? a : b;
      if (isOpen(picked)) return picked;
    }
    return picked;
  };
  return {
    choose: (): Timed => {
      const now = clock.monotonic();
      const target = pick(now);
      const node = nodes[target];
      if (node !== undefined) node.pending += 1;
      return { target, at: now };
    },
    settle: (routed) => {
      const node = nodes[routed.target];
      if (node === undefined) return;
      const now = clock.monotonic();
      node.pending -= 1;
      node.observe(Math.max(now - (routed as Timed).at, 0), now);
    },
  };
};

/** What Finagle's failure accrual has by default: five failures in a row, or less than 80 % success in 30 s. */
const accrual = { inARow: 5, rate: 0.8, windowMs: 30_000, fewest: 5, firstMs: 5000, mostMs: 300_000 };

interface Accrued {
  state: 'alive' | 'dead' | 'probing';
  until: number;
  inARow: number;
  rate: number;
  stamp: number;
  count: number;
  backoffMs: number;
}

/**
 * Peak-EWMA with failure accrual in front of each target, as a Finagle client has both: a target that fails is marked
 * dead for 5 s, then one message tries it; each failed try doubles the time, jittered.
 *
 * @see Finagle, user guide, "Failure Accrual"
 */
export const makeAccruing = (size: number, clock: Clock, entropy: Entropy): Router => {
  const fresh = (): Accrued => ({
    state: 'alive',
    until: 0,
    inARow: 0,
    rate: 1,
    stamp: clock.monotonic(),
    count: 0,
    backoffMs: accrual.firstMs,
  });
  const all = Array.from({ length: size }, fresh);
  const isOpen = (target: number): boolean => {
    const one = all[target];
    return one === undefined || one.state === 'alive' || (one.state === 'dead' && clock.monotonic() >= one.until);
  };
  const inner = makePeakEwma(size, clock, entropy, isOpen);
  const fails = (one: Accrued): boolean =>
    one.state === 'probing' || one.inARow >= accrual.inARow || (one.count >= accrual.fewest && one.rate < accrual.rate);
  return {
    choose: () => {
      const routed = inner.choose();
      const one = all[routed.target];
      if (one?.state === 'dead' && clock.monotonic() >= one.until) one.state = 'probing';
      return routed;
    },
    settle: (routed, ok) => {
      inner.settle(routed, ok);
      const one = all[routed.target];
      if (one === undefined || one.state === 'dead') return;
      const now = clock.monotonic();
      const kept = Math.exp(-(now - one.stamp) / accrual.windowMs);
      one.rate = one.rate * kept + (ok ? 1 : 0) * (1 - kept);
      one.stamp = now;
      one.count += 1;
      if (ok) {
        one.inARow = 0;
        if (one.state === 'probing') Object.assign(one, fresh());
        return;
      }
      one.inARow += 1;
      if (!fails(one)) return;
      one.until = now + one.backoffMs * (0.5 + entropy.random() / 2);
      one.backoffMs = Math.min(accrual.mostMs, one.backoffMs * 2);
      one.state = 'dead';
      one.inARow = 0;
    },
  };
};
