/** Format of a response: how a value is written in one media type. */
export interface Format {
  /** Media type without parameters, for the negotiation. */
  readonly type: string;
  /** The `content-type` header. Default: the type. */
  readonly contentType?: string;
  /** The value as it goes over the wire. It is in its JSON form: dates are strings, for instance. */
  encode(value: unknown): string | Uint8Array;
  /** Reads a body of this type. Absent: bodies of this type are refused. What it throws is answered by 400. */
  decode?(bytes: Uint8Array): unknown;
  /** Other names of the type, for bodies. */
  readonly aliases?: readonly string[];
}

/**
 * JSON: the format of endpoints that name none. Not compiled from the output's Bone: generated code took 0.75 of the
 * time of `JSON.stringify` for a small object (0.5 of some 40 µs of a request) and 1.25 for a list of 100, and edge
 * runtimes forbid to generate any.
 */
export const json: Format = { type: 'application/json', encode: (value) => JSON.stringify(value) ?? 'null' };

/** Plain text. Default: strings as they are, other values as JSON. */
export const text = (
  encode: (value: never) => string = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
): Format => ({
  type: 'text/plain',
  contentType: 'text/plain; charset=utf-8',
  encode: encode as (value: unknown) => string,
});

/**
 * HTML, for people who open an endpoint in a browser.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { endpoint, html, json, Lung } from '@organism/respiratory';
 *
 * const show = new Muscle({ name: 'show', run: () => ({ name: 'Ada' }) });
 * const asPage = html(({ name }: { name: string }) => `<h1>${name}</h1>`);
 * const lung = new Lung({ endpoints: [endpoint('GET /person', show, { formats: [json, asPage] })] });
 * const answer = await lung.inject('GET /person', { headers: { accept: 'text/html' } });
 * assert.equal(await answer.text(), '<h1>Ada</h1>');
 * ```
 */
export const html = <T>(render: (value: T) => string): Format => ({
  type: 'text/html',
  contentType: 'text/html; charset=utf-8',
  encode: render as (value: unknown) => string,
});
