import type { JsonSchema } from '@organism/skeletal';
import { camel, keyOf, type Names, pascal } from './names.ts';
import { type TypeNames, typeOf } from './types.ts';

type Loose = Readonly<Record<string, unknown>>;

/** An operation of the document, as the client needs it. */
export interface Operation {
  /** Name of the method. */
  readonly name: string;
  /** Name of the type of what it takes; undefined when it takes nothing. */
  readonly inputName: string | undefined;
  /** That type's fields: params, query, headers and json, as far as there are any. */
  readonly input: string;
  /** Whether all that it takes may be left out. */
  readonly optional: boolean;
  readonly output: string;
  readonly method: string;
  /** With `:name` for params. */
  readonly path: string;
  readonly description: string;
}

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];
const places = { path: 'params', query: 'query', header: 'headers' } as const;

const deref = (value: Loose, document: Loose): Loose => {
  const { $ref } = value as { $ref?: string };
  if (typeof $ref !== 'string') return value;
  let at: unknown = document;
  for (const part of $ref.slice(2).split('/')) at = (at as Loose | undefined)?.[part];
  return (at ?? {}) as Loose;
};

const contentOf = (body: Loose | undefined): JsonSchema | undefined => {
  const content = (body?.['content'] ?? {}) as Record<string, { schema?: JsonSchema }>;
  const json = Object.keys(content).find((type) => /[/+]json$/.test(type));
  return json === undefined ? undefined : (content[json]?.schema ?? {});
};

const outputOf = (responses: Record<string, Loose>, document: Loose, names: TypeNames): string => {
  const statuses = Object.keys(responses).filter((status) => status.startsWith('2'));
  const types = statuses.map((status) => {
    const response = deref(responses[status] ?? {}, document);
    const schema = contentOf(response);
    if (schema !== undefined) return typeOf(schema, names, '  ');
    return Object.keys((response['content'] ?? {}) as object).some((type) => type.startsWith('text/'))
      ? 'string'
      : response['content'] === undefined
        ? 'void'
        : 'Uint8Array';
  });
  return [...new Set(types)].join(' | ') || 'unknown';
};

const inputOf = (
  parameters: readonly Loose[],
  body: Loose | undefined,
  names: TypeNames,
): { readonly input: string; readonly optional: boolean } => {
  const lines: string[] = [];
  let optional = true;
  for (const [place, key] of Object.entries(places)) {
    const own = parameters.filter((one) => one['in'] === place);
    if (own.length === 0) continue;
    const needed = own.some(({ required }) => required === true);
    if (needed) optional = false;
    const fields = own.map((one) => {
      const type = place === 'header' ? 'string' : typeOf((one['schema'] ?? {}) as JsonSchema, names, '    ');
      return `    readonly ${keyOf(String(one['name']))}${one['required'] === true ? '' : '?'}: ${type};`;
    });
    lines.push(`  readonly ${key}${needed ? '' : '?'}: {\n${fields.join('\n')}\n  };`);
  }
  const json = contentOf(body);
  if (json !== undefined) {
    const needed = body?.['required'] === true;
    if (needed) optional = false;
    lines.push(`  readonly json${needed ? '' : '?'}: ${typeOf(json, names, '  ')};`);
  }
  return { input: lines.join('\n'), optional };
};

/** The operations of a document, in its order. */
export const operationsOf = (document: Loose, names: TypeNames, types: Names, members: Names): readonly Operation[] =>
  Object.entries((document['paths'] ?? {}) as Record<string, Loose>).flatMap(([path, item]) =>
    methods.flatMap((method): Operation[] => {
      const operation = item[method] as Loose | undefined;
      if (operation === undefined) return [];
      const given = operation['operationId'];
      const name = members.give(camel(typeof given === 'string' ? given : `${method} ${path}`));
      const shared = (item['parameters'] ?? []) as readonly Loose[];
      const parameters = [...shared, ...((operation['parameters'] ?? []) as readonly Loose[])].map((one) =>
        deref(one, document),
      );
      const body = operation['requestBody'] as Loose | undefined;
      const { input, optional } = inputOf(parameters, body && deref(body, document), names);
      const said = [operation['summary'], operation['description']].filter((text) => typeof text === 'string');
      return [
        {
          name,
          inputName: input === '' ? undefined : types.give(`${pascal(name)}Input`),
          input,
          optional,
          output: outputOf((operation['responses'] ?? {}) as Record<string, Loose>, document, names),
          method: method.toUpperCase(),
          path: path.replaceAll(/\{(\w+)\}/g, ':$1'),
          description: [...said, ...(operation['deprecated'] === true ? ['@deprecated'] : [])].join('\n'),
        },
      ];
    }),
  );
