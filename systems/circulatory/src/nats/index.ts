export { NatsBroker } from './nats-broker.ts';
export type { NatsBrokerOptions, NatsWarning } from './options.ts';
