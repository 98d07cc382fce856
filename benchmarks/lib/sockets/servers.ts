import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Capillary } from '@organism/circulatory/capillary';
import { Server as SocketIo } from 'socket.io';
import { WebSocketServer } from 'ws';
import type { Post, Report } from './clients.ts';

/** A server with its clients, connected. */
export interface Fanning {
  /** Sends a post to all. */
  send(post: Post): void;
  /** Tells the clients how many posts are to come, in all. */
  expect(count: number): Promise<void>;
  /** Resolves when they have come. */
  report(): Promise<Report>;
  close(): Promise<void>;
}

interface Sender {
  readonly send: (post: Post) => void;
  readonly close: () => Promise<void>;
}

const makers = {
  capillary: async (server: Server): Promise<Sender> => {
    const capillary = await new Capillary({
      path: '/',
      authenticate: () => ({ id: 'anyone' }),
      slow: 'drop-oldest',
      maxBufferedMessages: 100_000,
      maxBufferedBytes: 100_000_000,
    }).start();
    server.on('upgrade', capillary.upgrade);
    return { send: (post) => void capillary.broadcast(post), close: () => capillary.stop() };
  },
  /** A bare loop over the sockets, with the text written once: nothing resumes, nothing is bounded. */
  ws: async (server: Server): Promise<Sender> => {
    const sockets = new WebSocketServer({ server, perMessageDeflate: false });
    return {
      send: (post) => {
        const text = JSON.stringify(post);
        for (const socket of sockets.clients) socket.send(text);
      },
      close: async () => {
        for (const socket of sockets.clients) socket.terminate();
        sockets.close();
      },
    };
  },
  'socket.io': async (server: Server): Promise<Sender> => {
    const io = new SocketIo(server, { transports: ['websocket'] });
    return { send: (post) => void io.emit('post', post), close: () => io.close() };
  },
};

/** Who can be compared. */
export type Kind = keyof typeof makers;

const answer = async (child: ChildProcess): Promise<unknown> => ((await once(child, 'message')) as [unknown])[0];

/** Starts a server here, and its clients in a process of their own. */
export const startFanning = async (kind: Kind, clients: number): Promise<Fanning> => {
  const server = createServer();
  const sender = await makers[kind](server);
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const program = fileURLToPath(new URL('clients.ts', import.meta.url));
  const child = fork(program, [kind, url], { execArgv: ['--conditions=@organism/source'] });
  child.send({ connect: clients });
  await answer(child);
  return {
    send: sender.send,
    expect: async (count) => {
      child.send({ expect: count });
      await answer(child);
    },
    report: async () => (await answer(child)) as Report,
    close: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      await sender.close();
      server.closeAllConnections();
      server.close();
    },
  };
};
