/** An entry of `NO_PROXY`. */
interface Exception {
  readonly host: string;
  /** Undefined for all ports. */
  readonly port: string | undefined;
  /** `*.host`: what is under it, and not it. */
  readonly onlyUnder: boolean;
}

/** Without the brackets of an IPv6 address and the last dot of a full name, in small letters. */
const bare = (host: string): string =>
  host
    .replace(/^\[(.+)\]$/, '$1')
    .replace(/(?<=.)\.$/, '')
    .toLowerCase();

const exceptionOf = (entry: string): Exception => {
  // Of an address with colons of its own, only brackets tell the port apart.
  const [, host = entry, port] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
  return { host: bare(host.replace(/^\*?\./, '')), port, onlyUnder: host.startsWith('*.') };
};

const covers = ({ host, port, onlyUnder }: Exception, name: string, at: string): boolean =>
  (port === undefined || port === at) && (host === '*' || name.endsWith(`.${host}`) || (!onlyUnder && name === host));

/** Variables by name; the one in small letters counts first. */
export type Environment = Readonly<Record<string, string | undefined>>;

const hostEnvironment = (): Environment =>
  (globalThis as { readonly process?: { readonly env?: Environment } }).process?.env ?? {};

/**
 * Forward proxies as the environment names them: `HTTP_PROXY` for http, `HTTPS_PROXY` for https, `ALL_PROXY` where the one that
 * is wanted is not there (for https then also `HTTP_PROXY`), and `NO_PROXY` for hosts that are reached without: `example.org`
 * with all under it, `*.example.org` only what is under it, `[::1]:8080` with a port, `*` for all. Names in small letters
 * count first. Read once.
 *
 * @returns what the `proxy` option of a transport takes.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { environmentProxy, LungClient } from '@organism/respiratory/client';
 *
 * const proxy = environmentProxy({ HTTPS_PROXY: 'http://proxy.test:3128', NO_PROXY: 'localhost,.intern.test' });
 * assert.equal(proxy('https://example.org'), 'http://proxy.test:3128');
 * assert.equal(proxy('https://wiki.intern.test'), undefined);
 * export const client = new LungClient({ baseUrl: 'https://example.org', sockets: { proxy } });
 * ```
 */
export const environmentProxy = (
  environment: Environment = hostEnvironment(),
): ((origin: string) => string | undefined) => {
  const value = (name: string): string | undefined =>
    (environment[name.toLowerCase()] ?? environment[name])?.trim() || undefined;
  const rest = value('ALL_PROXY');
  const plain = value('HTTP_PROXY') ?? rest;
  const secure = value('HTTPS_PROXY') ?? rest ?? plain;
  const exceptions = (value('NO_PROXY') ?? '')
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .map(exceptionOf);
  return (origin) => {
    const { protocol, hostname, port } = new URL(origin);
    const isSecure = protocol === 'https:';
    const at = port === '' ? (isSecure ? '443' : '80') : port;
    const name = bare(hostname);
    if (exceptions.some((exception) => covers(exception, name, at))) return undefined;
    return isSecure ? secure : plain;
  };
};
