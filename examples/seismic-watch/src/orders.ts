import { onMessage, type MessageTendon, type TendonHost } from '@organism/circulatory/tendon';
import { Muscle } from '@organism/muscular';
import { DeskNote, ReplayOrder } from './bones.ts';
import type { Escalations } from './escalation.ts';
import type { FeedLog } from './feed-log.ts';
import type { Replay } from './replay.ts';

/** What orders are for. */
export interface OrderParts {
  readonly replay: Replay;
  readonly escalations: Escalations;
  readonly log: FeedLog;
}

/** What the process that leads takes from the others. */
export interface Orders {
  readonly tendons: readonly MessageTendon[];
  attach(heart: TendonHost): Promise<AsyncDisposable>;
}

/** Makes the operations that only the process that leads does, for all of them, and binds them to their topics. */
export const makeOrders = ({ replay, escalations, log }: OrderParts): Orders => {
  const play = new Muscle({
    name: 'play',
    description: 'Play, pause, start over, or change the speed',
    input: ReplayOrder,
    run: ({ id, command }) => {
      log.append({ kind: 'replay', replay: replay.command(command), answers: id });
    },
  });
  const note = new Muscle({
    name: 'note',
    description: 'The desk has seen an alert',
    input: DeskNote,
    idempotent: true,
    run: async ({ alert }) => await escalations.acknowledge(alert),
  });
  const tendons = [onMessage(ReplayOrder, play), onMessage(DeskNote, note)];
  return {
    tendons,
    attach: async (heart) => {
      const attached = new AsyncDisposableStack();
      for (const tendon of tendons) attached.use(await tendon.attach(heart));
      return attached;
    },
  };
};
