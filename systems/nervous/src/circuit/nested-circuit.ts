import type { Anatomy, CellState, Context, Health, StopOptions } from '@organism/cell';
import type { NeuralCircuit } from './circuit.ts';
import type { Intake } from '../neuron/intake.ts';
import type { Message } from '../neuron/mailbox.ts';
import type { Burst } from '../neuron/membrane.ts';
import { NeuralNode } from '../neuron/neuron.ts';
import type { Nerve } from './nerve.ts';
import type { Axon, Dendrite } from '../neuron/port.ts';
import type { Shape } from '../shape.ts';

/** Inputs of a circuit that it shows to an outer one, by name. */
export type InnerDendrites = Readonly<Record<string, Dendrite<never>>>;

/** Outputs of a circuit that it shows to an outer one, by name. */
export type InnerAxons = Readonly<Record<string, Axon<unknown>>>;

/** The shapes of a circuit's inputs, as its neuron's. */
export type ShapesOfDendrites<D extends InnerDendrites> = {
  readonly [K in keyof D]: D[K] extends Dendrite<infer T> ? Shape<T> : never;
};

/** The shapes of a circuit's outputs, as its neuron's. */
export type ShapesOfAxons<A extends InnerAxons> = {
  readonly [K in keyof A]: A[K] extends Axon<infer T> ? Shape<T> : never;
};

const shapesOf = (ports: InnerDendrites | InnerAxons): Record<string, Shape<unknown>> =>
  Object.fromEntries(Object.entries(ports).map(([name, { shape }]) => [name, shape]));

/** What a nested circuit lets its neuron do. */
export interface Inner {
  readonly circuit: NeuralCircuit;
  readonly nerve: Nerve;
  /** Sets where failures go, and what else is told that something is under way. */
  nest(outer: Nerve | undefined): void;
}

/** Circuit as a neuron of another: starts, stops, pauses and fails with it. Made by `NeuralCircuit.asNeuron`. */
export class NestedCircuit<D extends InnerDendrites, A extends InnerAxons> extends NeuralNode<
  ShapesOfDendrites<D>,
  ShapesOfAxons<A>
> {
  readonly #inner: Inner;
  #watched = false;
  #holds = 0;

  constructor(inner: Inner, dendrites: D, axons: A) {
    super(
      {
        name: inner.circuit.name,
        dendrites: shapesOf(dendrites) as ShapesOfDendrites<D>,
        axons: shapesOf(axons) as ShapesOfAxons<A>,
      },
      Infinity,
      Object.fromEntries(Object.entries(dendrites).map(([name, dendrite]) => [name, () => dendrite])),
    );
    this.#inner = inner;
    const outer = this.axons as Readonly<Record<string, Axon<unknown>>>;
    for (const [name, axon] of Object.entries(axons))
      axon.terminal.link((value) => {
        const context = inner.nerve.present();
        return this.nerve.within(context, () => outer[name]?.fire(value));
      });
  }

  protected override handle(
    to: Dendrite<never>,
    value: never,
    weight: number,
    _burst: Burst<never> | undefined,
    message: Message | undefined,
  ): void {
    const dendrite = (to.handler as () => Dendrite<never>)();
    const pressure = this.#inner.nerve.within(this.nerve.present(), () =>
      dendrite.receive(value, weight, message?.settled),
    );
    if (pressure !== undefined) void this.press(pressure);
  }

  override join(nerve: Nerve): void {
    super.join(nerve);
    this.#inner.nest(nerve);
  }

  override get isAlive(): boolean {
    return true;
  }

  /** What is inside, for the anatomy. */
  describeInner(): Anatomy {
    return this.#inner.circuit.describe();
  }

  override get state(): CellState {
    return this.#inner.circuit.state;
  }

  override async start(context: Context): Promise<void> {
    const { circuit } = this.#inner;
    if (!this.#watched)
      circuit.observe(({ to, error }) => {
        if (to !== 'failed' || circuit.state !== 'failed') return;
        this.reportFailure(error, undefined);
        this.nerve.supervision?.failed(this as unknown as NeuralNode, error, undefined);
      });
    this.#watched = true;
    await circuit.start(context);
    // Its neurons have just been opened, but it is still held as a whole, as by a supervisor that restarts it.
    if (this.#holds > 0) circuit.holdAll();
  }

  override async stop(options?: StopOptions): Promise<void> {
    await this.#inner.circuit.stop(options);
  }

  override async health(): Promise<Health> {
    return await this.#inner.circuit.health();
  }

  override hold(): void {
    super.hold();
    if (this.#holds === 0) this.#inner.circuit.holdAll();
    this.#holds += 1;
  }

  override release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#inner.circuit.releaseAll();
    super.release();
  }

  override handOverTo(next: Intake): void {
    super.handOverTo(next);
    if (!(next instanceof NestedCircuit) || this.#holds === 0) return;
    next.#holds = this.#holds;
    next.#inner.circuit.holdAll();
  }

  override open(): void {
    if (this.#holds > 0) this.#inner.circuit.releaseAll();
    this.#holds = 0;
    super.open();
  }

  override async quiet(): Promise<void> {
    await super.quiet();
    await this.#inner.circuit.quiet();
  }

  override reset(): void {
    super.reset();
    this.#inner.circuit.reset();
  }
}
