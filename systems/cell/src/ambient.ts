/** Carries a value along a call without passing it. */
export interface Ambient<T> {
  get(): T | undefined;
  run<R>(value: T, work: () => R): R;
}

/** No ambient store where the host has none (browsers): the value must be passed explicitly. */
export const createAmbient = <T>(): Ambient<T> => ({
  get: () => undefined,
  run: (_value, work) => work(),
});
