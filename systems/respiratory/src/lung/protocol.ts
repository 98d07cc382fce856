import type { Socket } from 'node:net';
import type { Alveoli } from '../alveoli.ts';
import type { ServerScope } from '../exchange/exchange.ts';
import type { Limits, UpgradeHandler } from './options.ts';

/** What a listener serves, and how much of it. */
export interface Serving {
  readonly alveoli: Alveoli;
  readonly scope: ServerScope;
  readonly limits: Limits;
  readonly upgrades: readonly UpgradeHandler[];
}

/** One version of HTTP behind a port. */
export interface Protocol {
  /** Requests under way. */
  readonly open: number;
  /** How many requests came. */
  readonly requests: number;
  /** Serves a connection that was accepted elsewhere. */
  take(socket: Socket): void;
  /** From now on connections end when their requests are answered. */
  drain(): void;
  /** Closes the connections without a request. */
  closeIdle(): void;
  /** Closes all. */
  cut(): void;
}
