export { RabbitBroker } from './rabbit-broker.ts';
export type { RabbitBrokerOptions } from './options.ts';
export type { RabbitConnect, RabbitState } from './link.ts';
