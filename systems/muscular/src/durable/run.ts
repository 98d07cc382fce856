import { CancelledError, type Clock, Context, type Entropy, type Timer } from '@organism/cell';
import { type Draft, draftTransaction, entryFor } from './draft.ts';
import { DeterminismError, type Failure, failureOf, type JournalPlace, StepError } from './errors.ts';
import { asJson, fromText, toText } from './json.ts';
import type { Entry, EntryKind, RunRecord, RunStatus, SignalRecord, Story } from './journal.ts';
import { Outbox } from './outbox.ts';
import { type Call, Replay } from './replay.ts';
import { RunFlow } from './run-flow.ts';
import { cancelSignal, Signals } from './signals.ts';
import { type Compensation, unwind } from './unwind.ts';
import type { AnyWorkflow } from './workflow.ts';

/** What a run asks of whoever runs it. */
export interface RunHost<Tx> {
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** The run has writes to be drained. */
  dirty(run: Run<Tx>): void;
  /** The run is in the journal. */
  began(run: Run<Tx>): void;
  /** The run has ended, or stands still, and that is in the journal. */
  ended(run: Run<Tx>, status: RunStatus, outcome: string | null): void;
  /** Its code went another way than its journal. */
  diverged(run: Run<Tx>, error: DeterminismError): void;
  /** Called before the first call that the journal does not answer; when it returns false, such calls never start. */
  live(run: Run<Tx>): boolean;
}

const isUndoing = ({ kind }: Entry): boolean => kind === 'unwind' || kind === 'compensation';

/** How long a replay may wait for a call that the journal says came, in milliseconds. */
const stuckMs = 1000;

/** One run of a workflow in memory: replays what the journal has, then goes on from there. */
export class Run<Tx> {
  readonly id: string;
  readonly record: RunRecord;
  readonly workflow: AnyWorkflow<Tx>;
  readonly host: RunHost<Tx>;
  /** In the list of runs with writes. */
  queued = false;
  /** Its code runs, or has run. */
  begun = false;
  /** Writes of it are being committed. */
  committing = false;
  /** What undoes it, in the order registered. */
  readonly compensations: Compensation[] = [];
  #issued = 0;
  readonly #replay: Replay;
  #replaying: boolean;
  #halted = false;
  #settled = false;
  #underWay = 0;
  readonly #idle: (() => void)[] = [];
  readonly #outbox: Outbox<Tx>;
  #cancelled: CancelledError | undefined;
  #cancelRequest: SignalRecord | undefined;
  #stuck: Timer | undefined;
  #abort: AbortController | undefined;
  #context: Context | undefined;
  readonly #calls = new Map<number, Call>();
  readonly #postponed: Call[] = [];
  readonly #timers = new Set<Timer>();
  readonly signals: Signals;

  constructor(workflow: AnyWorkflow<Tx>, story: Story, host: RunHost<Tx>) {
    this.id = story.run.id;
    this.record = story.run;
    this.workflow = workflow;
    this.host = host;
    this.#outbox = new Outbox(story.entries.length);
    this.#replay = new Replay(story.entries);
    this.#replaying = story.entries.length > 0;
    this.signals = new Signals(this);
    for (const signal of story.signals) this.receive(signal);
  }

  /** Begins, from the start of the code. */
  begin(): void {
    this.begun = true;
    const flow = new RunFlow<Tx>(this);
    // In a context of its own: it must not inherit the deadline of whoever launched it.
    void this.context.run(async () => {
      let error: unknown;
      try {
        const input = fromText(this.record.input);
        const result: unknown = await this.workflow.run(input, flow);
        if (!this.#end('completed')) return;
        const text = toText(asJson(result, `the result of workflow "${this.workflow.name}"`));
        this.finish('completed', text);
        return;
      } catch (thrown) {
        error = thrown;
      }
      await this.#fail(error);
    });
  }

  /** Aborts when the run is cancelled or let go. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  get context(): Context {
    const { clock, entropy } = this.host;
    this.#context ??= new Context({
      clock,
      entropy,
      signal: this.signal,
      correlationId: this.id,
      causationId: this.id,
    });
    return this.#context;
  }

  /** What the journal has and the code has not asked for yet. */
  get next(): Entry | undefined {
    return this.#replay.next;
  }

  /** Asks the journal for an answer, and begins what gives it when there is none. */
  call(kind: EntryKind, name: string, start: (call: Call) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#halted) return;
      if (this.#cancelled !== undefined && kind !== 'compensation' && kind !== 'unwind') {
        reject(this.#cancelled);
        return;
      }
      this.#issued += 1;
      const call: Call = { position: this.#issued, kind, name, resolve, reject, start, answered: false };
      if (this.#replaying) this.#replayCall(call);
      else this.#go(call);
    });
  }

  #go(call: Call): void {
    if (!this.host.live(this)) return;
    this.#calls.set(call.position, call);
    call.start(call);
  }

  #replayCall(call: Call): void {
    const found = this.#replay.compare(call.position, call.kind, call.name);
    if (found === 'same') this.#calls.set(call.position, call);
    else if (found === 'new') {
      this.#postponed.push(call);
      this.#watch();
    } else {
      this.#diverge(found, call, call.position);
      return;
    }
    this.#pump();
  }

  #pump(): void {
    const isCalled = (position: number): boolean => this.#calls.has(position);
    for (;;) {
      // What was under way when the run was cancelled has no one left to give its answer to.
      if (this.#cancelled !== undefined) this.#replay.skipTo(isUndoing);
      if (this.#replay.done) break;
      const entry = this.#replay.take(this.#issued, isCalled);
      if (entry === undefined) return;
      this.#deliverRecorded(entry);
    }
    if (!this.#replaying) return;
    this.#replaying = false;
    this.#stuck?.[Symbol.dispose]();
    if (this.#cancelRequest !== undefined) this.#cancel(this.#cancelRequest);
    // Only now: nothing takes effect before the whole journal was matched.
    for (const call of this.#postponed.splice(0)) this.#go(call);
  }

  #deliverRecorded(entry: Entry): void {
    const value = fromText(entry.value);
    if (entry.kind === 'cancel') {
      this.#becomeCancelled(value);
      return;
    }
    const call = this.#calls.get(entry.position);
    if (call === undefined) return;
    this.#calls.delete(entry.position);
    if (entry.failed) call.reject(new StepError(entry.name, value as unknown as Failure));
    else call.resolve(value);
  }

  /** A call that the journal does not have may only be waited for when others are on their way that it has. */
  #watch(): void {
    this.#stuck ??= this.timer(() => {
      const next = this.#replay.next;
      const [call] = this.#postponed;
      if (next !== undefined && call !== undefined) this.#diverge(next, call, next.position);
    }, stuckMs);
  }

  #diverge(expected: JournalPlace, actual: JournalPlace, position: number): void {
    const { kind, name } = expected;
    const place = { kind: actual.kind, name: actual.name };
    const error = new DeterminismError(this.workflow.name, this.id, position, { kind, name }, place);
    this.halt(error);
    this.host.diverged(this, error);
    this.#push({
      type: 'finish',
      run: this.id,
      status: 'blocked',
      outcome: toText(asJson({ ...failureOf(error), details: error.details }, 'a failure')),
      at: this.host.clock.now(),
    });
  }

  /** A timer that ends with the run. */
  timer(callback: () => void, delayMs: number): Timer {
    const timer = this.host.clock.setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, delayMs);
    this.#timers.add(timer);
    return timer;
  }

  /** Counts live work, so that nothing is undone while something is still being done. */
  async during<T>(work: () => Promise<T> | T): Promise<T> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Resolves when no step is being done. */
  async whenIdle(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => void this.#idle.push(resolve));
  }

  /** Writes the answer of a live call; the workflow gets it when it is in the journal. */
  complete(call: Call, value: string | null, live: unknown, failed = false, uses?: string): void {
    // Answered by whatever was faster, or gone because the run was let go or cancelled meanwhile.
    if (this.#halted || call.answered || this.#calls.get(call.position) !== call) return;
    call.answered = true;
    const entry = entryFor(call, value, failed, this.host.clock.now());
    this.#push({ type: 'append', run: this.id, entry, call, live, ...(uses !== undefined && { uses }) });
  }

  /** Commits work and its answer together. */
  transact(call: Call, work: (tx: Tx) => unknown): void {
    this.#push(draftTransaction(this.id, call, work, () => this.host.clock.now()));
  }

  /** Writes that it exists; it begins when that is in the journal. */
  create(): void {
    this.#push({ type: 'create', run: this.id, record: this.record });
  }

  #push(draft: Draft<Tx>): void {
    this.#outbox.push(draft);
    this.host.dirty(this);
  }

  /** The writes that may be committed now, in order. A single transaction comes alone. */
  drain(single: boolean): readonly Draft<Tx>[] {
    return this.#outbox.drain(single, this.#issued);
  }

  get waiting(): boolean {
    return this.#outbox.size > 0;
  }

  /** Gives the workflow what is in the journal now. */
  deliver(draft: Draft<Tx>): void {
    if (draft.type === 'finish') this.host.ended(this, draft.status, draft.outcome);
    if (draft.type === 'create') {
      this.host.began(this);
      this.begin();
    }
    if (this.#halted || draft.type === 'finish' || draft.type === 'create') return;
    const { call, live } = draft;
    if (call === undefined) {
      this.#becomeCancelled(live);
      return;
    }
    if (!this.#calls.delete(call.position)) return;
    if (draft.type === 'append' ? draft.entry.failed : draft.failed) call.reject(live);
    else call.resolve(live);
  }

  /** Takes a signal in; one that came before does nothing. */
  receive(signal: SignalRecord): void {
    if (this.#halted || !this.signals.isNew(signal)) return;
    if (signal.name !== cancelSignal) this.signals.take(signal);
    else if (this.#replaying) this.#cancelRequest = signal;
    else this.#cancel(signal);
  }

  #cancel({ id, name, payload, run }: SignalRecord): void {
    this.#cancelRequest = undefined;
    // Too late: it has ended, or is being undone already.
    if (this.#settled || this.#cancelled !== undefined) return;
    const call = { position: 0, kind: 'cancel', name, resolve() {}, reject() {}, start() {}, answered: false } as const;
    const entry = entryFor(call, payload, false, this.host.clock.now());
    this.#push({ type: 'append', run, entry, call: undefined, live: fromText(payload), uses: id });
  }

  #becomeCancelled(reason: unknown): void {
    if (this.#settled) return;
    this.#cancelled = new CancelledError(typeof reason === 'string' ? reason : 'The run was cancelled.');
    this.#abort?.abort(this.#cancelled);
    for (const call of [...this.#calls.values(), ...this.#postponed.splice(0)]) call.reject(this.#cancelled);
    this.#forgetCalls();
    this.#clearTimers();
  }

  /** Answers that are on no way yet have no one to go to: in the journal they would wait for a call that never comes. */
  #forgetCalls(): void {
    this.#calls.clear();
    this.#postponed.length = 0;
    this.#outbox.clear('answers');
  }

  /** The code is done: false when the journal goes on where it ended. */
  #end(kind: 'completed' | 'failed'): boolean {
    if (this.#halted) return false;
    this.#settled = true;
    this.#forgetCalls();
    const { next } = this.#replay;
    const mayFollow =
      kind === 'completed' ? next?.kind === 'cancel' : next?.kind === 'cancel' || next?.kind === 'unwind';
    if (next === undefined || mayFollow) return true;
    this.#diverge(next, { kind: 'end', name: '' }, next.position);
    return false;
  }

  async #fail(error: unknown): Promise<void> {
    if (!this.#end('failed')) return;
    const status = this.#cancelled === undefined ? 'failed' : 'cancelled';
    if (this.#underWay > 0) {
      this.#abort?.abort(error);
      await this.whenIdle();
    }
    this.#clearTimers();
    await unwind(this, status, failureOf(this.#cancelled ?? error), this.#replay.next?.kind === 'unwind');
  }

  /** Writes the end of the run. */
  finish(status: RunStatus, outcome: string | null): void {
    if (this.#halted) return;
    this.#clearTimers();
    this.#push({ type: 'finish', run: this.id, status, outcome, at: this.host.clock.now() });
  }

  #clearTimers(): void {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
  }

  /** Stops it where it is: its code gets no more answers, and nothing it does counts. The journal stays as it is. */
  halt(reason: unknown): void {
    if (this.#halted) return;
    this.#halted = true;
    this.#outbox.clear('all');
    this.#calls.clear();
    this.#postponed.length = 0;
    this.#clearTimers();
    this.#abort?.abort(reason);
  }
}
