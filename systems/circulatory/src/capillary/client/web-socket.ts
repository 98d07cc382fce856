import type { Frame } from '../protocol.ts';
import type { Transport } from './transport.ts';

/** WebSocket. @see RFC 6455 */
export const webSocket: Transport = {
  name: 'websocket',
  connect: (url, hello, events, { WebSocket }) => {
    if (WebSocket === undefined) throw new TypeError('This host has no WebSocket.');
    const socket = new WebSocket(url.replace(/^http/, 'ws'));
    let open = true;
    const end = (): void => {
      if (open) events.closed();
      open = false;
    };
    const hear = (text: string): void => {
      let frame: Frame;
      try {
        frame = JSON.parse(text) as Frame;
      } catch {
        socket.close();
        end();
        return;
      }
      events.frame(frame);
    };
    socket.addEventListener('open', () => socket.send(hello));
    socket.addEventListener('close', end);
    socket.addEventListener('error', end);
    socket.addEventListener('message', ({ data }) => {
      if (open) hear(String(data));
    });
    return {
      send: (frame) => socket.send(frame),
      close: () => {
        open = false;
        socket.close();
      },
    };
  },
};
