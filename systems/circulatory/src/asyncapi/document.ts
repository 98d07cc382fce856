import type { JsonSchema } from '@organism/skeletal';

/** Reference to another part of the document. */
export interface Reference {
  readonly $ref: string;
}

/** Where messages travel. */
export interface AsyncApiServer {
  readonly host: string;
  readonly protocol: string;
  readonly pathname?: string;
  readonly description?: string;
}

/** What a message is. */
export interface AsyncApiMessage {
  readonly name: string;
  readonly title: string;
  readonly summary?: string;
  readonly contentType: string;
  readonly headers: Reference | JsonSchema;
  readonly payload: Reference | JsonSchema;
  readonly examples?: readonly { readonly payload: unknown }[];
}

/** A topic. */
export interface AsyncApiChannel {
  readonly address: string;
  readonly messages: Readonly<Record<string, Reference>>;
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly [extension: `x-${string}`]: unknown;
}

/** What the application does with a topic. */
export interface AsyncApiOperation {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly messages: readonly Reference[];
  readonly title?: string;
  readonly summary?: string;
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly [extension: `x-${string}`]: unknown;
}

/** Description of an application by its messages. @see AsyncAPI Specification 3.0.0 */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly defaultContentType: string;
  readonly servers?: Readonly<Record<string, AsyncApiServer>>;
  readonly channels: Readonly<Record<string, AsyncApiChannel>>;
  readonly operations: Readonly<Record<string, AsyncApiOperation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, AsyncApiMessage>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}
