import { OptionError, OrganismError } from '@organism/cell';
import type { StateStore } from '../store.ts';

/** How a stateful neuron keeps its state in a store. */
export interface Persistence<State> {
  /** An `Astrocyte`, or anything else that fills the port. */
  readonly store: StateStore;
  /** Default: the neuron's name. */
  readonly key?: string;
  /** Version of the state's shape: raise it when the shape changes. Default 1. */
  readonly version?: number;
  /** Turns a state of an older version into a present one. Without it, an older state is refused at start. */
  readonly upcast?: (state: unknown, version: number) => State;
  /**
   * Write after this many messages, before the next one is taken. 1 loses at most the message being handled in a crash.
   * Default: only when the neuron stops.
   */
  readonly everyMessages?: number;
}

/** A stored state that the neuron can't take. Codes `NERVOUS_SNAPSHOT_OLD`, `NERVOUS_SNAPSHOT_NEW`, `NERVOUS_SNAPSHOT_BAD`. */
export class SnapshotError extends OrganismError {
  declare readonly code: 'NERVOUS_SNAPSHOT_OLD' | 'NERVOUS_SNAPSHOT_NEW' | 'NERVOUS_SNAPSHOT_BAD';
}

interface Snapshot {
  readonly version: number;
  readonly state: unknown;
}

const isSnapshot = (value: unknown): value is Snapshot =>
  typeof value === 'object' &&
  value !== null &&
  'state' in value &&
  'version' in value &&
  typeof value.version === 'number';

/** Reads and writes one neuron's state. Refuses to write over what another has written since: two can't own one state. */
export class Snapshots<State> {
  readonly #neuron: string;
  readonly #options: Persistence<State>;
  readonly #key: string;
  readonly #version: number;
  #stored = 0;
  #saved: State | undefined;
  #since = 0;

  /** @throws {OptionError} for a version or interval that is not a whole number of 1 or more. */
  constructor(neuron: string, options: Persistence<State>) {
    const { version = 1, everyMessages = 1 } = options;
    for (const [field, value] of [
      ['persist.version', version],
      ['persist.everyMessages', everyMessages],
    ] as const)
      if (!Number.isSafeInteger(value) || value < 1) throw new OptionError(field, 'a whole number of 1 or more', value);
    this.#neuron = neuron;
    this.#options = options;
    this.#key = options.key ?? neuron;
    this.#version = version;
  }

  /**
   * The stored state, brought to the present version.
   *
   * @throws {SnapshotError} when it is of a newer version, or of an older one without an upcast.
   */
  async load(): Promise<{ readonly state: State } | undefined> {
    const found = await this.#options.store.get(this.#key);
    this.#stored = found?.version ?? 0;
    this.#saved = undefined;
    if (found === undefined) return undefined;
    if (!isSnapshot(found.value))
      throw new SnapshotError('NERVOUS_SNAPSHOT_BAD', `What is stored for "${this.#neuron}" is not a snapshot.`);
    const { version, state } = found.value;
    if (version === this.#version) {
      this.#saved = state as State;
      return { state: state as State };
    }
    const { upcast } = this.#options;
    const which = `The stored state of "${this.#neuron}" is of version ${version}, the neuron of version ${this.#version}`;
    if (version > this.#version) throw new SnapshotError('NERVOUS_SNAPSHOT_NEW', `${which}: update the program first.`);
    if (upcast === undefined) throw new SnapshotError('NERVOUS_SNAPSHOT_OLD', `${which}: pass persist.upcast.`);
    return { state: upcast(state, version) };
  }

  /** Counts a message; gives a promise when it is time to write. */
  afterMessage(state: State): Promise<void> | undefined {
    this.#since += 1;
    return this.#since >= (this.#options.everyMessages ?? Infinity) ? this.save(state) : undefined;
  }

  /** Writes the state unless it is what was written last. */
  async save(state: State): Promise<void> {
    this.#since = 0;
    if (this.#saved === state && typeof state !== 'object') return;
    const snapshot: Snapshot = { version: this.#version, state };
    const { version } = await this.#options.store.set(this.#key, snapshot, { ifVersion: this.#stored });
    this.#stored = version;
    this.#saved = state;
  }
}
