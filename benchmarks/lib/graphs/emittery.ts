import Emittery from 'emittery';
import { add, type Graph, places, valueAt } from './graph.ts';

/** Each emit is awaited, and each listener gives the promise of what it emits itself, so an emit ends with the chain. */
export const chain = (): Graph => {
  const sum = { value: 0 };
  const emitter = new Emittery<{ in: number; doubled: number; third: number }>();
  emitter.on('in', ({ data }) => emitter.emit('doubled', data * 2));
  emitter.on('doubled', ({ data }) => (data % 3 === 0 ? emitter.emit('third', data) : undefined));
  emitter.on('third', ({ data }) => add(sum, data));
  return {
    send: (value) => emitter.emit('in', value),
    work: async (times) => {
      for (let index = 0; index < times; index += 1) await emitter.emit('in', valueAt(index));
      return sum.value;
    },
  };
};

/** One event with ten listeners. */
export const fanOut = (): Graph => {
  const sum = { value: 0 };
  const emitter = new Emittery<{ in: number; out: number }>();
  emitter.on('in', ({ data }) => emitter.emit('out', data + 1));
  for (const place of places) emitter.on('out', ({ data }) => add(sum, data * place));
  return {
    send: (value) => emitter.emit('in', value),
    work: async (times) => {
      for (let index = 0; index < times; index += 1) await emitter.emit('in', valueAt(index));
      return sum.value;
    },
  };
};

/** Ten events whose listeners emit one. */
export const fanIn = (): Graph => {
  const sum = { value: 0 };
  const emitter = new Emittery<Record<string, number>>();
  const names = places.map((place) => `in ${place}`);
  for (const [index, name] of names.entries()) emitter.on(name, ({ data }) => emitter.emit('out', data * (index + 1)));
  emitter.on('out', ({ data }) => add(sum, data));
  return {
    send: (value) => emitter.emit('in 1', value),
    work: async (times) => {
      for (let index = 0; index < times; index += 1)
        await emitter.emit(names[index % names.length] ?? 'in 1', valueAt(index));
      return sum.value;
    },
  };
};
