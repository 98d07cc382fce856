import type { Exchange } from '../exchange/exchange.ts';

/** What a client is told of a version that is to go. */
export interface Deprecation {
  /** Since when it should not be used: the `deprecation` header. @see RFC 9745 */
  readonly since?: Date;
  /** From when on it may be gone: the `sunset` header. @see RFC 8594 */
  readonly sunset?: Date;
  /** Where that is explained: a `link` header. */
  readonly link?: string;
}

interface Common {
  /** A version has what the one before it has, unless it has its own. Default true. */
  readonly inherit?: boolean;
  /** Versions that are to go, by their name. */
  readonly deprecated?: Readonly<Record<string, Deprecation>>;
}

/** By a path before all others: `/v1`. */
export interface VersionByPath extends Common {
  readonly by: 'path';
  /** What stands before the version. Default `v`. */
  readonly prefix?: string;
}

/** By a header of the request. */
export interface VersionByHeader extends Common {
  readonly by: 'header';
  readonly name: string;
  /** For clients that name none. Default: the newest. */
  readonly default?: string;
}

/** By the media type that the client accepts: `application/vnd.<vendor>.v2+json`. */
export interface VersionByMediaType extends Common {
  readonly by: 'media-type';
  readonly vendor: string;
  /** For clients that name none. Default: the newest. */
  readonly default?: string;
}

/** How a version is told from the request. */
export type VersionBy = VersionByHeader | VersionByMediaType;

/** Options of {@link versioned}. */
export type VersionOptions = VersionByPath | VersionBy;

/** Reads the version that a request names; undefined when it names none. */
export const versionReader = (by: VersionBy): ((exchange: Exchange) => string | undefined) => {
  if (by.by === 'header') {
    const name = by.name.toLowerCase();
    return (exchange) => exchange.header(name)?.trim();
  }
  const begin = `application/vnd.${by.vendor.toLowerCase()}.v`;
  return (exchange) => {
    for (const part of (exchange.header('accept') ?? '').split(',')) {
      const type = (part.split(';')[0] ?? '').trim().toLowerCase();
      if (type.startsWith(begin)) return type.slice(begin.length).replace(/\+.*$/, '');
    }
    return undefined;
  };
};
