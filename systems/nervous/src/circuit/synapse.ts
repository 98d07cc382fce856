import { OptionError } from '@organism/cell';
import { DelayLine } from './delay-line.ts';
import { WiringError } from '../errors.ts';
import type { Nerve } from './nerve.ts';
import type { NeuralNode } from '../neuron/neuron.ts';
import type { Axon, Dendrite, Settled, Target, Terminal } from '../neuron/port.ts';

/** What a value does to its receiver. */
export type SynapseKind = 'excitatory' | 'inhibitory' | 'modulatory';

/** Options of a connection. */
export interface SynapseOptions<From, To> {
  /**
   * Factor on what a value adds to the receiver's potential; for a modulatory synapse, by how much one value changes the
   * receiver's sensitivity (-1 to silence it, 0.5 for half as much again). Default 1.
   */
  readonly weight?: number;
  /**
   * `excitatory` (default) values urge the receiver on, `inhibitory` ones hold it back, `modulatory` ones make it more or
   * less sensitive for a while and are not handled themselves. The last two need a receiver with a membrane.
   */
  readonly kind?: SynapseKind;
  /** Milliseconds a value is on its way, on the circuit's clock. Values never overtake each other. Default 0. */
  readonly delayMs?: number;
  /** Which values pass. Default all. */
  readonly filter?: (value: From) => boolean;
  /** Turns a value into what the receiver takes. */
  readonly map?: (value: From) => To;
}

/** How a circuit carries values. */
export interface Conduction {
  /** The connection closes a cycle: each round takes a turn of the event loop, and never waits for room. */
  readonly closing: boolean;
  /** Compile the path where it can be. */
  readonly myelinated: boolean;
  /** One of several that a router chooses from: values are given to it one by one. */
  readonly routed: boolean;
}

const checked = ({ weight = 1, delayMs = 0, kind = 'excitatory' }: SynapseOptions<never, unknown>): void => {
  if (!['excitatory', 'inhibitory', 'modulatory'].includes(kind))
    throw new OptionError('kind', 'excitatory, inhibitory or modulatory', kind);
  if (kind === 'modulatory' ? !(weight >= -1) : !(weight >= 0))
    throw new OptionError('weight', kind === 'modulatory' ? 'a number >= -1' : 'a number >= 0 (see kind)', weight);
  if (!(delayMs >= 0)) throw new OptionError('delayMs', 'a number of milliseconds >= 0', delayMs);
};

/** Weighted, typed connection from an output to an input. Made by `NeuralCircuit.connect`. */
export class Synapse {
  readonly from: string;
  readonly to: string;
  readonly shape: Axon<unknown>['shape'];
  readonly weight: number;
  readonly kind: SynapseKind;
  /** How many values arrived, and how many the filter held back. */
  passed: number = 0;
  filtered: number = 0;
  readonly #axon: Axon<unknown>;
  /** The end of the axon: it stays when a neuron is swapped. */
  readonly #terminal: Terminal<unknown>;
  readonly #options: SynapseOptions<unknown, unknown>;
  readonly #nerve: Nerve;
  readonly #conduction: Conduction;
  #delayed: DelayLine<unknown> | undefined;
  #receiver: NeuralNode;
  #dendrite: Dendrite<never>;
  #target: Target<unknown> | undefined;

  /** @throws {WiringError} `NERVOUS_PORT_MISMATCH` naming both ports, when what they carry does not fit. */
  constructor(
    axon: Axon<unknown>,
    dendrite: Dendrite<never>,
    receiver: NeuralNode,
    options: SynapseOptions<never, unknown>,
    nerve: Nerve,
    conduction: Conduction,
  ) {
    checked(options);
    this.from = axon.neuron;
    this.to = dendrite.neuron;
    this.shape = axon.shape;
    this.kind = options.kind ?? 'excitatory';
    this.weight = (this.kind === 'inhibitory' ? -1 : 1) * (options.weight ?? 1);
    this.#axon = axon;
    this.#terminal = axon.terminal;
    this.#dendrite = dendrite;
    this.#receiver = receiver;
    this.#options = options as SynapseOptions<unknown, unknown>;
    this.#nerve = nerve;
    this.#conduction = conduction;
    this.#checkFit(dendrite, receiver);
    if (!conduction.routed) this.#link();
  }

  #checkFit(dendrite: Dendrite<never>, receiver: NeuralNode): void {
    const [given, wanted] = [this.shape, dendrite.shape];
    const [from, to] = [`"${this.#axon.neuron}.${this.#axon.name}"`, `"${dendrite.neuron}.${dendrite.name}"`];
    if (this.#options.map === undefined && (given.name !== wanted.name || given.version !== wanted.version))
      throw new WiringError(
        'NERVOUS_PORT_MISMATCH',
        `${from} gives ${given.name} (version ${given.version}), but ${to} takes ${wanted.name} (version ${wanted.version}). Connect matching ports, or pass map.`,
      );
    if (this.kind !== 'excitatory' && !receiver.hasMembrane)
      throw new WiringError(
        'NERVOUS_BAD_SYNAPSE',
        `The ${this.kind} synapse from ${from} to ${to} has no effect: "${receiver.name}" has no membrane.`,
      );
  }

  #link(): void {
    const target = this.#path();
    if (this.#target === undefined) this.#terminal.link(target);
    else this.#terminal.replace(this.#target, target);
    this.#target = target;
  }

  /** The function that carries a value: as little as the options ask for, since it runs for every value. */
  #path(): Target<unknown> {
    const { filter, map, delayMs = 0 } = this.#options;
    const travel = this.#travel(delayMs);
    if (filter === undefined && map === undefined) return travel;
    return (value) => {
      let mapped = value;
      try {
        if (filter !== undefined && !filter(value)) {
          this.filtered += 1;
          return undefined;
        }
        if (map !== undefined) mapped = map(value);
      } catch (error) {
        this.#nerve.fail({ source: `${this.from} → ${this.to}`, error, value });
        return undefined;
      }
      return travel(mapped);
    };
  }

  #travel(delayMs: number): Target<unknown> {
    if (delayMs > 0 || this.#delayed !== undefined) {
      this.#delayed ??= new DelayLine(`${this.from} → ${this.to}`, delayMs, this.#nerve, (value) =>
        this.#arrive(value),
      );
      const line = this.#delayed;
      if (!this.#conduction.closing) return (value) => line.push(value);
      // Whoever waits for room in a cycle may be what has to make room.
      return (value) => void line.push(value);
    }
    if (this.#conduction.closing) return (value) => void this.#defer(value);
    const direct = this.#conduction.myelinated && this.kind === 'excitatory' && this.weight > 0;
    return (direct ? this.#receiver.shortcut(this, this.#dendrite) : undefined) ?? ((value) => this.#arrive(value));
  }

  #arrive(value: unknown): Promise<void> | undefined {
    this.passed += 1;
    if (this.kind !== 'modulatory') return this.#dendrite.receive(value as never, this.weight);
    this.#receiver.modulate(this.weight, value as never);
    return undefined;
  }

  /** A cycle would never return if each round were a call inside the last. */
  async #defer(value: unknown): Promise<void> {
    const context = this.#nerve.context;
    this.#nerve.begin();
    await undefined;
    this.#nerve.within(context ?? this.#nerve.present(), () => void this.#arrive(value));
    this.#nerve.end();
  }

  /** Leads to the neuron that takes another's place; what is on its way arrives there. For the circuit. */
  follow(old: NeuralNode, next: NeuralNode): void {
    // The axon's end was handed over to the next neuron already; this one is only where values come out.
    if (this.#receiver !== old) return;
    this.#dendrite =
      (next.dendrites as Readonly<Record<string, Dendrite<never>>>)[this.#dendrite.name] ?? this.#dendrite;
    this.#receiver = next;
    if (!this.#conduction.routed) this.#link();
  }

  /** Carries a value that a router has chosen it for; `settled` gets the outcome of the reaction. */
  carry(value: unknown, settled: Settled): Promise<void> | undefined {
    this.passed += 1;
    return this.#dendrite.receive(value as never, this.weight, settled);
  }

  /** Takes the connection away; what is still on its way is reported as undelivered. */
  cut(): void {
    if (this.#target !== undefined) this.#terminal.replace(this.#target);
    this.#target = undefined;
    this.#delayed?.cut();
  }
}
