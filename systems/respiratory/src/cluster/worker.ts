import type { Clock, Timer } from '@organism/cell';
import type { Worker } from 'node:cluster';
import { cluster } from '../node/builtins.ts';

/** What primary and workers tell each other. */
export interface ClusterMessage {
  readonly organism: 'lung';
  /** Name of the server it is about. */
  readonly lung: string;
  readonly type: 'ready' | 'stop';
  readonly port?: number;
}

/** Whether a message is one of ours, about this server. */
export const isAbout = (message: unknown, lung: string): message is ClusterMessage => {
  if (typeof message !== 'object' || message === null) return false;
  const { organism, lung: name } = message as Partial<ClusterMessage>;
  return organism === 'lung' && name === lung;
};

/** One worker process, as its primary sees it. */
export class WorkerProcess {
  readonly #worker: Worker;
  readonly #lung: string;
  /** Resolves with the port when the worker serves; rejects when it ends before. */
  readonly ready: Promise<number>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** Whether it serves. */
  up = false;
  /** Whether it was asked to stop. */
  stopping = false;

  constructor(lung: string, clock: Clock, startTimeoutMs: number) {
    const worker = cluster().fork();
    this.#worker = worker;
    this.#lung = lung;
    const ready = Promise.withResolvers<number>();
    const ended = Promise.withResolvers<void>();
    const timer: Timer = clock.setTimeout(() => {
      ready.reject(new Error(`It did not serve within ${startTimeoutMs} ms.`));
      this.kill();
    }, startTimeoutMs);
    worker.on('message', (message: unknown) => {
      if (!isAbout(message, lung) || message.type !== 'ready') return;
      timer[Symbol.dispose]();
      this.up = true;
      ready.resolve(message.port ?? 0);
    });
    worker.on('error', () => {});
    worker.once('exit', (code: number | null, signal: string | null) => {
      timer[Symbol.dispose]();
      this.up = false;
      ready.reject(new Error(signal === null ? `It ended with code ${code}.` : `It was ended by ${signal}.`));
      ended.resolve();
    });
    this.ready = ready.promise;
    this.ready.catch(() => {});
    this.ended = ended.promise;
  }

  get pid(): number {
    return this.#worker.process.pid ?? 0;
  }

  /** Asks it to stop: to finish what it has begun, and end. One that does not serve yet would not hear it. */
  stop(): void {
    this.stopping = true;
    const message: ClusterMessage = { organism: 'lung', lung: this.#lung, type: 'stop' };
    if (this.up && this.#worker.isConnected()) this.#worker.send(message, () => {});
    else this.kill();
  }

  /** Ends it now. */
  kill(): void {
    this.stopping = true;
    this.#worker.process.kill('SIGKILL');
  }
}
