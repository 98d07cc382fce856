import { OptionError } from '@organism/cell';
import type { AsyncApiServer } from './document.ts';

const protocols: Readonly<Record<string, string>> = {
  'redis:': 'redis',
  'rediss:': 'rediss',
  'nats:': 'nats',
  'amqp:': 'amqp',
  'amqps:': 'amqps',
  'ws:': 'ws',
  'wss:': 'wss',
  'http:': 'http',
  'https:': 'https',
};

/**
 * A server from its URL, without the user and the password in it. Undefined for one that is part of the process:
 * `memory:`, `sqlite:`.
 *
 * @throws {OptionError} `CELL_BAD_OPTION`
 */
export const serverOf = (name: string, url: string): AsyncApiServer | undefined => {
  if (/^(?:memory|sqlite):/.test(url)) return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const protocol = protocols[parsed?.protocol ?? ''];
  if (parsed === undefined || protocol === undefined || parsed.host === '')
    throw new OptionError(`servers.${name}`, 'a URL of a broker or of a socket server', url);
  const { host, pathname } = parsed;
  return { host, protocol, ...(pathname !== '' && pathname !== '/' && { pathname }) };
};
