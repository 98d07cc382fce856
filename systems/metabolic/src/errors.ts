import { messageOf, OrganismError } from '@organism/cell';

/** The second level of a cache did not answer in time. Code `METABOLIC_STORE_TIMEOUT`. */
export class StoreTimeoutError extends OrganismError {
  constructor(operation: string, timeoutMs: number) {
    super('METABOLIC_STORE_TIMEOUT', `The cache's second level did not answer "${operation}" within ${timeoutMs} ms.`, {
      status: 504,
      retryable: true,
    });
  }
}

/** A value that the codec can't turn into text, such as a cycle or a bigint in JSON. Code `METABOLIC_NOT_STORABLE`. */
export class NotStorableError extends OrganismError {
  constructor(cause: unknown) {
    super('METABOLIC_NOT_STORABLE', `The codec can't encode a cached value: ${messageOf(cause)}`, { cause });
  }
}
