import { timingSafeEqual } from 'node:crypto';
import type { Entropy } from '@organism/cell';

const draw = (entropy: Entropy, bytes: number): string => Buffer.from(entropy.bytes(bytes)).toString('base64url');

/** A session's public id. */
export const drawId = (entropy: Entropy): string => draw(entropy, 12);

/** The session's id in a token; a token is `id.secret`. */
export const idOf = (token: string): string => token.slice(0, token.indexOf('.'));

const same = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};

/**
 * The secret that resumes a session. Each resume draws another; the one before holds until the client has shown that it
 * has the new one, because the answer that carried it may be lost.
 */
export class SessionToken {
  readonly #id: string;
  readonly #entropy: Entropy;
  #current: string;
  #previous: string | undefined;

  constructor(id: string, entropy: Entropy) {
    this.#id = id;
    this.#entropy = entropy;
    this.#current = this.#draw();
  }

  #draw(): string {
    return `${this.#id}.${draw(this.#entropy, 24)}`;
  }

  /** The token to use from now on. */
  get current(): string {
    return this.#current;
  }

  /** Whether a token is good; when it is the current one, the one before ends. */
  accepts(token: string): boolean {
    if (same(token, this.#current)) {
      this.#previous = undefined;
      return true;
    }
    return this.#previous !== undefined && same(token, this.#previous);
  }

  /** The client has the current token: the one before ends. */
  confirm(): void {
    this.#previous = undefined;
  }

  /** Draws another. The token that `used` was stays good until the new one is confirmed. */
  rotate(used: string): string {
    this.#previous = used;
    this.#current = this.#draw();
    return this.#current;
  }
}
