export { type AsyncApiOptions, type AsyncApiSource, toAsyncApi } from './to-asyncapi.ts';
export type {
  AsyncApiChannel,
  AsyncApiDocument,
  AsyncApiMessage,
  AsyncApiOperation,
  AsyncApiServer,
  Reference,
} from './document.ts';
