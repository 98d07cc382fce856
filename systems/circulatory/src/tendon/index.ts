export { onMessage } from './on-message.ts';
export { MuscleTendon, type OnMessageOptions, type ResultMap } from './muscle-tendon.ts';
export { feedNeuron, type FeedOptions } from './feed-neuron.ts';
export { publishingNeuron, type PublishingNeuronOptions } from './publishing-neuron.ts';
export { Tendons, type TendonsOptions } from './tendons.ts';
export type { Attachment, MessageTendon, TendonHost } from './contract.ts';
export { judge, type Verdict } from './verdict.ts';
export { TendonError } from './errors.ts';
