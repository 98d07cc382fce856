import {
  type Context,
  contextFromHeaders,
  OptionError,
  OrganismError,
  type Principal,
  toOrganismError,
} from '@organism/cell';
import { type AnyMuscle, byName, callMuscle, type Feed, openFeed } from '../bronchi/muscles.ts';
import { sendableProblem } from '../problem.ts';
import type { Answered, Asked } from './protocol.ts';
import { toAsked } from './protocol.ts';

/** One client, as a channel knows it: `Session` of a Capillary fits as it is. */
export interface ChannelSession {
  readonly principal: Principal;
  /** Aborts when the session ends. */
  readonly signal: AbortSignal;
  readonly context: Context;
  send(data: unknown): unknown;
}

/** Options of {@link ChannelBronchus}. */
export interface ChannelCallsOptions {
  readonly muscles?: readonly AnyMuscle[];
  /** Sequences that clients may listen to, by name. */
  readonly feeds?: Readonly<Record<string, Feed>>;
  /** Who may call what. Throw an error of status 403 for those who may not. Default: everybody whom the channel let in. */
  readonly allow?: (name: string, session: ChannelSession) => void | Promise<void>;
  /** Calls that one client may have under way. Default 100. */
  readonly maxCalls?: number;
  /** Gets errors of status 500 and more, which a client sees only the title of. Default: to the console. */
  readonly onError?: (error: OrganismError, operation: string) => void;
}

const report = (error: OrganismError, operation: string): void => console.error(`${operation} failed:`, error);

/**
 * Operations over a channel: WebSocket, server-sent events or long polling, whichever a Capillary has. Clients call
 * operations and listen to feeds side by side; answers survive a broken connection, as all messages of the channel do.
 * Errors are the problem documents that REST would send.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Capillary } from '@organism/circulatory/capillary';
 * import { CapillaryClient } from '@organism/circulatory/capillary/client';
 * import { Muscle } from '@organism/muscular';
 * import { Lung } from '@organism/respiratory';
 * import { ChannelBronchus, ChannelCaller } from '@organism/respiratory/channel';
 *
 * const double = new Muscle({ name: 'double', run: (n: number) => 2 * n });
 * const calls = new ChannelBronchus({ muscles: [double] });
 * await using capillary = await new Capillary({ authenticate: () => ({ id: 'ada' }), onMessage: calls.onMessage }).start();
 * await using lung = await Lung.serve({ port: 0, upgrades: [capillary.upgrade] });
 *
 * const client = new CapillaryClient({ url: `${lung.url}/capillary`, onMessage: (data) => caller.receive(data) });
 * const caller = new ChannelCaller({ send: (data) => client.send(data) });
 * client.connect();
 * assert.equal(await caller.call(double, 21), 42);
 * client.close();
 * ```
 */
export class ChannelBronchus {
  readonly #muscles: ReadonlyMap<string, AnyMuscle>;
  readonly #feeds: ReadonlyMap<string, Feed>;
  readonly #options: ChannelCallsOptions;
  readonly #maxCalls: number;
  /** Calls under way of each session, by their ids. */
  readonly #open = new WeakMap<ChannelSession, Map<string, AbortController>>();
  readonly counters: { calls: number; errors: number; underWay: number } = { calls: 0, errors: 0, underWay: 0 };

  constructor(options: ChannelCallsOptions) {
    const { muscles = [], feeds = {}, maxCalls = 100 } = options;
    this.#muscles = byName(muscles);
    this.#feeds = new Map(Object.entries(feeds));
    for (const name of this.#feeds.keys())
      if (this.#muscles.has(name)) throw new OptionError('feeds', `of other names than the muscles: "${name}"`, name);
    if (!Number.isSafeInteger(maxCalls) || maxCalls < 1)
      throw new OptionError('maxCalls', 'a whole number of 1 or more', maxCalls);
    this.#options = options;
    this.#maxCalls = maxCalls;
  }

  /** For `onMessage` of a Capillary that carries nothing else. */
  readonly onMessage = (data: unknown, session: ChannelSession): void => void this.receive(data, session);

  /** Handles a message. Gives false for one that is none of a call, for you to handle. */
  receive(data: unknown, session: ChannelSession): boolean {
    const asked = toAsked(data);
    if (asked === undefined) return false;
    if ('cancel' in asked) this.#open.get(session)?.get(asked.cancel)?.abort();
    else void this.#answer(asked, session);
    return true;
  }

  async #answer(asked: Exclude<Asked, { cancel: string }>, session: ChannelSession): Promise<void> {
    const { call, name } = asked;
    const open = this.#open.get(session) ?? new Map<string, AbortController>();
    this.#open.set(session, open);
    const abort = new AbortController();
    const isNew = !open.has(call) && open.size < this.#maxCalls;
    if (isNew) open.set(call, abort);
    this.counters.calls += 1;
    this.counters.underWay += 1;
    try {
      if (!isNew) throw refusal(open.has(call), call, this.#maxCalls);
      const context = contextOf(asked, session, abort.signal);
      await this.#options.allow?.(name, session);
      await context.run(() => this.#execute(asked, session, context));
    } catch (thrown) {
      this.#fail(toOrganismError(thrown), call, name, session);
    } finally {
      if (isNew) open.delete(call);
      this.counters.underWay -= 1;
    }
  }

  async #execute({ call, name, input }: Exclude<Asked, { cancel: string }>, session: ChannelSession, context: Context) {
    const muscle = this.#muscles.get(name);
    if (muscle !== undefined) {
      void this.#say(session, name, { call, value: (await callMuscle(muscle, input, context)) ?? null });
      return;
    }
    const feed = this.#feeds.get(name);
    if (feed === undefined)
      throw new OrganismError('RESPIRATORY_NOT_FOUND', 'There is no such operation.', {
        status: 404,
        title: 'Not found',
      });
    for await (const next of openFeed(feed, input, context)) {
      context.throwIfDone();
      if (!(await this.#say(session, name, { call, next }))) return;
    }
    void this.#say(session, name, { call, done: true });
  }

  #fail(error: OrganismError, call: string, name: string, session: ChannelSession): void {
    this.counters.errors += 1;
    if (error.status >= 500 && !session.signal.aborted) {
      try {
        (this.#options.onError ?? report)(error, name);
      } catch {
        // Whoever listens to failures must not add one.
      }
    }
    void this.#say(session, name, { call, problem: sendableProblem(error) });
  }

  /** Resolves when the channel has taken it, with false when it can't; a client that has left wants no answer. */
  async #say(session: ChannelSession, name: string, answer: Answered): Promise<boolean> {
    try {
      if (!session.signal.aborted) await session.send(answer);
      return true;
    } catch (thrown) {
      // The session has ended, or what was to be sent has no JSON form; who waits for it is to know.
      if (!session.signal.aborted && !('problem' in answer))
        this.#fail(toOrganismError(thrown), answer.call, name, session);
      return false;
    }
  }
}

const refusal = (isTwice: boolean, call: string, maxCalls: number): OrganismError =>
  isTwice
    ? new OrganismError('RESPIRATORY_BAD_REQUEST', `A call ${call.slice(0, 20)} is under way.`, { status: 400 })
    : new OrganismError('RESPIRATORY_TOO_MANY_CALLS', `A client may have ${maxCalls} calls under way.`, {
        status: 429,
        retryable: true,
      });

const contextOf = (
  { headers = {}, timeoutMs }: Exclude<Asked, { cancel: string }>,
  { context, principal, signal }: ChannelSession,
  cancelled: AbortSignal,
): Context => {
  const { clock, entropy } = context;
  const outer = contextFromHeaders(headers, { clock, entropy, signal: AbortSignal.any([signal, cancelled]) }, {});
  return outer.child({ principal, ...(timeoutMs !== undefined && { deadline: clock.now() + timeoutMs }) });
};
