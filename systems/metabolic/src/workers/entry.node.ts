import { packError, type TaskMessage, type TaskReply, transferOf } from './messages.ts';
import { loadPiscina } from './piscina.node.ts';

/** Runs one task in a worker thread. Loaded by Piscina; every error of the task comes back as an answer. */
const run = async ({ file, task, input }: TaskMessage): Promise<unknown> => {
  try {
    const module = (await import(file)) as Readonly<Record<string, unknown>>;
    const found = module[task ?? 'warmUp'];
    if (typeof found !== 'function') {
      if (task === undefined) return { value: undefined } satisfies TaskReply;
      throw new TypeError(`The module of tasks exports no function "${task}".`);
    }
    const result = (await found(input)) as unknown;
    const transfer = transferOf(result);
    if (transfer === undefined) return { value: result } satisfies TaskReply;
    const Piscina = loadPiscina();
    const reply: TaskReply = { value: (result as { readonly value: unknown }).value };
    return Piscina.move({ [Piscina.transferableSymbol]: transfer, [Piscina.valueSymbol]: reply });
  } catch (error) {
    return { thrown: packError(error) } satisfies TaskReply;
  }
};

export default run;
