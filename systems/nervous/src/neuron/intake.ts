import { type Failure, UndeliveredError } from '../errors.ts';
import { Mailbox, type MailboxOptions, type Message, refusal } from './mailbox.ts';
import { looseNerve, type Nerve } from '../circuit/nerve.ts';
import { both } from './port.ts';

/** Shared: circuits have thousands of neurons. */
const defaults: MailboxOptions = {};

/**
 * Admission to a neuron: decides whether a value is handled at once or waits, and takes waiting ones when it can. A
 * neuron takes nothing while it is held (paused, restarted, swapped), while as many reactions run as it may have, and
 * while a receiver of what it fired has no room.
 */
export abstract class Intake {
  abstract readonly name: string;
  /** Whether a value would be handled at once. For compiled paths. */
  direct: boolean = true;
  /** How many values were received, and how many made the neuron fail. */
  received: number = 0;
  failed: number = 0;
  /** What its circuit lends it. For the circuit. */
  nerve: Nerve = looseNerve;
  readonly #concurrency: number;
  readonly #mailboxOptions: number | MailboxOptions;
  #mailbox: Mailbox | undefined;
  #holds = 0;
  #running = 0;
  #pressures = 0;
  #pressure: Promise<void> | undefined;
  /** Resolves for reactions that wait for room when the neuron is held. */
  #letGo: PromiseWithResolvers<void> | undefined;
  #pumping = false;
  #quiet: PromiseWithResolvers<void> | undefined;

  protected constructor(mailbox: number | MailboxOptions | undefined, concurrency: number) {
    this.#mailboxOptions = mailbox ?? defaults;
    this.#concurrency = concurrency;
    // Made at once when there are options to check, else when first needed: most neurons never need one.
    if (mailbox !== undefined) this.#mailbox = this.#makeMailbox();
  }

  #makeMailbox(): Mailbox {
    return new Mailbox(this.#mailboxOptions, (message) => {
      this.nerve.end();
      message.settled?.(refusal(this.name, this.mailbox));
    });
  }

  /** Where values wait. */
  protected get mailbox(): Mailbox {
    this.#mailbox ??= this.#makeMailbox();
    return this.#mailbox;
  }

  /** How many messages wait. */
  get waiting(): number {
    return this.#mailbox?.length ?? 0;
  }

  /** How many messages the overflow policy has lost. */
  get dropped(): number {
    return this.#mailbox?.dropped ?? 0;
  }

  /** How many messages have waited at once at most. */
  get peak(): number {
    return this.#mailbox?.peak ?? 0;
  }

  /** How many asynchronous reactions run. */
  get running(): number {
    return this.#running;
  }

  /** Handles a message that has waited. */
  protected abstract deliver(message: Message): void;

  /** Queues a message; the promise says when there was room for it. */
  protected post(message: Message, priority: number): Promise<void> | undefined {
    this.nerve.begin();
    const posted = this.mailbox.post(message, priority);
    if (posted === 'taken' || posted === 'dropped') return undefined;
    if (posted !== 'refused') return posted;
    this.nerve.end();
    this.reportFailure(refusal(this.name, this.mailbox), message.value);
    message.settled?.(refusal(this.name, this.mailbox));
    return undefined;
  }

  /** Counts a failure and passes it on. */
  protected reportFailure(error: unknown, value: unknown): void {
    this.failed += 1;
    this.nerve.fail({ source: this.name, error, value } satisfies Failure);
  }

  #isFree(): boolean {
    return this.#holds === 0 && this.#pressures === 0 && this.#running < this.#concurrency;
  }

  /** Handles what waits, as far as it can now. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.direct = false;
    try {
      while (this.#isFree()) {
        const message = this.#mailbox?.take();
        if (message === undefined) {
          this.direct = true;
          return;
        }
        this.deliver(message);
        this.nerve.end();
      }
    } finally {
      this.#pumping = false;
    }
  }

  /** A reaction begins that takes up one of the places. */
  protected occupy(): void {
    this.#running += 1;
    if (this.#running >= this.#concurrency) this.direct = false;
  }

  /** A reaction has ended. */
  protected vacate(): void {
    this.#running -= 1;
    if (this.#running === 0 && this.#quiet !== undefined) {
      this.#quiet.resolve();
      this.#quiet = undefined;
    }
    if (this.direct) return;
    // The usual end of an actor's reaction: nothing waits, and nothing holds it (benchmark nervous.circuit).
    if (!this.#pumping && this.#isFree() && (this.#mailbox === undefined || this.#mailbox.length === 0))
      this.direct = true;
    else this.#pump();
  }

  /**
   * Takes nothing more until the pressure is gone. For axons.
   *
   * @returns what the reaction that fired should wait for: until there is room, or the neuron is held. A neuron that is
   *   to come to rest must not wait for another that has come to rest already; its value is taken care of.
   */
  press(pressure: Promise<void>): Promise<void> | undefined {
    this.#pressures += 1;
    this.#pressure = both(this.#pressure, pressure);
    this.direct = false;
    this.nerve.begin();
    void this.#untilRoom(pressure);
    if (this.#holds > 0) return undefined;
    this.#letGo ??= Promise.withResolvers();
    return Promise.race([pressure, this.#letGo.promise]);
  }

  async #untilRoom(pressure: Promise<void>): Promise<void> {
    await pressure;
    this.#pressures -= 1;
    if (this.#pressures === 0) this.#pressure = undefined;
    this.#pump();
    this.nerve.end();
  }

  /** Takes nothing until released as often as held; what comes waits. For the circuit. */
  hold(): void {
    this.#holds += 1;
    this.direct = false;
    this.#letGo?.resolve();
    this.#letGo = undefined;
  }

  release(): void {
    this.#holds -= 1;
    this.#pump();
  }

  /** Takes values again whatever held it before. For the circuit, when it starts. */
  open(): void {
    this.#holds = 0;
    this.#pump();
  }

  /** Resolves when no reaction is at work. */
  quiet(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    this.#quiet ??= Promise.withResolvers();
    return this.#quiet.promise;
  }

  /** Puts messages back in front of those that wait. */
  giveBack(messages: readonly Message[]): void {
    for (let count = messages.length; count > 0; count -= 1) this.nerve.begin();
    this.mailbox.giveBack(messages);
    this.direct = false;
    this.#pump();
  }

  /** Hands what waits, and what it is held by, to the neuron that takes this one's place. For the circuit. */
  handOverTo(next: Intake): void {
    next.direct = false;
    next.#holds = this.#holds;
    this.#mailbox?.moveTo(next.mailbox);
    if (this.#pressure !== undefined) void next.press(this.#pressure);
  }

  /** Reports all that waits as undelivered, so that nothing disappears unseen. For the circuit, when it stops. */
  reject(): void {
    for (const { value, settled } of this.#mailbox?.empty() ?? []) {
      const error = new UndeliveredError(this.name);
      this.reportFailure(error, value);
      settled?.(error);
      this.nerve.end();
    }
  }
}
