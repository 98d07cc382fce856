import { type Context, OptionError } from '@organism/cell';
import {
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
} from 'graphql';
import { type AnyMuscle, callMuscle, type Feed, openFeed } from '../bronchi/muscles.ts';
import { fieldName } from './names.ts';
import { TypeMaker } from './types.ts';

/** What a GraphQL interface offers. */
export interface GraphqlOffer {
  /** Operations that only read. */
  readonly queries: readonly AnyMuscle[];
  /** Operations that change something; those of one document run one after the other. */
  readonly mutations?: readonly AnyMuscle[];
  /** Sequences that clients may listen to, by name. */
  readonly subscriptions?: Readonly<Record<string, Feed>>;
}

/** What resolvers are given. */
export interface GraphqlScope {
  readonly context: Context;
}

type Field = GraphQLFieldConfig<unknown, GraphqlScope>;
type Shapes = Pick<AnyMuscle, 'input' | 'output' | 'description'>;

const inputOf = (takesFields: boolean, given: Readonly<Record<string, unknown>>): unknown =>
  takesFields ? given : given['input'];

const fieldOf = (
  types: TypeMaker,
  { input, output, description }: Shapes,
): { readonly field: Field; readonly read: (given: Readonly<Record<string, unknown>>) => unknown } => {
  const args: GraphQLFieldConfigArgumentMap = {};
  const taken = input === undefined ? undefined : types.input(input);
  for (const [name, type] of taken ?? []) args[name] = { type };
  const isSingle = taken?.size === 1 && taken.has('input') && !acceptsObject(input);
  const type: GraphQLOutputType = output === undefined ? types.json : types.output(output);
  const field: Field = { type, args, ...(description !== undefined && { description }) };
  if (input === undefined) return { field, read: () => undefined };
  const toInput = types.reader(input);
  return { field, read: (given) => toInput(inputOf(!isSingle, given)) };
};

/** Whether an input has fields of its own; one of them may be called `input`, too. */
const acceptsObject = (bone: AnyMuscle['input']): boolean => {
  const { type, properties } = bone?.toJSONSchema({ io: 'input' }) ?? {};
  return type === 'object' && Object.keys((properties as object | undefined) ?? {}).length > 0;
};

const rootOf = (name: string, fields: Readonly<Record<string, Field>>): GraphQLObjectType | undefined =>
  Object.keys(fields).length === 0 ? undefined : new GraphQLObjectType({ name, fields });

const operations = (types: TypeMaker, muscles: readonly AnyMuscle[]): Record<string, Field> => {
  const fields: Record<string, Field> = {};
  for (const muscle of muscles) {
    const name = fieldName(muscle.name);
    if (Object.hasOwn(fields, name)) throw new OptionError('muscles', `of different names: "${name}" is twice`, muscle);
    const { field, read } = fieldOf(types, muscle);
    fields[name] = {
      ...field,
      resolve: async (_root, given, { context }) => await callMuscle(muscle, read(given), context),
    };
  }
  return fields;
};

const feeds = (types: TypeMaker, offered: Readonly<Record<string, Feed>>): Record<string, Field> => {
  const fields: Record<string, Field> = {};
  for (const [name, feed] of Object.entries(offered)) {
    const { field, read } = fieldOf(types, {
      input: feed.input,
      output: feed.output,
      description: feed.description,
    });
    fields[fieldName(name)] = {
      ...field,
      resolve: (value: unknown) => value,
      subscribe: (_root, given, { context }) => openFeed(feed, read(given), context),
    };
  }
  return fields;
};

/**
 * GraphQL schema of some operations: each is a field, its input's fields are the arguments, its Bones the types.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for two operations of one name, or a name that GraphQL does not allow.
 * @throws {NotRepresentableError} naming the part of a Bone that has no JSON form.
 * @see https://spec.graphql.org/October2021/
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { graphqlSchema } from '@organism/respiratory/graphql';
 * import { Bone } from '@organism/skeletal';
 * import { printSchema } from 'graphql';
 * import { z } from 'zod';
 *
 * const Person = new Bone('person', z.object({ name: z.string(), born: z.int().min(0).max(3000).optional() }));
 * const find = new Muscle({ name: 'person.find', input: Person, output: Person, run: (person) => person });
 * const text = printSchema(graphqlSchema({ queries: [find] }));
 * assert.ok(text.includes('personFind(name: String!, born: Int): Person!'));
 * ```
 */
export const graphqlSchema = ({ queries, mutations = [], subscriptions = {} }: GraphqlOffer): GraphQLSchema => {
  if (queries.length === 0) throw new OptionError('queries', 'at least one operation, as GraphQL demands', queries);
  const types = new TypeMaker();
  return new GraphQLSchema({
    query: rootOf('Query', operations(types, queries)) ?? null,
    mutation: rootOf('Mutation', operations(types, mutations)) ?? null,
    subscription: rootOf('Subscription', feeds(types, subscriptions)) ?? null,
  });
};
