import { filter, map, merge, Subject } from 'rxjs';
import { add, type Graph, places, valueAt } from './graph.ts';

/** The chain as operators: the fastest that RxJS has, with no place in the middle that others may listen to. */
export const chain = (): Graph => {
  const sum = { value: 0 };
  const source = new Subject<number>();
  source
    .pipe(
      map((value) => value * 2),
      filter((value) => value % 3 === 0),
    )
    .subscribe((value) => add(sum, value));
  return {
    send: (value) => source.next(value),
    work: (times) => {
      for (let index = 0; index < times; index += 1) source.next(valueAt(index));
      return sum.value;
    },
  };
};

/** The chain as subjects: like in a circuit, each node is a place that others may listen to as well. */
export const chainOfSubjects = (): Graph => {
  const sum = { value: 0 };
  const [source, doubled, thirds] = [new Subject<number>(), new Subject<number>(), new Subject<number>()];
  source.subscribe((value) => doubled.next(value * 2));
  doubled.subscribe((value) => {
    if (value % 3 === 0) thirds.next(value);
  });
  thirds.subscribe((value) => add(sum, value));
  return {
    send: (value) => source.next(value),
    work: (times) => {
      for (let index = 0; index < times; index += 1) source.next(valueAt(index));
      return sum.value;
    },
  };
};

/** A subject is an observer, too: subscribed to a pipe it passes on to its own subscribers. */
export const fanOut = (): Graph => {
  const sum = { value: 0 };
  const [source, shared] = [new Subject<number>(), new Subject<number>()];
  source.pipe(map((value) => value + 1)).subscribe(shared);
  for (const place of places) shared.subscribe((value) => add(sum, value * place));
  return {
    send: (value) => source.next(value),
    work: (times) => {
      for (let index = 0; index < times; index += 1) source.next(valueAt(index));
      return sum.value;
    },
  };
};

/** Ten subjects, merged. */
export const fanIn = (): Graph => {
  const sum = { value: 0 };
  const sources = places.map(() => new Subject<number>());
  const [first] = sources as [Subject<number>];
  const pipes = sources.map((source, index) => source.pipe(map((value) => value * (index + 1))));
  merge(...pipes).subscribe((value) => add(sum, value));
  return {
    send: (value) => first.next(value),
    work: (times) => {
      for (let index = 0; index < times; index += 1) (sources[index % sources.length] ?? first).next(valueAt(index));
      return sum.value;
    },
  };
};
