import { OptionError } from '@organism/cell';
import { failureOf, StepError, StepUncertainError } from './errors.ts';
import type { Flow, InlineStep, Operation, SignalWait, StepOptions } from './flow.ts';
import { asJson, toText } from './json.ts';
import type { EntryKind } from './journal.ts';
import type { Call } from './replay.ts';
import type { Run } from './run.ts';

const checkName = (name: unknown): void => {
  if (typeof name !== 'string' || name === '') throw new OptionError('name', 'a non-empty text', name);
};

const checkMs = (field: string, ms: unknown): void => {
  if (typeof ms !== 'number' || !(ms >= 0 && ms < Infinity))
    throw new OptionError(field, 'a finite number of milliseconds >= 0', ms);
};

/** The flow of one run. */
export class RunFlow<Tx> implements Flow<Tx> {
  readonly #run: Run<Tx>;

  constructor(run: Run<Tx>) {
    this.#run = run;
  }

  get id(): string {
    return this.#run.id;
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  step<Out>(name: string, work: InlineStep<Out>, options?: StepOptions): Promise<Out>;
  step<In, Out>(name: string, muscle: Operation<In, Out>, input: In, options?: StepOptions): Promise<Out>;
  async step(
    name: string,
    work: Operation<unknown, unknown> | InlineStep<unknown>,
    input?: unknown,
    options?: StepOptions,
  ): Promise<unknown> {
    checkName(name);
    const run = this.#run;
    const inline = typeof work === 'function';
    const { atMostOnce = false } = (inline ? (input as StepOptions | undefined) : options) ?? {};
    const doing = inline
      ? (): unknown => work(run)
      : // The workflow runs in this context already: naming it spares the operation a look-up.
        (): unknown => work.execute(input, { context: run.context });
    if (atMostOnce) {
      let begun: Call | undefined;
      await run.call('intent', name, (call) => run.complete((begun = call), null, undefined));
      if (begun === undefined) return run.call('step', name, (call) => this.#fail(call, new StepUncertainError(name)));
    }
    return run.call('step', name, (call) => void run.during(() => this.#do(call, doing)));
  }

  // Flat, without a chain of promises: this is what every durable step costs beside its commit.
  async #do(call: Call, doing: () => unknown): Promise<void> {
    try {
      const live = asJson(await doing(), 'the result of a step');
      this.#run.complete(call, toText(live), live);
    } catch (error) {
      this.#fail(call, error);
    }
  }

  #fail(call: Call, error: unknown): void {
    const failure = failureOf(error);
    this.#run.complete(call, JSON.stringify(failure), new StepError(call.name, failure), true);
  }

  async transaction<Out>(name: string, work: (tx: Tx) => Out | Promise<Out>): Promise<Out> {
    checkName(name);
    const result = await this.#run.call('transaction', name, (call) => this.#run.transact(call, work));
    return result as Out;
  }

  async sleep(ms: number, name = ''): Promise<void> {
    checkMs('ms', ms);
    await this.#until(this.#run.host.clock.now() + ms, name);
  }

  async sleepUntil(time: number | Date, name = ''): Promise<void> {
    const at = typeof time === 'number' ? time : time.getTime();
    checkMs('time', at);
    await this.#until(at, name);
  }

  async #until(time: number, name: string): Promise<void> {
    const due = await this.#value('timer', name, time);
    await this.#run.call('fired', name, (call) => {
      this.#run.timer(() => this.#run.complete(call, null, undefined), this.#left(due));
    });
  }

  #left(due: number): number {
    return Math.max(0, due - this.#run.host.clock.now());
  }

  async waitFor<T = unknown>(name: string, options: SignalWait = {}): Promise<T | undefined> {
    checkName(name);
    const { timeoutMs } = options;
    if (timeoutMs !== undefined) checkMs('timeoutMs', timeoutMs);
    const { clock } = this.#run.host;
    const due = await this.#value('wait', name, timeoutMs === undefined ? null : clock.now() + timeoutMs);
    const payload = await this.#run.call('event', name, (call) => {
      if (this.#run.signals.wait(call) || due === null) return;
      this.#run.timer(() => {
        this.#run.signals.leave(call);
        this.#run.complete(call, null, undefined);
      }, this.#left(due));
    });
    return payload as T | undefined;
  }

  now(): Promise<number> {
    return this.#value('now', '', this.#run.host.clock.now());
  }

  random(): Promise<number> {
    return this.#value('random', '', undefined, () => this.#run.host.entropy.random());
  }

  uuid(): Promise<string> {
    return this.#value('uuid', '', undefined, () => this.#run.host.entropy.uuid());
  }

  /** A value that is drawn once; later it is what the journal says. */
  async #value<T extends number | string | null>(
    kind: EntryKind,
    name: string,
    value: T | undefined,
    draw?: () => T,
  ): Promise<T> {
    const result = await this.#run.call(kind, name, (call) => {
      const live = draw?.() ?? value;
      this.#run.complete(call, JSON.stringify(live), live);
    });
    return result as T;
  }

  compensate<In>(name: string, muscle: Operation<In, unknown>, input: In): void {
    checkName(name);
    this.#run.compensations.push({ name, muscle: muscle as Operation<never, unknown>, input });
  }
}
