import { Bone } from '@organism/skeletal';
import type { HeartTopicInfo } from '../heart/topic-info.ts';
import type { MessageTendon } from '../tendon/contract.ts';
import type {
  AsyncApiChannel,
  AsyncApiDocument,
  AsyncApiMessage,
  AsyncApiOperation,
  AsyncApiServer,
} from './document.ts';
import { cloudEventHeaders } from './headers.ts';
import { hoist, keyOf, type Schemas } from './schemas.ts';
import { serverOf } from './servers.ts';

/** What is described: a Heart. */
export interface AsyncApiSource {
  readonly name: string;
  readonly topics: readonly HeartTopicInfo[];
}

/** Options of {@link toAsyncApi}. */
export interface AsyncApiOptions {
  /** Default: the Heart's name. */
  readonly title?: string;
  /** Of the application. Default `1.0.0`. */
  readonly version?: string;
  readonly description?: string;
  /** Where messages travel: URLs by name. Users and passwords are left out, and so are stores within the process. */
  readonly servers?: Readonly<Record<string, string>>;
  /** Names of the topics that the application publishes to. Default: all that the Heart knows. */
  readonly sends?: readonly string[];
  /** Bindings of the Heart: they name the operations behind the groups. */
  readonly tendons?: readonly MessageTendon[];
}

const messageOf = ({ name, shape }: HeartTopicInfo, schemas: Schemas): AsyncApiMessage => {
  const bone = shape instanceof Bone ? (shape as Bone<unknown, unknown>) : undefined;
  return {
    name,
    title: bone?.description ?? name,
    contentType: 'application/json',
    headers: { $ref: '#/components/schemas/cloudEventHeaders' },
    payload: bone === undefined ? {} : hoist(bone, schemas),
    ...(bone !== undefined && bone.examples.length > 0 && { examples: bone.examples.map((payload) => ({ payload })) }),
  };
};

/** Infinity has no JSON form. */
const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

const channelOf = ({ name, options }: HeartTopicInfo): AsyncApiChannel => ({
  address: name,
  messages: { [keyOf(name)]: { $ref: `#/components/messages/${keyOf(name)}` } },
  'x-topic': {
    maxDepth: finite(options.maxDepth),
    overflow: options.overflow,
    dedupWindowMs: finite(options.dedupWindowMs),
    retentionMs: finite(options.retentionMs),
  },
});

const operationOf = (action: 'send' | 'receive', { name }: HeartTopicInfo): AsyncApiOperation => ({
  action,
  channel: { $ref: `#/channels/${keyOf(name)}` },
  messages: [{ $ref: `#/channels/${keyOf(name)}/messages/${keyOf(name)}` }],
});

const receiveOf = (
  topic: HeartTopicInfo,
  group: string,
  tendon: MessageTendon | undefined,
  speaksNats: boolean,
): AsyncApiOperation => ({
  ...operationOf('receive', topic),
  ...(tendon !== undefined && { title: tendon.target }),
  summary: group === 'broadcast' ? 'Every process gets every message.' : `Consumer group "${group}"`,
  ...(speaksNats && group !== 'broadcast' && { bindings: { nats: { queue: group, bindingVersion: '0.1.0' } } }),
  'x-group': group,
});

const serversOf = (urls: Readonly<Record<string, string>>): Record<string, AsyncApiServer> => {
  const servers: Record<string, AsyncApiServer> = {};
  for (const [name, url] of Object.entries(urls)) {
    const server = serverOf(name, url);
    if (server !== undefined) servers[keyOf(name)] = server;
  }
  return servers;
};

/**
 * AsyncAPI document of a Heart: its topics with the JSON Schemas of their Bones, what the application sends, and what each
 * of its consumer groups receives. Call it when everything has subscribed.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad URL of a server.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 * import { toAsyncApi } from '@organism/circulatory/asyncapi';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Quake = new Bone('seismic.quake', z.object({ id: z.string(), magnitude: z.number() }));
 * await using heart = await new Heart().start();
 * await heart.subscribe(Quake, () => {}, { group: 'alerts' });
 * const { operations } = toAsyncApi(heart, { title: 'Seismic Watch', servers: { main: 'nats://nats.example.com:4222' } });
 * assert.deepEqual(Object.keys(operations), ['send.seismic.quake', 'receive.seismic.quake.alerts']);
 * ```
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export const toAsyncApi = (heart: AsyncApiSource, options: AsyncApiOptions = {}): AsyncApiDocument => {
  const { title = heart.name, version = '1.0.0', description, sends, tendons = [] } = options;
  const schemas: Schemas = { cloudEventHeaders };
  const messages: Record<string, AsyncApiMessage> = {};
  const channels: Record<string, AsyncApiChannel> = {};
  const operations: Record<string, AsyncApiOperation> = {};
  const servers = serversOf(options.servers ?? {});
  const speaksNats = Object.values(servers).some(({ protocol }) => protocol === 'nats');
  for (const topic of heart.topics.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const key = keyOf(topic.name);
    messages[key] = messageOf(topic, schemas);
    channels[key] = channelOf(topic);
    if (sends === undefined || sends.includes(topic.name)) operations[`send.${key}`] = operationOf('send', topic);
    for (const group of topic.groups) {
      const tendon = tendons.find((one) => one.topic.name === topic.name && one.group === group);
      operations[`receive.${key}.${keyOf(group)}`] = receiveOf(topic, group, tendon, speaksNats);
    }
  }
  return {
    asyncapi: '3.0.0',
    info: { title, version, ...(description !== undefined && { description }) },
    defaultContentType: 'application/json',
    ...(Object.keys(servers).length > 0 && { servers }),
    channels,
    operations,
    components: { messages, schemas },
  };
};
