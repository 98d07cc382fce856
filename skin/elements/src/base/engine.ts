/** An engine, the library that a heavy element loads when it is used, could not be loaded or has failed. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** Stable code. */
  readonly code = 'SKIN_ENGINE_FAILED';
  /** What failed: a package, or the tag of the element. */
  readonly engine: string;

  constructor(engine: string, options?: ErrorOptions) {
    super(`${engine} could not be used. Is it installed, and does the page let its script load?`, options);
    this.engine = engine;
  }
}

/** What an `engine-error` event tells. */
export interface EngineFailure {
  readonly error: EngineError;
}

/**
 * To be put behind the `import()` of an optional package. A bundler that doesn't find the package then leaves the import
 * as it is, and the failure comes when the element is used.
 */
export const missing =
  (engine: string) =>
  (cause: unknown): never => {
    throw new EngineError(engine, { cause });
  };

/** Whatever was thrown, as the error of an engine. */
export const toEngineError = (engine: string, cause: unknown): EngineError =>
  cause instanceof EngineError ? cause : new EngineError(engine, { cause });
