import { Context } from '@organism/cell';
import { Capillary } from '@organism/circulatory/capillary';
import {
  CapillaryClient,
  eventStream,
  longPoll,
  type Transport,
  webSocket,
} from '@organism/circulatory/capillary/client';
import type { Muscle } from '@organism/muscular';
import { endpoint, Lung, mount } from '@organism/respiratory';
import { ChannelBronchus, ChannelCaller } from '@organism/respiratory/channel';
import { LungClient, queryGraphql } from '@organism/respiratory/client';
import { graphql } from '@organism/respiratory/graphql';
import { GrpcBronchus, GrpcClient } from '@organism/respiratory/grpc';
import { type AnyMuscle, bronchusChecks, type BronchusSubject } from '@organism/respiratory/testing';
import { describe, expect, it } from 'vitest';

const silent = (): void => {};

const rest = async (muscles: readonly AnyMuscle[]): Promise<BronchusSubject> => {
  const endpoints = muscles.map((muscle) => endpoint(`POST /${muscle.name}`, muscle as Muscle<unknown, unknown>));
  const lung = await Lung.serve({ port: 0, endpoints, onError: silent });
  const client = new LungClient({ baseUrl: lung.url, retry: false });
  return {
    call: (operation, input, options) => client.post(`/${operation.name}`, { json: input, ...options }),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await lung.stop();
    },
  };
};

/** Each operation's arguments and results in GraphQL's language. */
const documents: Readonly<Record<string, string>> = {
  'check.echo':
    'query ($id: String!, $count: Float!, $tags: [String!]!, $note: String) { checkEcho(id: $id, count: $count, tags: $tags, note: $note) { id count tags note } }',
  'check.fail': 'query ($what: String!) { checkFail(what: $what) { done } }',
  'check.wait': 'query ($what: String!) { checkWait(what: $what) { done } }',
};

const byGraphql = async (muscles: readonly AnyMuscle[]): Promise<BronchusSubject> => {
  const lung = await Lung.serve({ port: 0, endpoints: [graphql('/graphql', { queries: muscles, onError: silent })] });
  const client = new LungClient({ baseUrl: lung.url, retry: false });
  return {
    call: async ({ name }, input, options) => {
      const data = await queryGraphql<Record<string, unknown>>(
        client,
        documents[name] ?? '',
        input as Record<string, unknown>,
        options,
      );
      return Object.values(data)[0];
    },
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await lung.stop();
    },
  };
};

const grpc = async (muscles: readonly AnyMuscle[]): Promise<BronchusSubject> => {
  const server = await new GrpcBronchus({ port: 0, muscles, onError: silent }).start();
  const client = new GrpcClient({ address: server.address });
  return {
    call: (operation, input, options: { signal?: AbortSignal; context?: Context }) =>
      client.call(operation as Muscle<unknown, unknown>, input, options),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await server.stop();
    },
  };
};

const channel =
  (transport: Transport) =>
  async (muscles: readonly AnyMuscle[]): Promise<BronchusSubject> => {
    const calls = new ChannelBronchus({ muscles, onError: silent });
    const capillary = await new Capillary({ authenticate: () => ({ id: 'ada' }), onMessage: calls.onMessage }).start();
    const endpoints = [mount('/capillary', capillary.fetch)];
    const lung = await Lung.serve({ port: 0, endpoints, upgrades: [capillary.upgrade] });
    const client = new CapillaryClient({
      url: `${lung.url}/capillary`,
      transports: [transport],
      onMessage: (data) => caller.receive(data),
    });
    const caller = new ChannelCaller({ send: (data) => client.send(data) });
    client.connect();
    return {
      call: (operation, input, options) => caller.call(operation as Muscle<unknown, unknown>, input, options),
      [Symbol.asyncDispose]: async () => {
        client.close();
        await capillary.stop();
        await lung.stop();
      },
    };
  };

describe.each([
  ['REST', rest],
  ['GraphQL', byGraphql],
  ['gRPC', grpc],
  ['WebSocket', channel(webSocket)],
  ['server-sent events', channel(eventStream)],
  ['long polling', channel(longPoll)],
])('by %s, an operation', (_name, open) => {
  it.each(bronchusChecks(open))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe('the suite finds an adapter that', () => {
  type Call = BronchusSubject['call'];
  const outcomeOf = async (check: string, make: (run: Call) => Call): Promise<unknown> => {
    const found = bronchusChecks(async (muscles) => ({
      call: make((operation, input, options) =>
        (muscles.find(({ name }) => name === operation.name) as Muscle<unknown, unknown>).execute(input, options),
      ),
      [Symbol.asyncDispose]: async () => {},
    })).find(({ name }) => name.includes(check));
    return await found?.run().catch((error: unknown) => error);
  };
  const late = (context: Context | undefined, ms: number): Context | undefined =>
    context?.deadline === undefined
      ? context
      : new Context({ correlationId: context.correlationId, deadline: context.deadline + ms });

  it.each<[string, string, (run: Call) => Call]>([
    ['tells too much', 'unexpected', (run) => run],
    [
      'loses the correlation',
      'hands on',
      (run) =>
        (operation, input, { context, ...options }) =>
          run(operation, input, { ...options, ...(context && { context: context.child({ correlationId: 'other' }) }) }),
    ],
    [
      'loses the deadline',
      'hands on',
      (run) =>
        (operation, input, { context, ...options }) =>
          run(operation, input, {
            ...options,
            ...(context && { context: new Context({ correlationId: context.correlationId }) }),
          }),
    ],
    ...[-10, 5000].map<[string, string, (run: Call) => Call]>((ms) => [
      `moves the deadline by ${ms} ms`,
      'hands on',
      (run) =>
        (operation, input, { context, ...options }) => {
          const moved = late(context, ms);
          return run(operation, input, { ...options, ...(moved && { context: moved }) });
        },
    ]),
  ])('%s', async (_what, check, make) => {
    expect(await outcomeOf(check, make)).toMatchObject({ code: 'RESPIRATORY_CONTRACT' });
    expect(await outcomeOf('hands on', (run) => run)).toBeUndefined();
  });
});
