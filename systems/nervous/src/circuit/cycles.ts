import { WiringError } from '../errors.ts';
import type { Connection } from './wiring.ts';

/**
 * The connections that close a cycle.
 *
 * @throws {WiringError} `NERVOUS_CYCLE` naming the path, unless the circuit may be recurrent.
 */
export const closingConnections = (
  circuit: { readonly name: string; readonly recurrent: boolean },
  neurons: Iterable<string>,
  connections: readonly Connection[],
): Set<Connection> => {
  const closing = new Set<Connection>();
  const state = new Map<string, 'open' | 'done'>();
  const from = Map.groupBy(connections, ({ axon }) => axon.neuron);
  for (const root of neurons) {
    if (state.has(root)) continue;
    // Its own stack: a chain of thousands of neurons would overflow the engine's.
    const path = [{ name: root, next: 0 }];
    state.set(root, 'open');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const connection = from.get(top.name)?.[top.next];
      top.next += 1;
      if (connection === undefined) {
        state.set(top.name, 'done');
        path.pop();
        continue;
      }
      const { neuron: to } = connection.dendrite;
      if (state.get(to) === 'open') {
        if (!circuit.recurrent) {
          const names = path.map(({ name }) => name);
          const cycle = [...names.slice(names.indexOf(to)), to].join(' → ');
          throw new WiringError(
            'NERVOUS_CYCLE',
            `Circuit "${circuit.name}" has a cycle: ${cycle}. Allow it with recurrent: true.`,
          );
        }
        closing.add(connection);
      } else if (state.get(to) === undefined) {
        state.set(to, 'open');
        path.push({ name: to, next: 0 });
      }
    }
  }
  return closing;
};
