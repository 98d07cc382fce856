/** One field that broke a rule, as the server names it. @see RFC 9457 */
export interface FieldProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The server's refusal. */
export interface Problem {
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
}

/** What came back: the answer, or the problem. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** Sends JSON. A network failure is a problem too, never an exception. */
export const post = async <T>(url: string, body: unknown): Promise<Answer<T>> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    return response.ok ? { ok: true, value: answer as T } : { ok: false, problem: answer as Problem };
  } catch {
    return { ok: false, problem: { title: 'The server can’t be reached.' } };
  }
};
