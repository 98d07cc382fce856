import EventEmitter3Default from 'eventemitter3';
import mittDefault from 'mitt';

/** Typed as the class it is; the package's own types suit CommonJS. */
export const EventEmitter3 = EventEmitter3Default as unknown as new () => {
  on(topic: string, listener: (value: never) => void): unknown;
  emit(topic: string, value: unknown): boolean;
};

/** Likewise typed as the function it is. */
export const mitt = mittDefault as unknown as <T>() => {
  on(topic: string, listener: (value: T) => void): void;
  emit(topic: string, value: T): void;
};
