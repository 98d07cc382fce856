import { Context, messageOf, OptionError, type Timer } from '@organism/cell';
import type { Message } from '../neuron/mailbox.ts';
import type { NeuralNode } from '../neuron/neuron.ts';
import type { Supervision } from '../circuit/nerve.ts';
import {
  checkOptions,
  defaultIntensity,
  EscalationError,
  type MicrogliaEvent,
  type MicrogliaOptions,
  type QuarantinedMessage,
  UnhealthyError,
  type Ward,
} from './supervision.ts';

/**
 * Supervisor: restarts neurons that fail, keeps their state, and puts messages that make them fail in quarantine.
 *
 * A failed neuron takes nothing until it runs again; what comes meanwhile waits in its mailbox. When restarts come too
 * often the circuit itself fails, which an outer circuit's supervisor, or the body, then sees.
 *
 * @see Armstrong, J. (2003): Making reliable distributed systems in the presence of software errors
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { CorticalNeuron, Microglia, NeuralCircuit, typed } from '@organism/nervous';
 *
 * const sums = new CorticalNeuron({
 *   name: 'sums',
 *   dendrites: { add: typed<number>('amount') },
 *   initial: () => 0,
 *   react: {
 *     add: (amount, soma) => {
 *       if (amount < 0) throw new RangeError('negative');
 *       soma.state += amount;
 *     },
 *   },
 * });
 * const supervisor = new Microglia();
 * await using circuit = await new NeuralCircuit({ name: 'till', supervisor, onError: () => {} }).add(sums).start();
 * for (const amount of [1, -1, 2]) circuit.stimulate(sums.dendrites.add, amount);
 * await circuit.drain();
 * assert.equal(sums.snapshot(), 3);
 * assert.equal(supervisor.quarantined[0]?.value, -1);
 * ```
 */
export class Microglia implements Supervision {
  readonly #options: MicrogliaOptions;
  readonly #attempts: number;
  readonly #keep: number;
  readonly #intensity: { readonly restarts: number; readonly withinMs: number };
  readonly #listeners = new Set<(event: MicrogliaEvent) => void>();
  readonly #quarantine: (QuarantinedMessage & { readonly message: Message })[] = [];
  readonly #restarting = new Set<string>();
  #restarts: number[] = [];
  #ward: Ward | undefined;
  #over = new AbortController();
  #probe: Timer | undefined;

  /** @throws {OptionError} naming the option that breaks its rule. */
  constructor(options: MicrogliaOptions = {}) {
    checkOptions(options);
    this.#options = options;
    this.#intensity = options.intensity ?? defaultIntensity;
    this.#attempts = options.attempts ?? 1;
    this.#keep = options.quarantine ?? 1000;
  }

  /** Messages that made their neuron fail too often, oldest first. */
  get quarantined(): readonly QuarantinedMessage[] {
    return this.#quarantine;
  }

  /** Restarts in the present window. */
  get restarts(): number {
    return this.#ward === undefined ? this.#restarts.length : this.#recent(this.#ward).length;
  }

  /** Calls `listener` for everything the supervisor does, until disposed. */
  observe(listener: (event: MicrogliaEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #tell(type: MicrogliaEvent['type'], neuron: string, error?: unknown): void {
    const event = { type, neuron, at: this.#ward?.clock.now() ?? 0, ...(error !== undefined && { error }) };
    for (const listener of this.#listeners) listener(event);
  }

  /** Takes messages out of quarantine and gives them to their neurons once more. Returns how many. */
  redeliver(which: (message: QuarantinedMessage) => boolean = () => true): number {
    const chosen = this.#quarantine.filter((one) => which(one));
    for (const one of chosen) {
      this.#quarantine.splice(this.#quarantine.indexOf(one), 1);
      const neuron = this.#ward?.neurons().find(({ name }) => name === one.neuron);
      neuron?.giveBack([{ ...one.message, failures: 0 }]);
    }
    return chosen.length;
  }

  /** Takes charge of a circuit. For the circuit, when it starts. */
  attach(ward: Ward): void {
    if (this.#ward !== undefined && this.#ward !== ward)
      throw new OptionError('supervisor', 'a Microglia of its own for each running circuit', this);
    this.#ward = ward;
    this.#over = new AbortController();
    this.#restarts = [];
    const { probe } = this.#options;
    if (probe !== undefined) this.#probe = ward.clock.setInterval(() => this.#probeAll(probe), probe.everyMs);
  }

  /** Ends restarts that are under way, and begins no more. For the circuit, when it stops. */
  halt(): void {
    this.#over.abort();
    this.#probe?.[Symbol.dispose]();
  }

  /** Frees what the neurons held, once they have stopped. For the circuit. */
  detach(): void {
    this.halt();
    for (const neuron of this.#ward?.neurons() ?? []) this.#free(neuron);
    this.#ward = undefined;
  }

  failed(neuron: NeuralNode, error: unknown, message: Message | undefined): boolean {
    const ward = this.#ward;
    if (ward === undefined || this.#over.signal.aborted) return false;
    this.#tell('failed', neuron.name, error);
    const again = message !== undefined && message.failures < this.#attempts;
    if (message !== undefined && !again) this.#isolate(neuron, message, error);
    this.#restart(ward, neuron, error);
    // At once, while the neuron is held, so that no later message of the same sender can overtake it.
    if (again) neuron.giveBack([message]);
    return again;
  }

  #isolate(neuron: NeuralNode, message: Message, error: unknown): void {
    const at = this.#ward?.clock.now() ?? 0;
    this.#quarantine.push({ neuron: neuron.name, port: message.port, value: message.value, error, at, message });
    if (this.#quarantine.length > this.#keep) this.#quarantine.shift();
    this.#tell('quarantined', neuron.name, error);
  }

  #affected(ward: Ward, failed: NeuralNode): readonly NeuralNode[] {
    const all = ward.neurons();
    const { strategy = 'one-for-one' } = this.#options;
    if (strategy === 'one-for-one') return [failed];
    return strategy === 'one-for-all' ? all : all.slice(Math.max(0, all.indexOf(failed)));
  }

  #restart(ward: Ward, failed: NeuralNode, error: unknown): void {
    // It failed with more than one reaction at work: the restart that is coming is for all of them.
    if (this.#restarting.has(failed.name)) return;
    const neurons = this.#affected(ward, failed).filter((neuron) => !this.#restarting.has(neuron.name));
    for (const neuron of neurons) {
      this.#restarting.add(neuron.name);
      neuron.hold();
    }
    ward.begin();
    void this.#cycle(ward, neurons, failed, error).finally(() => ward.end());
  }

  async #cycle(ward: Ward, neurons: readonly NeuralNode[], failed: NeuralNode, cause: unknown): Promise<void> {
    const { signal } = this.#over;
    let error = cause;
    for (let running = false; !running;) {
      if (!this.#mayRestart(ward)) {
        const { restarts, withinMs } = this.#intensity;
        this.#tell('escalated', failed.name, error);
        for (const neuron of neurons) this.#restarting.delete(neuron.name);
        ward.escalate(new EscalationError(ward.name, failed.name, restarts, withinMs, error));
        return;
      }
      await this.#backOff(signal);
      try {
        // oxlint-disable-next-line no-loop-func -- awaited before the next round
        await ward.exclusive(async () => {
          // One that was swapped meanwhile has just been started.
          const left = neurons.filter((neuron) => this.#current(ward, neuron) === neuron);
          if (!signal.aborted) await this.#renew(left, signal);
        });
        running = true;
      } catch (thrown) {
        error = thrown;
        this.#tell('failed', failed.name, thrown);
      }
      if (signal.aborted) break;
    }
    for (const neuron of neurons) this.#restarting.delete(neuron.name);
    // A circuit that stops has its neurons held: it reports what waits as undelivered.
    if (signal.aborted) return;
    for (const neuron of neurons) {
      this.#tell('restarted', neuron.name);
      this.#current(ward, neuron).release();
    }
  }

  /** The neuron that has taken the place of one by now: it was handed what held the other. */
  #current(ward: Ward, neuron: NeuralNode): NeuralNode {
    return ward.neurons().find(({ name }) => name === neuron.name) ?? neuron;
  }

  #mayRestart(ward: Ward): boolean {
    this.#restarts = this.#recent(ward);
    if (this.#restarts.length >= this.#intensity.restarts) return false;
    this.#restarts.push(ward.clock.monotonic());
    return true;
  }

  #recent(ward: Ward): number[] {
    const now = ward.clock.monotonic();
    return this.#restarts.filter((at) => now - at < this.#intensity.withinMs);
  }

  async #backOff(signal: AbortSignal): Promise<void> {
    const { baseMs = 0, maxMs = 10_000 } = this.#options.backoff ?? {};
    if (baseMs > 0)
      await this.#atMost(Math.min(maxMs, baseMs * 2 ** (this.#restarts.length - 1)), new Promise(() => {}), signal);
  }

  /** Waits for work, but no longer than `ms` milliseconds, nor beyond the end of the supervision. */
  async #atMost(ms: number, work: Promise<void>, signal: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<void>();
    const end = (): void => over.resolve();
    const timer = this.#ward?.clock.setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await Promise.race([work, over.promise]);
    timer?.[Symbol.dispose]();
    signal.removeEventListener('abort', end);
  }

  async #renew(neurons: readonly NeuralNode[], signal: AbortSignal): Promise<void> {
    const { stopTimeoutMs = 1000, state = 'keep' } = this.#options;
    for (const neuron of neurons.toReversed()) {
      this.#tell('restarting', neuron.name);
      await this.#atMost(stopTimeoutMs, neuron.quiet(), signal);
      neuron.abandon();
      await neuron
        .stop({ timeoutMs: stopTimeoutMs })
        .catch((error: unknown) => this.#tell('failed', neuron.name, error));
      this.#free(neuron);
    }
    for (const neuron of neurons) {
      if (signal.aborted) return;
      if (state === 'reset') neuron.reset();
      await neuron.start(this.#context());
    }
  }

  #context(): Context {
    const clock = this.#ward?.clock;
    return new Context({ ...(clock && { clock }), signal: this.#over.signal });
  }

  #free(neuron: NeuralNode): void {
    for (const gate of this.#options.gates ?? []) gate.releaseOwner(neuron.name);
  }

  #probeAll(probe: { readonly timeoutMs?: number; readonly everyMs: number }): void {
    const ward = this.#ward;
    for (const neuron of ward?.neurons() ?? []) if (!this.#restarting.has(neuron.name)) void this.#ask(neuron, probe);
  }

  async #ask(neuron: NeuralNode, probe: { readonly timeoutMs?: number; readonly everyMs: number }): Promise<void> {
    let problem: string | undefined = 'it gave no answer in time';
    const ask = async (): Promise<void> => {
      try {
        const { status, output } = await neuron.health();
        problem = status === 'fail' ? (output ?? 'it is not well') : undefined;
      } catch (error) {
        problem = messageOf(error);
      }
    };
    await this.#atMost(probe.timeoutMs ?? probe.everyMs, ask(), this.#over.signal);
    if (problem === undefined || this.#over.signal.aborted || this.#restarting.has(neuron.name)) return;
    this.failed(neuron, new UnhealthyError(neuron.name, problem), undefined);
  }
}
