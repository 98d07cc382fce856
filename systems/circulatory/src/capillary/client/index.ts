export { CapillaryClient } from './client.ts';
export type { ClientOptions, ClientState } from './options.ts';
export { webSocket } from './web-socket.ts';
export { eventStream, longPoll } from './http.ts';
export type { Transport, Wire, WireEvents, WireHost } from './transport.ts';
export type { CloseCode, Frame, Hello, Open, Problem } from '../protocol.ts';
