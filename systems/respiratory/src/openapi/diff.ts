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
const listOf = (value: unknown): readonly Tree[] => (Array.isArray(value) ? (value as readonly Tree[]) : []);

/** What a reference within the document stands for; anything else is itself. */
const resolved = (document: Tree, value: unknown): Tree => {
  let found = treeOf(value);
  // References may lead to references, and in a circle.
  for (let step = 0; step < 8 && typeof found['$ref'] === 'string'; step += 1) {
    const path = found['$ref'].replace(/^#\//, '').split('/');
    found = path.reduce((tree, key) => treeOf(tree[key.replaceAll('~1', '/').replaceAll('~0', '~')]), document);
  }
  return found;
};

const schemasOf = (document: Tree): Schemas => treeOf(treeOf(document['components'])['schemas']) as Schemas;
const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** One operation, with what its path and its document say of it. */
interface Operation {
  readonly label: string;
  readonly operation: Tree;
  readonly parameters: readonly Tree[];
  readonly security: readonly Tree[];
}

/** Operations by method and path; the names of path params don't matter to a client. */
const operationsOf = (document: Tree): ReadonlyMap<string, Operation> => {
  const found = new Map<string, Operation>();
  for (const [path, item] of Object.entries(treeOf(document['paths'])))
    for (const [method, value] of Object.entries(treeOf(item))) {
      if (!methods.has(method)) continue;
      const operation = treeOf(value);
      const own = listOf(operation['parameters']).map((one) => resolved(document, one));
      const names = new Set(own.map((one) => `${String(one['in'])} ${String(one['name'])}`));
      const common = listOf(treeOf(item)['parameters'])
        .map((one) => resolved(document, one))
        .filter((one) => !names.has(`${String(one['in'])} ${String(one['name'])}`));
      found.set(`${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`, {
        label: `${method.toUpperCase()} ${path}`,
        operation,
        parameters: [...common, ...own],
        security: listOf(operation['security'] ?? document['security']),
      });
    }
  return found;
};

/** Whether a proof that one way wants is enough for another. */
const suffices = (given: Tree, wanted: Tree): boolean =>
  Object.entries(wanted).every(
    ([name, scopes]) =>
      Object.hasOwn(given, name) &&
      listOf(scopes).every((scope) => (given[name] as readonly unknown[] | undefined)?.includes(scope) === true),
  );

/** Compares two documents, one operation at a time. */
class Comparison {
  readonly changes: ApiChange[] = [];
  readonly #before: Tree;
  readonly #after: Tree;
  readonly #schemas: { readonly before: Schemas; readonly after: Schemas };
  #operation = '';

  constructor(before: Tree, after: Tree) {
    this.#before = before;
    this.#after = after;
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

  operation(before: Operation | undefined, after: Operation | undefined): void {
    this.#operation = before?.label ?? after?.label ?? '';
    if (before === undefined || after === undefined) {
      this.#add(after === undefined, 'operation', after === undefined ? 'is gone' : 'is new');
      return;
    }
    const [old, fresh] = [before.operation, after.operation];
    if (old['deprecated'] !== true && fresh['deprecated'] === true) this.#add(false, 'operation', 'is deprecated');
    this.#parameters(before.parameters, after.parameters);
    const bodies = [resolved(this.#before, old['requestBody']), resolved(this.#after, fresh['requestBody'])] as const;
    this.#content('request', 'request', ...bodies);
    this.#responses(treeOf(old['responses']), treeOf(fresh['responses']));
    this.#security(before.security, after.security);
  }

  #parameters(before: readonly Tree[], after: readonly Tree[]): void {
    const listed = (all: readonly Tree[]): ReadonlyMap<string, Tree> => {
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
        for (const name of ['style', 'explode'])
          if (parameter[name] !== now[name]) this.#add(true, key, `is written in another way (${name})`);
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
      const part = `response ${status}`;
      if (after[status] === undefined) {
        this.#add(status.startsWith('2'), part, 'is gone');
        continue;
      }
      const [old, fresh] = [resolved(this.#before, response), resolved(this.#after, after[status])];
      this.#content(part, 'response', old, fresh);
      this.#headers(part, treeOf(old['headers']), treeOf(fresh['headers']));
    }
    for (const status of Object.keys(after))
      if (before[status] === undefined) this.#add(status.startsWith('2'), `response ${status}`, 'is new');
  }

  #headers(part: string, before: Tree, after: Tree): void {
    for (const [name, header] of Object.entries(before)) {
      const [old, fresh] = [resolved(this.#before, header), resolved(this.#after, after[name])];
      if (after[name] === undefined) this.#add(true, part, `header ${name} is gone`);
      else if (old['required'] === true && fresh['required'] !== true)
        this.#add(true, part, `header ${name} is now optional`);
      else this.#schema(`${part} header ${name}`, 'response', old['schema'], fresh['schema']);
    }
    for (const name of Object.keys(after))
      if (before[name] === undefined) this.#add(false, part, `header ${name} is new`);
  }

  /** Each way in that there was must still be enough. No ways at all is the same as one that wants nothing. */
  #security(before: readonly Tree[], after: readonly Tree[]): void {
    const [old, fresh] = [before, after].map((ways) => (ways.length === 0 ? [{}] : ways)) as [Tree[], Tree[]];
    const isOpen = (ways: readonly Tree[]): boolean => ways.some((way) => Object.keys(way).length === 0);
    if (isOpen(old) !== isOpen(fresh)) {
      this.#add(!isOpen(fresh), 'security', isOpen(fresh) ? 'needs no proof any more' : 'now needs proof of who asks');
      return;
    }
    for (const way of old)
      if (!fresh.some((wanted) => suffices(way, wanted)))
        this.#add(true, 'security', `${Object.keys(way).join(' with ')} is not enough any more`);
    for (const way of fresh)
      if (!old.some((given) => suffices(way, given) && suffices(given, way)))
        this.#add(false, 'security', `${Object.keys(way).join(' with ')} is a new way`);
    for (const name of new Set(old.flatMap((way) => Object.keys(way)))) this.#scheme(name);
  }

  #scheme(name: string): void {
    const [was, is] = [this.#before, this.#after].map((document) =>
      resolved(document, treeOf(treeOf(document['components'])['securitySchemes'])[name]),
    ) as [Tree, Tree];
    for (const field of ['type', 'scheme', 'in', 'name'])
      if (is['type'] !== undefined && was[field] !== is[field])
        this.#add(true, 'security', `${name} is proven in another way (${field})`);
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
  for (const [key, operation] of old) comparison.operation(operation, fresh.get(key));
  for (const [key, operation] of fresh) if (!old.has(key)) comparison.operation(undefined, operation);
  return comparison.changes;
};
