import {
  Cell,
  type CellOptions,
  type CellState,
  type Context,
  type Health,
  OptionError,
  type StopOptions,
} from '@organism/cell';
import { ReactionTimeoutError, WiringError } from '../errors.ts';
import { Intake } from './intake.ts';
import type { MailboxOptions, Message } from './mailbox.ts';
import { type Burst, Membrane, type MembraneOptions } from './membrane.ts';
import type { Nerve } from '../circuit/nerve.ts';
import {
  Axon,
  type Axons,
  Dendrite,
  type Dendrites,
  type PortShapes,
  type Receiver,
  type Settled,
  type Target,
  type ValueOf,
} from './port.ts';
import type { Shape } from '../shape.ts';

/** What every neuron is made of; `start`, `stop` and `health` are as in a Cell. */
export interface NeuronOptions<In extends PortShapes, Out extends PortShapes> extends Pick<
  CellOptions,
  'start' | 'stop' | 'health'
> {
  /** Unique within its circuit. */
  readonly name: string;
  /** Inputs, by name. */
  readonly dendrites: In;
  /** Outputs, by name. */
  readonly axons?: Out;
  /** Adds up what comes in over all inputs, and reacts only when a threshold is reached. Default: reacts to each value. */
  readonly membrane?: MembraneOptions<ValueOf<In[keyof In]>>;
  /** Where values wait while the neuron can't take them. A number is the capacity. Default 1024, `block`. */
  readonly mailbox?: number | MailboxOptions;
  /** Inputs whose waiting values go first, by name: the higher the sooner. Default 0 for each. */
  readonly priorities?: { readonly [K in keyof In]?: number };
  /** Milliseconds that an asynchronous reaction may take before it counts as failed. Default: for ever. */
  readonly timeoutMs?: number;
}

/** What a compiled path needs of its synapse. */
export interface Shortcut {
  passed: number;
  readonly weight: number;
}

/** How a reaction ended: well, or with an error. */
type Ended = { readonly error: unknown } | undefined;

/**
 * Node of a dataflow graph: named, typed inputs (dendrites) and outputs (axons). See {@link ReflexNeuron} and
 * {@link CorticalNeuron}. Small on purpose: circuits have thousands.
 */
export abstract class NeuralNode<In extends PortShapes = PortShapes, Out extends PortShapes = PortShapes>
  extends Intake
  implements Receiver
{
  readonly name: string;
  readonly dendrites: Dendrites<In>;
  readonly axons: Axons<Out>;
  /** Called when the threshold was reached, before the reaction. For lateral inhibition. */
  onBurst: ((key: string) => void) | undefined;
  readonly #membrane: Membrane<never> | undefined;
  readonly #timeoutMs: number | undefined;
  readonly #life: Cell | undefined;
  #inFlight: Set<(failure: Ended) => void> | undefined;

  /**
   * @param concurrency How many reactions may be at work at once.
   * @param handlers What to do with a value, by the name of the input.
   */
  protected constructor(
    options: NeuronOptions<In, Out>,
    concurrency: number,
    handlers: Readonly<Record<string, unknown>>,
  ) {
    const { name, timeoutMs, start, stop, health } = options;
    if (typeof name !== 'string' || name === '') throw new OptionError('name', 'a non-empty string', name);
    if (timeoutMs !== undefined && !(timeoutMs > 0))
      throw new OptionError('timeoutMs', 'a number of milliseconds above 0', timeoutMs);
    super(options.mailbox, concurrency);
    this.name = name;
    this.#timeoutMs = timeoutMs;
    this.#membrane = options.membrane && new Membrane(options.membrane as MembraneOptions<never>);
    if (start !== undefined || stop !== undefined || health !== undefined)
      this.#life = new Cell({ name, ...(start && { start }), ...(stop && { stop }), ...(health && { health }) });
    const dendrites: Record<string, Dendrite<never>> = {};
    for (const [port, shape] of Object.entries(options.dendrites)) {
      const priority = options.priorities?.[port] ?? 0;
      if (!Number.isFinite(priority)) throw new OptionError(`priorities.${port}`, 'a number', priority);
      const handler = handlers[port];
      if (typeof handler !== 'function') throw new OptionError(`react.${port}`, 'a function', handler);
      const prepared = this.prepare(handler as never);
      dendrites[port] = new Dendrite(this, { neuron: name, name: port, shape, priority, handler: prepared });
    }
    const axons: Record<string, Axon<unknown>> = {};
    for (const [port, shape] of Object.entries(options.axons ?? {}))
      axons[port] = new Axon(name, port, shape as Shape<unknown>, this);
    this.dendrites = dendrites as Dendrites<In>;
    this.axons = axons as unknown as Axons<Out>;
  }

  /** Makes a handler ready to be called; called while the neuron is made. */
  protected prepare(handler: never): unknown {
    return handler;
  }

  /** Reacts to a value, or to the burst that it completed; `message` is set when it had to wait. */
  protected abstract handle(
    to: Dendrite<never>,
    value: never,
    weight: number,
    burst: Burst<never> | undefined,
    message: Message | undefined,
  ): void;

  /** Takes a value. For dendrites. */
  receive(to: Dendrite<never>, value: never, weight: number, settled?: Settled): Promise<void> | undefined {
    this.received += 1;
    if (this.direct && settled === undefined) {
      this.#admit(to, value, weight, undefined);
      return undefined;
    }
    const message = this.#wrap(to, value, weight, settled);
    if (!this.direct) return this.post(message, to.priority);
    this.#admit(to, value, weight, message);
    return undefined;
  }

  #wrap(to: Dendrite<never>, value: never, weight: number, settled: Settled | undefined): Message {
    const at = this.#membrane === undefined ? 0 : this.nerve.clock.now();
    return { port: to.name, value, weight, at, context: this.nerve.present(), settled, burst: undefined, failures: 0 };
  }

  #admit(to: Dendrite<never>, value: never, weight: number, message: Message | undefined): void {
    let burst = message?.burst as Burst<never> | undefined;
    if (burst === undefined && this.#membrane !== undefined) {
      try {
        burst = this.#membrane.receive(value, weight, message?.at ?? this.nerve.clock.now());
        if (burst !== undefined) this.onBurst?.(burst.key);
      } catch (error) {
        this.fail(error, to, value, weight, undefined, message);
        return;
      }
    }
    // Without a threshold there is nothing to add up; an inhibitory synapse then just holds the value back.
    if (this.#membrane === undefined ? weight > 0 : burst !== undefined) this.handle(to, value, weight, burst, message);
    else message?.settled?.();
  }

  /**
   * Fast-path compiler (myelination, the oligodendrocytes' work): one function in place of the calls through synapse,
   * input and neuron. What can be seen from outside stays the same; while the neuron can't take a value at once, the
   * value goes the long way and waits. Undefined when a value needs all the steps, as with a membrane.
   */
  shortcut(_synapse: Shortcut, _dendrite: Dendrite<never>): Target<unknown> | undefined {
    return undefined;
  }

  protected override deliver(message: Message): void {
    const to = (this.dendrites as Readonly<Record<string, Dendrite<never>>>)[message.port];
    if (to === undefined) return;
    try {
      message.context?.throwIfDone();
    } catch (error) {
      this.reportFailure(error, message.value);
      message.settled?.(error);
      return;
    }
    this.nerve.within(message.context, () => this.#admit(to, message.value, message.weight, message));
  }

  /** Reports a failed reaction; a supervisor may keep its message. */
  protected fail(
    error: unknown,
    to: Dendrite<never>,
    value: never,
    weight: number,
    burst: Burst<never> | undefined,
    message: Message | undefined,
  ): void {
    this.reportFailure(error, value);
    const { supervision } = this.nerve;
    if (supervision === undefined) {
      message?.settled?.(error);
      return;
    }
    const failed = { ...(message ?? this.#wrap(to, value, weight, undefined)), burst };
    failed.failures += 1;
    if (!supervision.failed(this, error, failed)) failed.settled?.(error);
  }

  /**
   * Waits for an asynchronous reaction, no longer than the neuron's timeout. The place it takes up must be occupied.
   *
   * @param onEnd Called once: with `{ error }` when it failed or took too long.
   */
  protected follow(reaction: PromiseLike<unknown>, onEnd: (failure: Ended) => void): void {
    const { nerve } = this;
    const inFlight = (this.#inFlight ??= new Set());
    const end = (failure: Ended): void => {
      if (!inFlight.delete(end)) return;
      timer?.[Symbol.dispose]();
      onEnd(failure);
      this.vacate();
      nerve.end();
    };
    inFlight.add(end);
    nerve.begin();
    const ms = this.#timeoutMs;
    const timer =
      ms === undefined
        ? undefined
        : nerve.clock.setTimeout(() => end({ error: new ReactionTimeoutError(this.name, `${ms} ms`) }), ms);
    reaction.then(
      () => end(undefined),
      (error: unknown) => end({ error }),
    );
  }

  /** Gives up the reactions at work: they count as failed, and their end, if it comes, is ignored. For supervisors. */
  abandon(): void {
    for (const end of this.#inFlight ?? []) end({ error: new ReactionTimeoutError(this.name, 'its neuron may wait') });
  }

  /** The potential of a key now; 0 without a membrane. */
  potential(key = '', at: number = this.nerve.clock.now()): number {
    return this.#membrane?.potential(key, at) ?? 0;
  }

  /** Makes the neuron more or less sensitive for a while. For modulatory synapses. @see Membrane.modulate */
  modulate(by: number, value: never): void {
    this.#membrane?.modulate(by, this.#membrane.timeOf(value) ?? this.nerve.clock.now());
  }

  /** Holds a key's potential back. For lateral inhibition. */
  inhibit(key: string, by: number): void {
    this.#membrane?.inhibit(key, by, this.nerve.clock.now());
  }

  /** Whether it adds values up before it reacts. */
  get hasMembrane(): boolean {
    return this.#membrane !== undefined;
  }

  /** Joins a circuit. For the circuit. @throws {WiringError} when it is part of another that runs. */
  join(nerve: Nerve): void {
    if (this.nerve !== nerve && this.nerve.live)
      throw new WiringError('NERVOUS_NEURON_TAKEN', `"${this.name}" is part of another circuit, which runs.`);
    this.nerve = nerve;
  }

  /** Whether it has a life of its own, beside its circuit's. */
  get isAlive(): boolean {
    return this.#life !== undefined;
  }

  /** Where the neuron is in its own life; `running` when it has none. */
  get state(): CellState {
    return this.#life?.state ?? 'running';
  }

  /** Starts what the neuron holds. For circuit and supervisor. */
  async start(context: Context): Promise<void> {
    await this.#life?.start(context);
  }

  /** Lets go of what the neuron holds. For circuit and supervisor. */
  async stop(options?: StopOptions): Promise<void> {
    await this.#life?.stop(options);
  }

  /** Tells how the neuron is. */
  async health(): Promise<Health> {
    return (await this.#life?.health()) ?? { status: 'pass' };
  }

  /** Takes over from another neuron of the same kind; messages that wait are the circuit's to move. */
  adopt(_other: NeuralNode): void {}

  /** Live numbers, for the anatomy. */
  get counters(): Readonly<Record<string, number>> {
    const fired = Object.values<Axon<unknown>>(this.axons).reduce((total, axon) => total + axon.fired, 0);
    const { received, failed, waiting, dropped } = this;
    return { received, fired, failed, waiting, dropped };
  }

  /** Forgets potentials. */
  reset(): void {
    this.#membrane?.reset();
  }
}
