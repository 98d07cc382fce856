/** What runs where there is no Node: everything but the listener, files and the store of uploads. */
export { fetchHandler, type FetchHandlerOptions } from './fetch/handler.ts';
export { type HonoContextLike, honoHandler } from './adapters/hono.ts';
export { type FetchHandler, mount, type MountOptions } from './fetch/mount.ts';
export { endpoint } from './endpoint/endpoint.ts';
export type { EndpointDocument, EndpointOptions } from './endpoint/options.ts';
export type { PartBones, Parts } from './endpoint/parts.ts';
export { type Format, html, json, text } from './endpoint/format.ts';
export { EventClient, events, type EventsOptions, type EventSource, formatEvent, type ServerEvent } from './events.ts';
export { respond, type RespondOptions, stream, type StreamOptions } from './respond.ts';
export { page, type TextOptions } from './page.ts';
export { multipart, type Part } from './multipart/multipart.ts';
export { cors, type Cors, type CorsOptions } from './cors.ts';
export { Router } from './router/router.ts';
export { HttpError, type HttpErrorCode } from './errors.ts';
