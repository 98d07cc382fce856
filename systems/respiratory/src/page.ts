import type { Exchange } from './exchange.ts';
import type { HttpTendon } from './route.ts';
import { parseRoute } from './router.ts';

/** What a text response is made of. */
export interface TextOptions {
  /** Default `text/html; charset=utf-8`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Text response: a page, a script, a drawing, made for each request. */
export const page = (
  route: string,
  render: (exchange: Exchange) => string | Promise<string>,
  options: TextOptions = {},
): HttpTendon => {
  const { method, path } = parseRoute(route);
  const type = options.contentType ?? 'text/html; charset=utf-8';
  const handle = async (exchange: Exchange): Promise<void> =>
    exchange.send(200, type, await render(exchange), options.headers);
  return { kind: 'http', target: path, routes: [{ method, path, handle }] };
};
