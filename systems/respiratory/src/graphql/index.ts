export { graphql, type GraphqlOptions } from './graphql.ts';
export { graphqlSchema, type GraphqlOffer } from './schema.ts';
export type { DocumentLimits } from './limits.ts';
export type { AnyMuscle, Feed } from '../bronchi/muscles.ts';
