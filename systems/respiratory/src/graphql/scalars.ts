import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

const maxDepth = 32;

const literal = (node: ValueNode, variables: Readonly<Record<string, unknown>> | null | undefined): unknown => {
  let depth = 0;
  const visit = (one: ValueNode, level: number): void => {
    depth = Math.max(depth, level);
    if (depth > maxDepth) throw new GraphQLError(`A JSON literal may be nested ${maxDepth} levels deep at most.`);
    if (one.kind === Kind.LIST) for (const inner of one.values) visit(inner, level + 1);
    if (one.kind === Kind.OBJECT) for (const { value } of one.fields) visit(value, level + 1);
  };
  visit(node, 0);
  return valueFromASTUntyped(node, variables as never);
};

/** Any JSON value: for what GraphQL has no type. The operation checks it against its Bone. */
export const jsonScalar = (): GraphQLScalarType =>
  new GraphQLScalarType({
    name: 'JSON',
    description: 'Any JSON value.',
    specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
    serialize: (value) => value,
    parseValue: (value) => value,
    parseLiteral: literal,
  });

const safeInteger = (value: unknown): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new GraphQLError(
      `SafeInt can't represent a value of type ${typeof value} that is no whole number below 2^53.`,
    );
  return value;
};

/** A whole number that JSON can carry: GraphQL's own Int ends at 2^31. */
export const safeInt = (): GraphQLScalarType =>
  new GraphQLScalarType({
    name: 'SafeInt',
    description: 'A whole number from -(2^53 - 1) to 2^53 - 1.',
    serialize: safeInteger,
    parseValue: safeInteger,
    parseLiteral: (node) => {
      if (node.kind !== Kind.INT) throw new GraphQLError('SafeInt must be written as a whole number.');
      return safeInteger(Number(node.value));
    },
  });
