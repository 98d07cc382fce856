import type { Bone, Immutable } from '@organism/skeletal';
import { parseCookies } from '../cookies.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { fieldsFromQuery, type Fields, fromTexts, inputFields } from './input.ts';

/** Bones of the parts of a request. */
export interface PartBones<Params, Query, RequestHeaders, Cookies> {
  /** Path params. */
  readonly params?: Bone<Params, unknown>;
  readonly query?: Bone<Query, unknown>;
  /** Its keys are names of headers, in any case. */
  readonly headers?: Bone<RequestHeaders, unknown>;
  readonly cookies?: Bone<Cookies, unknown>;
}

/** The parts of a request, each checked by its Bone; those without a Bone are as they came, texts. */
export interface Parts<Params, Query, RequestHeaders, Cookies> {
  readonly params: Immutable<Params>;
  readonly query: Immutable<Query>;
  readonly headers: Immutable<RequestHeaders>;
  readonly cookies: Immutable<Cookies>;
  /** The JSON body; the operation checks it. */
  readonly body: unknown;
}

type Loose = Bone<unknown, unknown>;
type Record_ = Record<string, unknown>;

const blank = (): Record_ => Object.create(null) as Record_;

/** Picks the declared fields out of a source of texts. */
const pick = (fields: Fields, read: (name: string) => string | undefined): Record_ => {
  const picked = blank();
  for (const [name, field] of fields) {
    const text = read(name);
    if (text !== undefined) picked[name] = fromTexts([text], field);
  }
  return picked;
};

/** Reads the parts that have Bones; compiled once for each endpoint. */
export const partsReader = (
  bones: PartBones<unknown, unknown, unknown, unknown>,
): ((exchange: Exchange) => Omit<Parts<unknown, unknown, unknown, unknown>, 'body'>) => {
  const { params, query, headers, cookies } = bones as Readonly<Record<string, Loose | undefined>>;
  const fields = {
    params: inputFields(params),
    query: inputFields(query),
    headers: inputFields(headers),
    cookies: inputFields(cookies),
  };
  const check = (bone: Loose | undefined, value: unknown): never =>
    (bone === undefined ? value : bone.parse(value)) as never;
  return (exchange) => ({
    params: params === undefined ? (exchange.params as never) : check(params, typed(fields.params, exchange.params)),
    query: check(query, fieldsFromQuery(fields.query, exchange.search)),
    headers: check(
      headers,
      pick(fields.headers, (name) => exchange.header(name.toLowerCase())),
    ),
    cookies: check(cookies, cookies === undefined ? blank() : pickCookies(fields.cookies, exchange)),
  });
};

const typed = (fields: Fields, params: Readonly<Record<string, string>>): Record_ => {
  const all = blank();
  for (const name of Object.keys(params)) all[name] = fromTexts([params[name] ?? ''], fields.get(name));
  return all;
};

const pickCookies = (fields: Fields, exchange: Exchange): Record_ => {
  const cookies = parseCookies(exchange.header('cookie'));
  return pick(fields, (name) => cookies.get(name));
};
