import { InjectedFault } from './errors.ts';
import type { FaultPlan } from './fault-plan.ts';
import { Lane } from './lane.ts';
import type { Weather } from './weather.ts';

/** Whose calls they are: the scenario's, or those of a process that may be killed. */
export interface Caller {
  crashed(): boolean;
  sleep(ms: number): Promise<void>;
  /** Kills the process; missing where there is none. */
  readonly crash?: () => void;
}

type Harm = 'crashBefore' | 'crashAfter' | 'hang' | 'fail' | 'lostReply';

const never = (): Promise<never> => new Promise(() => {});

/** The way from a caller to one port and back, where faults happen to calls. */
export class Route {
  readonly #weather: Weather;
  readonly #caller: Caller;
  readonly #plan: FaultPlan;
  readonly #requests: Lane;
  readonly #replies: Lane;

  constructor(weather: Weather, caller: Caller, plan: FaultPlan) {
    this.#weather = weather;
    this.#caller = caller;
    this.#plan = plan;
    const sleep = (ms: number): Promise<void> => caller.sleep(ms);
    this.#requests = new Lane(sleep, plan.reorder !== true);
    this.#replies = new Lane(sleep, plan.reorder !== true);
  }

  /** Makes one call. All of its fate is drawn now, so that it does not depend on what others do meanwhile. */
  async call(name: string, invoke: () => unknown): Promise<unknown> {
    if (this.#caller.crashed()) return await never();
    const weather = this.#weather;
    const { delayMs = 0, replyDelayMs = 0, duplicateRate } = this.#plan;
    const [there, back] = [weather.delay(name, delayMs), weather.delay(name, replyDelayMs)];
    const harm = this.#harm();
    const twice = (harm === undefined || harm === 'lostReply') && weather.draw(duplicateRate);
    const sent = this.#requests.pass(there);
    if (twice) void this.#again(name, invoke);
    // Without anything to wait for the target is reached in the same turn, as it is without faults.
    if (sent !== undefined) await sent;
    if (this.#caller.crashed()) return await never();
    if (!weather.calm) {
      if (harm === 'crashBefore') return await this.#crash(name, 'before');
      if (harm === 'hang') return await this.#hang(name);
      if (harm === 'fail') throw this.#fault(name, harm);
    }
    const [result] = await Promise.allSettled([(async () => await invoke())()]);
    if (harm === 'crashAfter' && !weather.calm) return await this.#crash(name, 'after');
    const received = this.#replies.pass(back);
    if (received !== undefined) await received;
    if (this.#caller.crashed()) return await never();
    if (harm === 'lostReply' && !weather.calm) throw this.#fault(name, harm);
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  /** What becomes of a call; the graver comes first. */
  #harm(): Harm | undefined {
    const { crashRate, hangRate, failRate, lostReplyRate } = this.#plan;
    const weather = this.#weather;
    if (this.#caller.crash !== undefined && weather.draw(crashRate))
      return weather.draw(0.5) ? 'crashBefore' : 'crashAfter';
    if (weather.draw(hangRate)) return 'hang';
    if (weather.draw(failRate)) return 'fail';
    return weather.draw(lostReplyRate) ? 'lostReply' : undefined;
  }

  async #again(name: string, invoke: () => unknown): Promise<void> {
    await this.#requests.pass(this.#weather.delay(name, this.#plan.delayMs ?? 0));
    if (this.#caller.crashed() || this.#weather.calm) return;
    this.#weather.note(name, 'duplicate');
    // Its outcome reaches nobody, as the reply to a second delivery.
    await Promise.allSettled([(async () => await invoke())()]);
  }

  #crash(name: string, when: 'before' | 'after'): Promise<never> {
    if (!this.#caller.crashed()) {
      this.#weather.note(`${name}, ${when} its effect`, 'crash');
      this.#caller.crash?.();
    }
    return never();
  }

  #hang(name: string): Promise<never> {
    this.#weather.note(name, 'hang');
    return never();
  }

  #fault(name: string, kind: 'fail' | 'lostReply'): unknown {
    this.#weather.note(name, kind);
    return this.#plan.error?.(name, kind) ?? new InjectedFault(name, kind);
  }
}
