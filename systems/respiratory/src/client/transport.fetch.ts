import { FetchTransport } from './fetch-transport.ts';
import type { SocketTransportOptions } from './socket/socket-transport.ts';
import type { Transport } from './transport.ts';

export type { SocketTransportOptions } from './socket/socket-transport.ts';

/** The host's transport where there are no sockets: its `fetch`, which takes none of the options. */
export const createTransport = (_options: SocketTransportOptions): Transport => new FetchTransport();
