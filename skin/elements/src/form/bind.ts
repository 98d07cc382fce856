import { issuesIn } from './issues.ts';
import type { FormIssue, FormShape } from './schema.ts';

/** An operation that a form runs. A `Muscle` of `@organism/muscular` is one. */
export interface FormOperation<In, Out> {
  readonly name: string;
  /** The shape that it checks its input with by itself. */
  readonly input?: unknown;
  execute(input: In, options: { readonly signal: AbortSignal }): Promise<Out>;
}

/** Binding of an operation to a form: what the form is drawn from, and what its values go to. */
export interface FormTendon<Out = unknown> {
  readonly kind: 'form';
  /** Name of the operation. */
  readonly target: string;
  readonly bone: FormShape;
  /** Runs the operation with the values as they were entered, and as the shape makes them. */
  submit(entered: unknown, parsed: unknown, signal: AbortSignal): Promise<Out>;
}

/**
 * Joins an operation to a form that is drawn from its shape. An error with `issues`, such as a `ValidationError`, is
 * shown at its fields.
 *
 * @example
 * ```ts browser
 * import { bindForm, endpoint } from '@organism/skin-elements/bind-form';
 * import { FormCell } from '@organism/skin-elements/form';
 *
 * const shape = {
 *   toJSONSchema: () => ({ type: 'object', properties: { place: { type: 'string', minLength: 1 } }, required: ['place'] }),
 *   safeParseAsync: (value: unknown) => Promise.resolve({ ok: true as const, value }),
 * };
 * const form = new FormCell();
 * form.tendon = bindForm(shape, endpoint('POST /reports'));
 * document.body.append(form);
 * ```
 */
export const bindForm = <In, Out>(bone: FormShape, operation: FormOperation<In, Out>): FormTendon<Out> => ({
  kind: 'form',
  target: operation.name,
  bone,
  submit: (entered, parsed, signal) =>
    // Who checks by itself takes what was entered: a date, say, as the text that it parses.
    operation.execute((operation.input === undefined ? parsed : entered) as In, { signal }),
});

/** A server's refusal, as its problem document says it. @see RFC 9457 */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  /** Stable code of this error; that of the server's is in the problem document. */
  readonly code = 'SKIN_ENDPOINT_REFUSED';
  readonly status: number;
  /** A sentence that can be shown, if the server gave one. */
  readonly publicMessage: string | undefined;
  readonly issues: readonly FormIssue[];

  constructor(status: number, publicMessage: string | undefined, issues: readonly FormIssue[]) {
    super(`The server answered ${status}.`);
    this.status = status;
    this.publicMessage = publicMessage;
    this.issues = issues;
  }
}

/** Options of {@link endpoint}. */
export interface EndpointOptions {
  /** Headers of the request, such as a token against forgery. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the request. Default: the browser's. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Operation that sends the values to an HTTP endpoint as JSON, and gives what it answers. Its refusals are read as problem
 * documents.
 *
 * @param route Method and address: `POST /reports`.
 * @throws {TypeError} when the route is not written so.
 */
export const endpoint = (route: string, options: EndpointOptions = {}): FormOperation<unknown, unknown> => {
  const [method = '', url = '', ...rest] = route.split(' ');
  if (!/^[A-Z]+$/.test(method) || url === '' || rest.length > 0)
    throw new TypeError('The route must be a method and an address, as in "POST /reports".');
  return {
    name: route,
    // The server checks: it gets what was entered.
    input: route,
    execute: async (value, { signal }) => {
      const { fetch = globalThis.fetch } = options;
      const response = await fetch(url, {
        method,
        signal,
        headers: { accept: 'application/json', ...options.headers, 'content-type': 'application/json' },
        body: JSON.stringify(value),
      });
      const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
      const body = (isJson ? await response.json().catch(() => undefined) : undefined) as unknown;
      if (response.ok) return body;
      const { detail, title } = (body ?? {}) as Readonly<Record<string, unknown>>;
      const sentence = [detail, title].find((one): one is string => typeof one === 'string');
      throw new EndpointError(response.status, sentence, issuesIn(body));
    },
  };
};
