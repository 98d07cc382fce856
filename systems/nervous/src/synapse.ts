import { OptionError, type Timer } from '@organism/cell';
import { WiringError } from './errors.ts';
import type { Nerve } from './neuron.ts';
import type { Axon, Dendrite } from './port.ts';

/** Options of a connection. */
export interface SynapseOptions<From, To> {
  /** Factor on what a value adds to the receiver's potential. Default 1. */
  readonly weight?: number;
  /** Whether values hold the receiver back rather than urge it on. Default false. */
  readonly inhibitory?: boolean;
  /** Milliseconds a value is on its way, on the circuit's clock. Default 0: it arrives at once. */
  readonly delayMs?: number;
  /** Which values pass. Default all. */
  readonly filter?: (value: From) => boolean;
  /** Turns a value into what the receiver takes. */
  readonly map?: (value: From) => To;
}

/** Weighted, typed connection from an output to an input. Made by `NeuralCircuit.connect`. */
export class Synapse {
  readonly from: string;
  readonly to: string;
  readonly shape: Axon<unknown>['shape'];
  readonly weight: number;
  /** How many values arrived, and how many the filter held back. */
  passed: number = 0;
  filtered: number = 0;
  #unlink: (() => void) | undefined;
  readonly #timers = new Set<Timer>();

  /** @throws {WiringError} `NERVOUS_PORT_MISMATCH` naming both ports, when what they carry does not fit. */
  constructor(
    axon: Axon<unknown>,
    dendrite: Dendrite<never>,
    options: SynapseOptions<never, unknown>,
    nerve: Nerve,
    deferred: boolean,
  ) {
    const { weight = 1, delayMs = 0, inhibitory = false } = options;
    if (!(weight >= 0)) throw new OptionError('weight', 'a number >= 0 (use inhibitory to hold back)', weight);
    if (!(delayMs >= 0)) throw new OptionError('delayMs', 'a number of milliseconds >= 0', delayMs);
    this.from = axon.neuron;
    this.to = dendrite.neuron;
    this.shape = axon.shape;
    this.weight = inhibitory ? -weight : weight;
    const [given, wanted] = [axon.shape, dendrite.shape];
    if (options.map === undefined && (given.name !== wanted.name || given.version !== wanted.version)) {
      throw new WiringError(
        'NERVOUS_PORT_MISMATCH',
        `"${axon.neuron}.${axon.name}" gives ${given.name} (version ${given.version}), but "${dendrite.neuron}.${dendrite.name}" takes ${wanted.name} (version ${wanted.version}). Connect matching ports, or pass map.`,
      );
    }
    this.#unlink = axon.link(this.#path(dendrite, options, nerve, deferred));
  }

  /** The function that carries a value: as little as the options ask for, since it runs for every value. */
  #path(
    dendrite: Dendrite<never>,
    options: SynapseOptions<never, unknown>,
    nerve: Nerve,
    deferred: boolean,
  ): (value: unknown) => void {
    const { filter, map, delayMs = 0 } = options as SynapseOptions<unknown, unknown>;
    const { weight } = this;
    const receive = dendrite.receive as (value: unknown, weight: number) => void;
    const arrive = (value: unknown): void => {
      this.passed += 1;
      receive(value, weight);
    };
    const travel =
      delayMs > 0
        ? (value: unknown) => this.#delay(() => arrive(value), delayMs, nerve)
        : deferred
          ? (value: unknown) => this.#defer(() => arrive(value), nerve)
          : arrive;
    if (filter === undefined && map === undefined) return travel;
    return (value) => {
      try {
        if (filter !== undefined && !filter(value)) {
          this.filtered += 1;
          return;
        }
        travel(map === undefined ? value : map(value));
      } catch (error) {
        nerve.fail({ source: `${this.from} → ${this.to}`, error, value });
      }
    };
  }

  #delay(arrive: () => void, delayMs: number, nerve: Nerve): void {
    const done = Promise.withResolvers<void>();
    const timer = nerve.clock.setTimeout(() => {
      this.#timers.delete(timer);
      arrive();
      done.resolve();
    }, delayMs);
    this.#timers.add(timer);
    nerve.track(done.promise);
  }

  /** A cycle would never return if each round were a call inside the last. */
  #defer(arrive: () => void, nerve: Nerve): void {
    nerve.track(Promise.resolve().then(arrive));
  }

  /** Takes the connection away, with what is still on its way. */
  cut(): void {
    this.#unlink?.();
    this.#unlink = undefined;
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
  }
}
