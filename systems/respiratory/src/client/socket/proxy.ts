import { OptionError } from '@organism/cell';

/** A forward proxy that speaks HTTP. */
export interface HttpProxy {
  readonly kind: 'http';
  readonly host: string;
  readonly port: number;
  /** Whether it is spoken to over TLS. */
  readonly secure: boolean;
  /** The field that lets us in, with its line end; empty when there is none. */
  readonly field: string;
}

/** A forward proxy that speaks SOCKS. @see RFC 1928 */
export interface SocksProxy {
  readonly kind: 'socks';
  readonly host: string;
  readonly port: number;
  readonly secure: false;
  /** What lets us in, as it goes over the wire; undefined when there is none. @see RFC 1929 */
  readonly credentials: Buffer | undefined;
  /** Whether the proxy looks up the names of hosts; otherwise we do. */
  readonly resolvesNames: boolean;
}

/** A forward proxy. */
export type Proxy = HttpProxy | SocksProxy;

const rule = 'an http, https, socks5 or socks5h URL of a host and a port';
const defaultPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'socks5:': 1080,
  'socks5h:': 1080,
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new OptionError('proxy', 'a URL with a percent-encoded user and password', text);
  }
};

const fieldOf = (user: string, password: string): string =>
  user === '' && password === ''
    ? ''
    : `proxy-authorization: Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}\r\n`;

/** @see RFC 1929 section 2 */
const credentialsOf = (user: string, password: string): Buffer | undefined => {
  if (user === '' && password === '') return undefined;
  const [name, secret] = [Buffer.from(user, 'utf8'), Buffer.from(password, 'utf8')];
  if (name.length > 255 || secret.length > 255)
    throw new OptionError('proxy', 'a URL with a user and a password of at most 255 bytes each', password);
  return Buffer.concat([Buffer.of(1, name.length), name, Buffer.of(secret.length), secret]);
};

/** Reads a proxy's URL. @throws {OptionError} `CELL_BAD_OPTION` unless it is one of a scheme that is spoken here. */
export const parseProxy = (text: string): Proxy => {
  const url = typeof text === 'string' ? URL.parse(text) : null;
  const standard = url === null ? undefined : defaultPorts[url.protocol];
  if (url === null || standard === undefined || url.hostname === '' || !/^\/?$/.test(url.pathname) || url.search !== '')
    throw new OptionError('proxy', rule, text);
  const [user, password] = [decoded(url.username), decoded(url.password)];
  const at = { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? standard : Number(url.port) };
  if (url.protocol.startsWith('http'))
    return { kind: 'http', ...at, secure: url.protocol === 'https:', field: fieldOf(user, password) };
  const resolvesNames = url.protocol === 'socks5h:';
  return { kind: 'socks', ...at, secure: false, credentials: credentialsOf(user, password), resolvesNames };
};
