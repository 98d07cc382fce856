import { createRequire } from 'node:module';

/** What is used of a Piscina pool. */
export interface PiscinaPool {
  readonly threads: readonly unknown[];
  run(
    task: unknown,
    options: { readonly signal: AbortSignal; readonly transferList: readonly unknown[] },
  ): Promise<unknown>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  destroy(): Promise<void>;
}

interface PiscinaOptions {
  readonly filename: string;
  readonly minThreads: number;
  readonly maxThreads: number;
  readonly idleTimeout: number;
  readonly execArgv?: readonly string[];
  readonly resourceLimits?: { readonly maxOldGenerationSizeMb: number };
}

interface PiscinaModule {
  readonly Piscina: {
    new (options: PiscinaOptions): PiscinaPool;
    readonly transferableSymbol: symbol;
    readonly valueSymbol: symbol;
    move(value: unknown): unknown;
  };
}

/** Loads Piscina. Not by an import: its types don't pass the strictest checks (5.3.2, exactOptionalPropertyTypes). */
export const loadPiscina = (): PiscinaModule['Piscina'] => {
  const require = createRequire(import.meta.url);
  return (require('piscina') as PiscinaModule).Piscina;
};
