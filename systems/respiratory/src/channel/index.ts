export { ChannelBronchus, type ChannelCallsOptions, type ChannelSession } from './calls.ts';
export { ChannelCaller, type ChannelCallerOptions, type ChannelCallOptions, type ChannelFeed } from './caller.ts';
export type { AnyMuscle, Feed } from '../bronchi/muscles.ts';
