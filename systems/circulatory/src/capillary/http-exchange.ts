import type { IncomingHttpHeaders } from 'node:http';

/** What the channel needs of an HTTP request; that of `node:http` has it. */
export interface HttpRequest {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
  iterator(options?: { destroyOnReturn?: boolean }): AsyncIterable<unknown>;
}

/** What the channel needs of an HTTP response; that of `node:http` has it. */
export interface HttpResponse {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  readonly writableNeedDrain: boolean;
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers?: Record<string, string>): unknown;
  flushHeaders(): void;
  write(text: string): boolean;
  end(text?: string): unknown;
  destroy(): unknown;
  on(event: 'drain' | 'error' | 'close', listener: () => void): unknown;
}
