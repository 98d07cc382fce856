export { Oxygen, type TakeOptions, type UseScope } from './oxygen.ts';
export type { OxygenOptions, ResourceEvent, ResourceState } from './options.ts';
export type { ConnectionLeak, ConnectionLease } from './loan.ts';
export type { Acquired, ConnectScope, OxygenDriver, PoolCounts } from './driver.ts';
export { ResourceBusyError, ResourceDownError } from './errors.ts';
export { postgres, type PostgresConnection, type PostgresConnectionOf, type PostgresPool } from './drivers/postgres.ts';
export { mysql, type MysqlConnection, type MysqlPool } from './drivers/mysql.ts';
export { mongodb, type MongoClientLike } from './drivers/mongodb.ts';
export { redis, type RedisClientLike } from './drivers/redis.ts';
export { memcached, type MemcachedClientLike } from './drivers/memcached.ts';
export { s3, type S3ClientLike } from './drivers/s3.ts';
export { rabbitmq, type RabbitChannelLike, type RabbitConnectionLike } from './drivers/rabbitmq.ts';
export {
  kafka,
  type KafkaAdminLike,
  type KafkaConnections,
  type KafkaLike,
  type KafkaProducerLike,
} from './drivers/kafka.ts';
