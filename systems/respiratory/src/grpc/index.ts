export { GrpcBronchus, type GrpcOptions } from './server.ts';
export { type GrpcCallOptions, GrpcClient, type GrpcClientOptions, type RemoteFeed } from './client.ts';
export { type ServiceName, serviceProto, type ServiceShape } from './methods.ts';
export type { AnyMuscle, Feed } from '../bronchi/muscles.ts';
