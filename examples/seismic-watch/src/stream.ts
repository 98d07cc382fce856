import { type EventClient, events, formatEvent, type HttpTendon } from '@organism/respiratory';
import type { ReplayState } from './bones.ts';

/** Sends the same events to every page that is open; each event is written out once. */
export class LiveStream {
  readonly #clients = new Set<EventClient>();
  /** How many events were sent, whatever the number of clients. */
  sent = 0;

  get clients(): number {
    return this.#clients.size;
  }

  send(event: string, data: unknown): void {
    if (this.#clients.size === 0) return;
    this.sent += 1;
    const text = formatEvent({ event, data });
    for (const client of this.#clients) client.write(text);
  }

  /** The endpoint that pages connect to; a new one is told at once where the replay stands. */
  endpoint(route: string, state: () => ReplayState): HttpTendon {
    return events(route, (client) => {
      client.send({ event: 'replay', data: state() });
      this.#clients.add(client);
      return { [Symbol.dispose]: () => void this.#clients.delete(client) };
    });
  }
}
