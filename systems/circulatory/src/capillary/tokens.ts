import { createHash, timingSafeEqual } from 'node:crypto';
import type { Entropy } from '@organism/cell';

const draw = (entropy: Entropy, bytes: number): string => Buffer.from(entropy.bytes(bytes)).toString('base64url');

/** A session's public id. */
export const drawId = (entropy: Entropy): string => draw(entropy, 12);

/** The session's id in a token; a token is `id.secret`. */
export const idOf = (token: string): string => token.slice(0, token.indexOf('.'));

/** Whether a token looks like one of ours. */
export const isToken = (token: string): boolean => /^[\w-]{16}\.[\w-]{32}$/.test(token);

const same = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};

/** A token as other processes may know it. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Tokens that may be good at once, beside the current one. */
const mostBefore = 8;

/**
 * The secret that resumes a session. Each resume draws another; those before hold until the client has shown that it
 * has the new one, because the answer that carried it may be lost.
 */
export class SessionToken {
  readonly #id: string;
  readonly #entropy: Entropy;
  #current: string;
  /** Hashes of those that the client may still have. */
  #before: readonly string[];

  /** @param before Of a session that comes from another process: hashes of the tokens that were good there. */
  constructor(id: string, entropy: Entropy, before: readonly string[] = []) {
    this.#id = id;
    this.#entropy = entropy;
    this.#current = this.#draw();
    this.#before = before.slice(0, mostBefore);
  }

  #draw(): string {
    return `${this.#id}.${draw(this.#entropy, 24)}`;
  }

  /** The token to use from now on. */
  get current(): string {
    return this.#current;
  }

  /** Hashes of the tokens that are good, the current one first. */
  get hashes(): readonly string[] {
    return [hashToken(this.#current), ...this.#before];
  }

  /** Whether a token is good; when it is the current one, those before end. */
  accepts(token: string): boolean {
    if (same(token, this.#current)) {
      this.#before = [];
      return true;
    }
    return this.#before.length > 0 && this.#before.includes(hashToken(token));
  }

  /** The client has the current token: those before end. */
  confirm(): void {
    if (this.#before.length > 0) this.#before = [];
  }

  /** Draws another. Those before stay good until the new one is confirmed: it may be a late hello that asks for it. */
  rotate(): string {
    this.#before = this.hashes.slice(0, mostBefore);
    this.#current = this.#draw();
    return this.#current;
  }
}
