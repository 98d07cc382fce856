export { Lung } from './lung/lung.ts';
export type { Http2Options, LungOptions, TlsOptions, UpgradeHandler } from './lung/options.ts';
export type { LungRole } from './cluster/role.ts';
export { endpoint } from './endpoint/endpoint.ts';
export type { EndpointDocument, EndpointOptions } from './endpoint/options.ts';
export type { PartBones, Parts } from './endpoint/parts.ts';
export { type Format, html, json, text } from './endpoint/format.ts';
export { EventClient, events, type EventsOptions, type EventSource, formatEvent, type ServerEvent } from './events.ts';
export { files, type FilesOptions } from './files/files.ts';
export { respond, type RespondOptions, stream, type StreamOptions } from './respond.ts';
export { page, type TextOptions } from './page.ts';
export { Exchange, type ResponseHeaders, type ServerScope } from './exchange/exchange.ts';
export { type Outlet, pour } from './exchange/outlet.ts';
export { Alveoli, type AlveoliOptions } from './alveoli.ts';
export { fetchHandler, type FetchHandlerOptions } from './fetch/handler.ts';
export { nodeHandler, type NodeHandler } from './node/handler.ts';
export { type FastifyLike, fastifyPlugin } from './adapters/fastify.ts';
export { type HonoContextLike, honoHandler } from './adapters/hono.ts';
export type { InjectOptions } from './fetch/inject.ts';
export type { AfterHook, Hook, Outcome } from './hooks.ts';
export type { HttpTendon, Route, RouteDocument } from './route.ts';
export { type Versions, versioned } from './versions/versioned.ts';
export type {
  Deprecation,
  VersionBy,
  VersionByHeader,
  VersionByMediaType,
  VersionByPath,
  VersionOptions,
} from './versions/by.ts';
export { cors, type Cors, type CorsOptions } from './cors.ts';
export { type Guard, guarded, type GuardedRequest, type SecurityScheme } from './guard.ts';
export { limited, type LimitOptions, type RateLimiter } from './limit.ts';
export { negotiateType } from './negotiate.ts';
export { type ByteRange, parseRange } from './range.ts';
export { preconditionStatus, rangeStillFits, type Validators } from './conditions.ts';
export { etagOf, matchesTag } from './etag.ts';
export { type CookieOptions, formatCookie, parseCookies } from './cookies.ts';
export { type CompressionOptions, replyCompressed } from './compression.ts';
export { parseRoute, type RouteMatch, Router } from './router/router.ts';
export type { ParamNames, ParamsOf, PathParams } from './router/params.ts';
export { type ApiInfo, toOpenApi } from './openapi/openapi.ts';
export { emitClient, type EmitOptions } from './openapi/emit/emit-client.ts';
export { HttpError, type HttpErrorCode } from './errors.ts';
export {
  CarbonDioxide,
  type CarbonDioxideOptions,
  type ErrorAlert,
  type ErrorGroup,
  type ErrorPlace,
} from './carbon-dioxide/carbon-dioxide.ts';
export { errorFingerprint } from './carbon-dioxide/fingerprint.ts';
export { type ResumableOptions, removeExpired, resumable } from './tus/resumable.ts';
export { FileUploadStore } from './tus/file-store.ts';
export type { Upload, UploadStore } from './tus/store.ts';
export { multipart, type Part } from './multipart/multipart.ts';
export type { MultipartOptions } from './multipart/options.ts';
export type { PartHead } from './multipart/part.ts';
export { type ApiChange, diffOpenApi } from './openapi/diff.ts';
export { type FetchHandler, mount, type MountOptions } from './fetch/mount.ts';
