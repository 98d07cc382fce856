export { SqlitePersistence, type SqlitePersistenceOptions } from './sqlite-persistence.node.ts';
