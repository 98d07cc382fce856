import type { JsonSchema } from '@organism/skeletal';
import { diffSchema, type Direction } from './diff-schema.ts';
import type { Schemas } from './schemas.ts';

/** A difference between two API documents. */
export interface ApiChange {
  /** Whether a client that was made for the first may fail against the second. */
  readonly breaking: boolean;
  /** Method and path. */
  readonly operation: string;
  /** Which part: a parameter, the request, a response. */
  readonly part: string;
  readonly message: string;
}

type Tree = Readonly<Record<string, unknown>>;

const treeOf = (value: unknown): Tree => (typeof value === 'object' && value !== null ? (value as Tree) : {});
const schemasOf = (document: Tree): Schemas => treeOf(treeOf(document['components'])['schemas']) as Schemas;
const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** Operations by method and path; the names of path params don't matter to a client. */
const operationsOf = (document: Tree): ReadonlyMap<string, { readonly label: string; readonly operation: Tree }> => {
  const found = new Map<string, { readonly label: string; readonly operation: Tree }>();
  for (const [path, item] of Object.entries(treeOf(document['paths'])))
    for (const [method, operation] of Object.entries(treeOf(item)))
      if (methods.has(method))
        found.set(`${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`, {
          label: `${method.toUpperCase()} ${path}`,
          operation: treeOf(operation),
        });
  return found;
};

/** Compares two documents, one operation at a time. */
class Comparison {
  readonly changes: ApiChange[] = [];
  readonly #schemas: { readonly before: Schemas; readonly after: Schemas };
  #operation = '';

  constructor(before: Tree, after: Tree) {
    this.#schemas = { before: schemasOf(before), after: schemasOf(after) };
  }

  #add(breaking: boolean, part: string, message: string): void {
    this.changes.push({ breaking, operation: this.#operation, part, message });
  }

  #schema(part: string, direction: Direction, before: unknown, after: unknown): void {
    for (const { breaking, at, message } of diffSchema(
      treeOf(before) as JsonSchema,
      treeOf(after) as JsonSchema,
      this.#schemas,
      direction,
    ))
      this.#add(breaking, part, `${at === '' ? 'the value' : at} ${message}`);
  }

  operation(label: string, before: Tree | undefined, after: Tree | undefined): void {
    this.#operation = label;
    if (before === undefined || after === undefined) {
      this.#add(after === undefined, 'operation', after === undefined ? 'is gone' : 'is new');
      return;
    }
    if (before['deprecated'] !== true && after['deprecated'] === true) this.#add(false, 'operation', 'is deprecated');
    this.#parameters(before, after);
    this.#content('request', 'request', treeOf(before['requestBody']), treeOf(after['requestBody']));
    this.#responses(treeOf(before['responses']), treeOf(after['responses']));
    const [open, guarded] = [before['security'] === undefined, after['security'] !== undefined];
    if (open && guarded) this.#add(true, 'security', 'now needs proof of who asks');
    else if (!open && !guarded) this.#add(false, 'security', 'needs no proof any more');
  }

  #parameters(before: Tree, after: Tree): void {
    const listed = (operation: Tree): ReadonlyMap<string, Tree> => {
      const all = (operation['parameters'] ?? []) as readonly Tree[];
      let position = 0;
      return new Map(
        all.map((one) => [
          one['in'] === 'path' ? `path ${(position += 1)}` : `${String(one['in'])} ${String(one['name'])}`,
          one,
        ]),
      );
    };
    const [old, fresh] = [listed(before), listed(after)];
    for (const [key, parameter] of old) {
      const now = fresh.get(key);
      if (now === undefined) this.#add(true, key, 'is gone');
      else {
        const [was, is] = [parameter['required'] === true, now['required'] === true];
        if (was !== is) this.#add(is, key, is ? 'is now required' : 'is now optional');
        this.#schema(key, 'request', parameter['schema'], now['schema']);
      }
    }
    for (const [key, parameter] of fresh)
      if (!old.has(key)) {
        const required = parameter['required'] === true;
        this.#add(required, key, required ? 'is new and required' : 'is new');
      }
  }

  #content(part: string, direction: Direction, before: Tree, after: Tree): void {
    const [old, fresh] = [treeOf(before['content']), treeOf(after['content'])];
    if (direction === 'request' && before['required'] !== true && after['required'] === true)
      this.#add(true, part, 'is now required');
    for (const [type, { schema }] of Object.entries(old) as [string, Tree & { schema?: unknown }][]) {
      if (fresh[type] === undefined) this.#add(true, part, `is not ${type} any more`);
      else this.#schema(`${part} ${type}`, direction, schema, treeOf(fresh[type])['schema']);
    }
    for (const type of Object.keys(fresh)) if (old[type] === undefined) this.#add(false, part, `may be ${type}`);
  }

  #responses(before: Tree, after: Tree): void {
    for (const [status, response] of Object.entries(before)) {
      const now = after[status];
      if (now !== undefined) this.#content(`response ${status}`, 'response', treeOf(response), treeOf(now));
      else if (status.startsWith('2')) this.#add(true, `response ${status}`, 'is gone');
      else this.#add(false, `response ${status}`, 'is gone');
    }
    for (const status of Object.keys(after))
      if (before[status] === undefined) this.#add(status.startsWith('2'), `response ${status}`, 'is new');
  }
}

/**
 * API diff: what changed between two OpenAPI documents, and whether it breaks clients that were made for the first.
 * Bounds of responses may widen without breaking; everything else that clients send may only widen, and what they get
 * only narrow.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { diffOpenApi, endpoint, Lung } from '@organism/respiratory';
 *
 * const list = endpoint('GET /quakes', new Muscle({ name: 'list', run: () => {} }));
 * const show = endpoint('GET /quakes/:id', new Muscle({ name: 'show', run: () => {} }));
 * const changes = diffOpenApi(new Lung({ endpoints: [list, show] }).openApi(), new Lung({ endpoints: [list] }).openApi());
 * assert.deepEqual(changes, [{ breaking: true, operation: 'GET /quakes/{id}', part: 'operation', message: 'is gone' }]);
 * ```
 */
export const diffOpenApi = (before: Tree, after: Tree): readonly ApiChange[] => {
  const comparison = new Comparison(before, after);
  const [old, fresh] = [operationsOf(before), operationsOf(after)];
  for (const [key, { label, operation }] of old) comparison.operation(label, operation, fresh.get(key)?.operation);
  for (const [key, { label, operation }] of fresh) if (!old.has(key)) comparison.operation(label, undefined, operation);
  return comparison.changes;
};
