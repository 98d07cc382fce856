import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Capillary, type CapillaryOptions } from '@organism/circulatory/capillary';
import { CapillaryClient, type ClientOptions } from '@organism/circulatory/capillary/client';
import { vi } from 'vitest';

/** Waits until a check passes; long enough for a busy machine, shorter than a heartbeat would take to mend a hang. */
export const until = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 10_000, interval: 5 });

/** What to end after a test, the last first. */
export const open: AsyncDisposable[] = [];

/** Ends everything. */
export const closeAll = async (): Promise<void> => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]();
};

/** Lets everybody in. */
export const anyone: CapillaryOptions['authenticate'] = () => ({ id: 'anyone' });

/** A channel on a real server of its own. */
export const serve = async (options: Partial<CapillaryOptions> = {}) => {
  const capillary = await new Capillary({ authenticate: anyone, ...options }).start();
  const server: Server = createServer((request, response) => {
    if (!capillary.request(request, response)) response.writeHead(404).end();
  });
  server.on('upgrade', (request, socket, head) => {
    if (!capillary.upgrade(request, socket, head)) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    [Symbol.asyncDispose]: async () => {
      await capillary.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  const { port } = server.address() as AddressInfo;
  return { capillary, server, url: `http://127.0.0.1:${port}/capillary` };
};

/** A client, connecting. */
export const connect = (url: string, options: Partial<ClientOptions> = {}) => {
  const got: unknown[] = [];
  const client = new CapillaryClient({ url, onMessage: (data) => got.push(data), ...options });
  open.push({ [Symbol.asyncDispose]: async () => client.close() });
  client.connect();
  return { client, got };
};
