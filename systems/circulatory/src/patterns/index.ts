export { requester, Requester, type RequesterCounters, type RequesterOptions } from './requester.ts';
export type { RequestScope } from './request-context.ts';
export { respond, Responder, type ResponderCounters, type RespondOptions, type RespondScope } from './responder.ts';
export type { StreamRequestOptions } from './remote-stream.ts';
export {
  respondStream,
  type RespondStreamOptions,
  type RespondStreamScope,
  StreamResponder,
} from './stream-responder.ts';
export type { Answer, Question, RequestTopic } from './shapes.ts';
export type { MessageBroker } from './broker.ts';
export type { Revive, WireProblem } from './problem.ts';
export { PeerLostError, RemoteError, StreamBrokenError, TooManyRequestsError } from './errors.ts';
