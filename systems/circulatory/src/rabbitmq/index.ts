export { RabbitBroker } from './rabbit-broker.ts';
export type { RabbitBrokerOptions, RabbitWarning } from './options.ts';
export type { RabbitConnect, RabbitState } from './link.ts';
