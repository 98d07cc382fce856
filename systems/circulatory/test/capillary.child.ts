import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Heart } from '@organism/circulatory';
import { Capillary, heartFanout } from '@organism/circulatory/capillary';
import { driverFromUrl } from '@organism/circulatory/url';

/** One of several processes that serve a channel: `node capillary.child.ts <url of the Heart> <topic>`. */
const [, , url = 'memory:', topic] = process.argv;
const heart = await new Heart({ driver: await driverFromUrl(url) }).start();
const capillary: Capillary = await new Capillary({
  claimMs: 600,
  authenticate: ({ credentials }) => (typeof credentials === 'string' ? { id: credentials } : undefined),
  fanout: heartFanout(heart, topic),
  onSession: (session) => {
    if (!session.moved) capillary.join(session, 'news');
  },
  onMessage: (data) => void process.send?.({ heard: data }),
  onRelayError: (error) => process.send?.({ failed: String(error) }),
}).start();
const server = createServer(capillary.request).on('upgrade', capillary.upgrade);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

const stop = async (): Promise<void> => {
  await capillary.stop();
  await heart.stop();
  process.exit(0);
};
process.on('message', (message: { readonly publish?: unknown; readonly stop?: boolean }) => {
  if (message.stop === true) void stop();
  else void capillary.publish('news', message.publish).then(() => process.send?.({ published: message.publish }));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: (server.address() as AddressInfo).port });
