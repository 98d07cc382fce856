import { Capillary } from '@organism/circulatory/capillary';
import { type HttpTendon, mount } from '@organism/respiratory';
import type { FeedEntry, ReplayState } from './bones.ts';

/** The way to the pages that are open. */
export interface Live {
  readonly cell: Capillary;
  readonly tendon: HttpTendon;
  /** Sends an entry to every page; it is written out once. */
  send(entry: FeedEntry): void;
}

/**
 * Makes the channel to the pages: anybody may listen, nobody has anything to say. It begins after the server that it is
 * mounted in, and ends before it: else that would wait for pages that never leave.
 */
export const makeLive = (path: string, state: () => ReplayState | undefined): Live => {
  const cell = new Capillary({
    name: 'live',
    needs: ['lung'],
    path,
    authenticate: () => ({ id: 'page' }),
    // A page that was away too long reads all of it anew.
    slow: 'drop-oldest',
    maxMessageBytes: 1024,
    onSession: (session) => {
      const replay = state();
      if (replay !== undefined) void session.send({ kind: 'replay', replay });
    },
  });
  return { cell, tendon: mount(path, cell.fetch), send: (entry) => void cell.broadcast(entry) };
};
