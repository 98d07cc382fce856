import { SocketTransport, type SocketTransportOptions } from './socket/socket-transport.ts';
import type { Transport } from './transport.ts';

export type { SocketTransportOptions } from './socket/socket-transport.ts';

/** The host's transport on Node: sockets. */
export const createTransport = (options: SocketTransportOptions): Transport => new SocketTransport(options);
