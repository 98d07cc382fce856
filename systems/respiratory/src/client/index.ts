export { LungClient, type LungClientOptions } from './lung-client.ts';
export type { CallOptions, InputShape, OptionsFor, OutputShape, Progress, RequestBody, Rest } from './options.ts';
export type { Buffered, ClientResponse, ResponseSource } from './response.ts';
export type { ClientRequest } from './request.ts';
export type { Interceptor } from './interceptor.ts';
export { pages, type PageOptions } from './pages.ts';
export { type Link, parseLinks } from './link.ts';
export { Download, download, type DownloadOptions } from './download.ts';
export {
  Diaphragm,
  type DiaphragmBreakerOptions,
  type DiaphragmOptions,
  type OriginPolicies,
  type Repeatability,
} from './diaphragm.ts';
export type { BreakerSharing, SharedBreakerStore } from './shared-breaker.ts';
export { Pace, type PaceOptions } from './pace.ts';
export { Throttle, type ThrottleOptions } from './throttle.ts';
export { HttpCache, type HttpCacheOptions, type Fetcher } from './cache/http-cache.ts';
export {
  type CacheEntry,
  type CacheStore,
  MemoryCacheStore,
  type MemoryCacheStoreOptions,
} from './cache/cache-store.ts';
export { type Cookie, CookieJar, type CookieJarOptions } from './cookies/cookie-jar.ts';
export type { Transport, WireBody, WireContent, WireRequest, WireResponse } from './transport.ts';
export { FetchTransport, type FetchTransportOptions } from './fetch-transport.ts';
export { createTransport, type SocketTransportOptions } from '#transport';
export { type Environment, environmentProxy } from './environment-proxy.ts';
export { HeaderList } from './header-list.ts';
export { formatQuery, type ParamNames, type ParamValue, type Query, type QueryValue } from './url.ts';
export {
  BadResponseError,
  type BadResponseReason,
  type CallPlace,
  ClientClosedError,
  ConnectError,
  ConnectionLostError,
  NotCachedError,
  ResponseTooLargeError,
  SocketClosedError,
} from './errors.ts';
export { type ErrorMaker, problemError, RemoteError } from './remote-error.ts';
export { type GraphqlCallOptions, type GraphqlSubscribeOptions, queryGraphql, subscribeGraphql } from './graphql.ts';
export { type IncomingEvent, listenEvents, type ListenOptions } from './events/listen.ts';
export { WebSocketClient } from './websocket/websocket-client.ts';
export type { WebSocketClientOptions, WebSocketLike, WebSocketState } from './websocket/options.ts';
