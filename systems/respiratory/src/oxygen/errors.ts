import { OrganismError } from '@organism/cell';

/** An external resource that can't be reached. Code `RESPIRATORY_RESOURCE_DOWN`, status 503, retryable. */
export class ResourceDownError extends OrganismError {
  constructor(name: string, kind: string, options: { readonly cause?: unknown } = {}) {
    super('RESPIRATORY_RESOURCE_DOWN', `The resource "${name}" (${kind}) can't be reached.`, {
      status: 503,
      retryable: true,
      details: { resource: name, kind },
      ...options,
    });
  }
}

/** No connection became free in time. Code `RESPIRATORY_RESOURCE_BUSY`, status 503, retryable. */
export class ResourceBusyError extends OrganismError {
  constructor(name: string, timeoutMs: number) {
    super('RESPIRATORY_RESOURCE_BUSY', `No connection of "${name}" became free within ${timeoutMs} ms.`, {
      status: 503,
      retryable: true,
      details: { resource: name, timeoutMs },
    });
  }
}
