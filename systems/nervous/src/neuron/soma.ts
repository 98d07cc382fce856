import type { Context } from '@organism/cell';
import type { Burst } from './membrane.ts';
import type { Nerve } from '../circuit/nerve.ts';

/** What a stateful neuron works with while it handles one message; not to be kept beyond it. */
export class Soma<State, Outputs, Value> {
  /** The state; assign to it to change it. A failed reaction leaves it as it was before the message. */
  state: State;
  readonly axons: Outputs;
  /** What led to the threshold, for a neuron with a membrane. */
  burst: Burst<Value> | undefined;
  #nerve: Nerve | undefined;
  #context: Context | undefined;
  #abort: AbortController | undefined;

  /** Made by the neuron, and used again for each message: most reactions are over before the next begins. */
  constructor(axons: Outputs, state: State) {
    this.axons = axons;
    this.state = state;
  }

  /** Begins a message. For the neuron. */
  begin(state: State, burst: Burst<Value> | undefined, nerve: Nerve): void {
    this.state = state;
    this.burst = burst;
    this.#nerve = nerve;
    this.#context = nerve.context;
    this.#abort = undefined;
  }

  /** The context that the message came with: trace, correlation, deadline, signal. */
  get context(): Context | undefined {
    return this.#context ?? this.#nerve?.present();
  }

  /** Aborts when the reaction is no longer wanted: it took too long, its neuron restarts, or the sender gave up. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    const outer = this.context?.signal;
    return outer === undefined ? this.#abort.signal : AbortSignal.any([outer, this.#abort.signal]);
  }

  /** Gives the reaction up. For the neuron. */
  end(reason: unknown): void {
    this.#abort?.abort(reason);
  }
}
