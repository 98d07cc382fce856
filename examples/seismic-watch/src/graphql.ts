import type { EventBus } from '@organism/nervous';
import { type HttpTendon, type RouteDocument, respond } from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import { z } from 'zod';
import { Alert, Quake } from './bones.ts';
import type { Operations } from './operations.ts';

const path = '/graphql';

const Question = new Bone(
  'seismic.graphql-question',
  z.object({
    query: z.string(),
    variables: z.record(z.string(), z.unknown()).optional(),
    operationName: z.string().optional(),
  }),
  { examples: [{ query: '{ listQuakes(minMagnitude: 5, limit: 3) { total quakes { magnitude place } } }' }] },
);
const Answer = new Bone(
  'seismic.graphql-answer',
  z.object({ data: z.unknown().optional(), errors: z.array(z.unknown()).optional() }),
);
const Least = new Bone('seismic.least', z.strictObject({ minMagnitude: z.number().min(-2).max(10).default(-2) }));

/**
 * GraphQL beside REST: the same operations, and what happens as subscriptions by server-sent events. Its libraries are
 * loaded with the first request, as most who start the app send none.
 */
export const makeGraphql = (operations: Operations, bus: EventBus): HttpTendon => {
  const { listQuakes, listAlerts, showReplay, listImports } = operations;
  const { recordReading, acknowledgeAlert, controlReplay } = operations;
  // A subscription ends with its listener, and with the server, which would else wait for it.
  const load = async (stopping: AbortSignal): Promise<HttpTendon> => {
    const { graphql } = await import('@organism/respiratory/graphql');
    return graphql(path, {
      queries: [listQuakes, listAlerts, showReplay, listImports],
      mutations: [recordReading, acknowledgeAlert, controlReplay],
      subscriptions: {
        quakes: {
          description: 'Earthquakes as they come',
          input: Least,
          output: Quake,
          open: async function* ({ minMagnitude }: { readonly minMagnitude: number }, { context }) {
            for await (const quake of bus.stream(Quake, { signal: AbortSignal.any([context.signal, stopping]) }))
              if (quake.magnitude >= minMagnitude) yield quake;
          },
        },
        alerts: {
          description: 'Alerts as they are raised',
          output: Alert,
          open: (_: never, { context }) => bus.stream(Alert, { signal: AbortSignal.any([context.signal, stopping]) }),
        },
      },
    });
  };
  let loaded: Promise<HttpTendon> | undefined;
  const serve = (method: 'GET' | 'POST', document: RouteDocument): HttpTendon =>
    respond(
      `${method} ${path}`,
      async (exchange) => {
        const { routes } = await (loaded ??= load(exchange.scope.stopping));
        await routes.find((route) => route.method === method)?.handle(exchange);
      },
      { document: { tags: ['GraphQL'], output: Answer, ...document } },
    );
  const parameters = [
    { name: 'query', in: 'query', required: true, schema: { type: 'string' } },
    { name: 'variables', in: 'query', schema: { type: 'string' }, description: 'JSON' },
  ];
  const asking = serve('GET', {
    operationId: 'graphql-read',
    summary: 'Queries and subscriptions by GraphQL',
    parameters,
    outputTypes: ['application/graphql-response+json', 'text/event-stream'],
  });
  const posting = serve('POST', {
    operationId: 'graphql',
    summary: 'GraphQL: the same operations, and subscriptions as server-sent events',
    input: Question,
    takesBody: true,
    outputTypes: ['application/graphql-response+json', 'application/json', 'text/event-stream'],
  });
  return { ...posting, target: 'GraphQL', routes: [...asking.routes, ...posting.routes] };
};
