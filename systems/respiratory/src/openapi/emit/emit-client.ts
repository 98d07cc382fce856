import type { JsonSchema } from '@organism/skeletal';
import { comment, Names, pascal } from './names.ts';
import { type Operation, operationsOf } from './operations.ts';
import { fieldsOf, type TypeNames, typeOf } from './types.ts';

/** Options of {@link emitClient}. */
export interface EmitOptions {
  /** Name of the client's interface. Default: the document's title and `Client`. */
  readonly name?: string;
}

const used = ['CallOptions', 'LungClient', 'Rest', 'createClient', 'send'];

const declare = (name: string, schema: JsonSchema, names: TypeNames): string => {
  const said = comment(schema['description']);
  const isPlain = schema['type'] === 'object' && schema['anyOf'] === undefined && schema['oneOf'] === undefined;
  const fields = isPlain ? fieldsOf(schema, names, '  ') : [];
  return fields.length > 0
    ? `${said}export interface ${name} {\n${fields.join('\n')}\n}\n`
    : `${said}export type ${name} = ${typeOf(schema, names)};\n`;
};

const signature = ({ name, inputName, optional, output, description }: Operation): string => {
  const input = inputName === undefined ? '' : `input${optional ? '?' : ''}: ${inputName}, `;
  return `${comment(description, '  ')}  ${name}(${input}options?: CallOptions): Promise<${output}>;`;
};

const method = ({ name, inputName, method: verb, path }: Operation): string => {
  const [parameters, input] = inputName === undefined ? ['options', 'undefined'] : ['input, options', 'input'];
  return `  ${name}: (${parameters}) => send(client, ${JSON.stringify(verb)}, ${JSON.stringify(path)}, ${input}, options),`;
};

/**
 * Typed client as source text: a module of TypeScript with a type for each schema of an API document, and a function for
 * each operation over a `LungClient`. Every type is written out, so that nothing is inferred and large APIs compile fast.
 *
 * @param document An OpenAPI 3.1 document, such as `lung.openApi()`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { emitClient, endpoint, Lung } from '@organism/respiratory';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Id = new Bone('shop.id', z.object({ id: z.string() }));
 * const Product = new Bone('shop.product', z.object({ id: z.string(), price: z.number() }));
 * const show = new Muscle({ name: 'show-product', input: Id, output: Product, run: ({ id }) => ({ id, price: 5 }) });
 * const lung = new Lung({ info: { title: 'Shop', version: '1.0.0' }, endpoints: [endpoint('GET /products/:id', show)] });
 *
 * const source = emitClient(lung.openApi());
 * assert.match(source, /showProduct\(input: ShowProductInput, options\?: CallOptions\): Promise<ShopProduct>;/);
 * ```
 */
export const emitClient = (document: Readonly<Record<string, unknown>>, options: EmitOptions = {}): string => {
  const { title = 'Api', version = '' } = (document['info'] ?? {}) as { title?: string; version?: string };
  const types = new Names(used);
  const client = types.give(options.name ?? `${pascal(title)}Client`);
  const { schemas = {} } = (document['components'] ?? {}) as { schemas?: Record<string, JsonSchema> };
  const names = new Map(Object.keys(schemas).map((name): [string, string] => [name, types.give(pascal(name))]));
  const operations = operationsOf(document, names, types, new Names());
  const inputs = operations.filter(({ inputName }) => inputName !== undefined);
  return [
    comment(`Made from the API document of ${title} ${version}. Make it anew rather than change it.`),
    `import type { CallOptions as AllOptions, LungClient } from '@organism/respiratory/client';\n`,
    `/** What can be said of one call, beside its input. */\nexport type CallOptions = Pick<\n  AllOptions,\n  'context' | 'signal' | 'timeoutMs' | 'idempotencyKey' | 'maxBytes'\n>;\n`,
    ...Object.entries(schemas).map(([name, schema]) => declare(names.get(name) ?? '', schema, names)),
    ...inputs.map(
      ({ name, inputName, input }) => `/** What \`${name}\` takes. */\nexport interface ${inputName} {\n${input}\n}\n`,
    ),
    `${comment(`${title} ${version}`)}export interface ${client} {\n${operations.map(signature).join('\n')}\n}\n`,
    `const send = async (\n  client: LungClient,\n  method: string,\n  path: string,\n  input: object | undefined,\n  options: CallOptions | undefined,\n): Promise<never> => (await client.send(method, path, { ...options, ...input } as never)).data as never;\n`,
    `/** The operations over a client. */\nexport const createClient = (client: LungClient): ${client} => ({\n${operations.map(method).join('\n')}\n});\n`,
  ].join('\n');
};
