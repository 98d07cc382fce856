export { Capillary } from './capillary.ts';
export type { Session } from './session.ts';
export type { AuthenticationRequest, CapillaryLimits, CapillaryOptions, MessageShape, SlowPolicy } from './options.ts';
export { type Announcement, type Fanout, heartFanout } from './fanout.ts';
export type { Link, LinkEvents, LinkOrigin, Payload } from './link.ts';
export type { CloseCode, Frame, Hello, Open, Problem } from './protocol.ts';
export {
  ChannelNotRunningError,
  FrameError,
  MessageTooLargeError,
  OriginError,
  OverloadedError,
  SessionClosedError,
  SessionUnknownError,
  UnauthorizedError,
} from './errors.ts';
