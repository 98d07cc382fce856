import type { LungResponse } from '../node/response.ts';

/**
 * Responses under way, in the order of their requests. A list that they link themselves, as a set must hash each: that
 * was 2 % of a small request (benchmark respiratory.http).
 */
export class OpenResponses implements Iterable<LungResponse> {
  #first: LungResponse | undefined;
  #last: LungResponse | undefined;
  size = 0;

  add(response: LungResponse): void {
    response.before = this.#last;
    if (this.#last === undefined) this.#first = response;
    else this.#last.after = response;
    this.#last = response;
    this.size += 1;
  }

  /** Removes one that was added, once. */
  remove(response: LungResponse): void {
    const { before, after } = response;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    response.before = response.after = undefined;
    this.size -= 1;
  }

  *[Symbol.iterator](): Iterator<LungResponse> {
    for (let one = this.#first; one !== undefined; one = one.after) yield one;
  }
}
