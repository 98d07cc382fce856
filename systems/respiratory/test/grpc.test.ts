import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { CancelledError, Context, DeadlineError, OrganismError } from '@organism/cell';
import { protoCodec } from '@organism/circulatory/hemoglobin';
import { Muscle } from '@organism/muscular';
import { HttpError } from '@organism/respiratory';
import { GrpcBronchus, GrpcClient, type GrpcOptions, serviceProto } from '@organism/respiratory/grpc';
import { Bone, isoDate, ValidationError } from '@organism/skeletal';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const Quake = new Bone(
  'seismic.quake',
  z.object({
    id: z.string().min(1),
    magnitude: z.number().max(10),
    at: isoDate(),
    depth: z.number().nullable(),
    status: z.enum(['automatic', 'reviewed']),
    tags: z.array(z.string()),
  }),
);
const Place = new Bone('place', z.object({ id: z.string() }));
const quake = {
  id: 'a1',
  magnitude: 6.1,
  at: '2018-02-05T16:50:00.000Z',
  depth: null,
  status: 'reviewed' as const,
  tags: ['coast'],
};

const echo = new Muscle({
  name: 'quake.echo',
  description: 'Gives back what it gets.',
  input: Quake,
  output: Quake,
  run: ({ at, ...rest }) => ({ ...rest, at: at.toISOString() }),
});
const find = new Muscle({
  name: 'find',
  input: Place,
  output: Place,
  errors: {
    GONE: { message: 'This place is gone.', status: 410, data: new Bone('gone', z.object({ since: z.string() })) },
  },
  run: ({ id }, { fail }) => {
    if (id === 'gone') throw fail('GONE', { since: '1999' });
    if (id === 'broken') throw new Error('password=secret');
    if (id === 'big') throw new OrganismError('TEST_BIG', 'Big.', { status: 409, extensions: { left: 1n } });
    if (id === 'late') throw new HttpError('RESPIRATORY_NOT_FOUND', 'Nothing here.');
    return { id };
  },
});
const ping = new Muscle({ name: 'ping', run: () => undefined });
const who = new Muscle({
  name: 'who',
  output: new Bone('who', z.object({ tenant: z.string(), correlation: z.string(), principal: z.string() })),
  run: (_: void, { context }) => ({
    tenant: context.tenant ?? '',
    correlation: context.correlationId,
    principal: context.principal?.id ?? '',
  }),
});

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

const start = async (options: Partial<GrpcOptions> = {}) => {
  const failures: OrganismError[] = [];
  const server = await new GrpcBronchus({
    port: 0,
    muscles: [echo, find, ping, who],
    onError: (error) => failures.push(error),
    ...options,
  }).start();
  const client = new GrpcClient({ address: server.address });
  open.push(server, client);
  return { server, client, failures };
};

/** A call as a client of another language makes it. */
const rawCall = (address: string, path: string, bytes: Uint8Array, metadata = new Metadata()) => {
  const client = new Client(address, credentials.createInsecure());
  open.push({ [Symbol.asyncDispose]: async () => client.close() });
  const same = (value: Buffer): Buffer => value;
  return new Promise<{ error: ServiceError | null; value: Buffer | undefined }>((resolve) => {
    client.makeUnaryRequest(path, same, same, Buffer.from(bytes), metadata, {}, (error, value) =>
      resolve({ error, value }),
    );
  });
};

describe('a call', () => {
  it('gives back exactly what the operation gives', async () => {
    const { client, server } = await start();
    expect(await client.call(echo, quake)).toEqual(Quake.parse(quake));
    expect(await client.call(ping, undefined)).toBeUndefined();
    expect(server.describe()).toMatchObject({ counters: { calls: 2, errors: 0, underWay: 0 } });
    expect(server.describe().ports).toContainEqual({
      name: 'quake.echo',
      direction: 'in',
      protocol: 'grpc',
      shape: { name: 'seismic.quake', version: 1 },
    });
  });

  it('is one that any client can make, by the .proto', async () => {
    const { server } = await start();
    const codec = protoCodec(Place);
    const { value, error } = await rawCall(server.address, '/organism.Api/Find', codec.encode({ id: 'x' }));
    expect(error).toBeNull();
    expect(codec.decode(value ?? Buffer.alloc(0))).toEqual({ id: 'x' });
    const proto = serviceProto({
      muscles: [echo, find, ping],
      feeds: { ticks: { output: Place } },
      package: 'shop',
      service: 'Quakes',
    });
    for (const part of [
      'package shop;',
      'import "google/protobuf/empty.proto";',
      'service Quakes {',
      '  // Gives back what it gets.\n  rpc QuakeEcho(SeismicQuake) returns (SeismicQuake);',
      '  rpc Ping(google.protobuf.Empty) returns (google.protobuf.Empty);',
      '  rpc Ticks(google.protobuf.Empty) returns (stream Place);',
    ])
      expect(proto).toContain(part);
  });

  it('carries trace, correlation and, from those we trust, the tenant', async () => {
    const { client } = await start({ trusted: true });
    const context = new Context({ correlationId: 'c-7', tenant: 'lisbon' });
    expect(await client.call(who, undefined, { context })).toMatchObject({ correlation: 'c-7' });
  });

  it('is for those who may', async () => {
    const { server } = await start({
      guard: { check: (request) => (request.header('authorization') === 'Bearer ok' ? { id: 'ada' } : undefined) },
    });
    await using stranger = new GrpcClient({ address: server.address });
    await using ada = new GrpcClient({ address: server.address, metadata: { authorization: 'Bearer ok' } });
    await expect(stranger.call(who, undefined)).rejects.toMatchObject({
      status: 401,
      code: 'RESPIRATORY_UNAUTHENTICATED',
    });
    expect(await ada.call(who, undefined)).toMatchObject({ principal: 'ada' });
  });
});

describe('an error', () => {
  it('of the input is the same that REST gives', async () => {
    const { client, failures } = await start();
    const error = (await client
      .call(echo, { ...quake, magnitude: 11 })
      .catch((thrown: unknown) => thrown)) as ValidationError;
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.issues).toMatchObject([{ path: ['magnitude'] }]);
    expect(failures).toEqual([]);
  });

  it('that was declared has its code, status and data', async () => {
    const { client, server } = await start();
    await expect(client.call(find, { id: 'gone' })).rejects.toMatchObject({
      code: 'GONE',
      status: 410,
      message: 'This place is gone.',
      extensions: { data: { since: '1999' } },
    });
    const { error } = await rawCall(server.address, '/organism.Api/Find', protoCodec(Place).encode({ id: 'late' }));
    expect([error?.code, error?.details]).toEqual([status.NOT_FOUND, 'Nothing here.']);
  });

  it('that nobody expected says nothing to the client, and all to us', async () => {
    const { client, failures } = await start();
    const error = (await client.call(find, { id: 'broken' }).catch((thrown: unknown) => thrown)) as OrganismError;
    expect(error).toMatchObject({ code: 'CELL_UNEXPECTED', status: 500 });
    expect(JSON.stringify([error.message, error.extensions, error.details])).not.toContain('secret');
    expect(failures[0]?.message).toContain('secret');
  });

  it('that JSON can not hold is one all the same, and ends no process', async () => {
    const { client } = await start();
    await expect(client.call(find, { id: 'big' })).rejects.toMatchObject({ code: 'CELL_UNEXPECTED', status: 500 });
    expect(await client.call(find, { id: 'a' })).toEqual({ id: 'a' });
  });

  it('is what garbage and unknown methods get', async () => {
    const { server } = await start();
    const garbage = await rawCall(server.address, '/organism.Api/Find', Buffer.from([0xff, 0xff, 0xff]));
    expect(garbage.error?.code).toBe(status.INVALID_ARGUMENT);
    const unknown = await rawCall(server.address, '/organism.Api/Nothing', Buffer.alloc(0));
    expect(unknown.error?.code).toBe(status.UNIMPLEMENTED);
  });

  it('is what a message gets that is too large', async () => {
    const { client } = await start({ maxMessageBytes: 1000 });
    await expect(client.call(find, { id: 'x'.repeat(2000) })).rejects.toMatchObject({ status: 429 });
  });

  it('is what a server gives that is not there', async () => {
    const { server, client } = await start();
    await server.stop();
    await expect(client.call(ping, undefined)).rejects.toMatchObject({ status: 503, retryable: true });
  });
});

describe('giving up', () => {
  const slow = (): { muscle: Muscle; aborted: Promise<unknown> } => {
    const aborted = Promise.withResolvers<unknown>();
    const muscle = new Muscle({
      name: 'slow',
      run: (_: void, { signal }) =>
        new Promise<void>((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            aborted.resolve(signal.reason);
            reject(signal.reason as Error);
          }),
        ),
    });
    return { muscle, aborted: aborted.promise };
  };

  it('reaches the operation', async () => {
    const { muscle, aborted } = slow();
    const { client } = await start({ muscles: [muscle] });
    const abort = new AbortController();
    const call = client.call(muscle, undefined, { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(call).rejects.toThrow(CancelledError);
    expect(await aborted).toBeDefined();
  });

  it('comes with the deadline, on both sides', async () => {
    const { muscle, aborted } = slow();
    const { client } = await start({ muscles: [muscle] });
    const context = new Context({ deadline: Date.now() + 100 });
    const error = await client.call(muscle, undefined, { context }).catch((thrown: unknown) => thrown);
    expect((error as OrganismError).status).toBe(504);
    expect(error instanceof DeadlineError || error instanceof OrganismError).toBe(true);
    expect(await aborted).toBeDefined();
  });
});

describe('a stream', () => {
  const ticks = () => {
    const state = { ended: 0, given: 0 };
    const feed = {
      input: Place,
      output: Place,
      open: async function* ({ id }: { readonly id: string }) {
        try {
          for (;;) {
            if (id === 'broken' && state.given === 2) throw new HttpError('RESPIRATORY_NOT_FOUND', 'No more.');
            yield { id: `${id}${(state.given += 1)}` };
          }
        } finally {
          state.ended += 1;
        }
      },
    };
    return { state, feed };
  };
  const remote = { name: 'ticks', input: Place, output: Place };

  it('gives what the feed gives, no faster than it is taken, and ends it when the client leaves', async () => {
    const { state, feed } = ticks();
    const { client } = await start({ feeds: { ticks: feed } });
    const seen: string[] = [];
    for await (const { id } of client.listen(remote, { id: 't' })) {
      seen.push(id);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['t1', 't2', 't3']);
    await expect.poll(() => state.ended).toBe(1);
    expect(state.given).toBeLessThan(100_000);
  });

  it('ends with the error that the feed throws', async () => {
    const { feed } = ticks();
    const { client } = await start({ feeds: { ticks: feed } });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { id } of client.listen(remote, { id: 'broken' })) seen.push(id);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'RESPIRATORY_NOT_FOUND', status: 404 });
    expect(seen).toHaveLength(2);
  });

  it('checks what is asked', async () => {
    const { feed } = ticks();
    const strict = { ...feed, input: new Bone('strict', z.object({ id: z.string().min(5) })) };
    const { client } = await start({ feeds: { ticks: strict } });
    await expect(client.listen(remote, { id: 'x' }).next()).rejects.toThrow(ValidationError);
  });
});

describe('the life of the server', () => {
  it('lets calls under way end when it stops', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = new Muscle({ name: 'slow', run: async () => await gate.promise });
    const { server, client } = await start({ muscles: [slow] });
    const call = client.call(slow, undefined);
    await expect.poll(() => server.describe().counters['underWay']).toBe(1);
    const stopping = server.stop();
    gate.resolve();
    await expect(call).resolves.toBeUndefined();
    await stopping;
    expect(() => server.address).toThrow(HttpError);
  });

  it('says that a port is taken, and refuses bad options', async () => {
    const { server } = await start();
    const port = Number(server.address.split(':')[1]);
    await expect(new GrpcBronchus({ port, muscles: [ping] }).start()).rejects.toMatchObject({
      errors: [{ code: 'RESPIRATORY_CANNOT_LISTEN' }],
    });
    expect(() => new GrpcBronchus({ muscles: [ping], maxMessageBytes: 0 })).toThrow(/maxMessageBytes/);
    expect(() => new GrpcBronchus({ muscles: [ping, new Muscle({ name: 'Ping', run: () => 1 })] })).toThrow(
      /Ping is twice/,
    );
    const union = new Bone('union', z.union([z.string(), z.object({ a: z.string() })]));
    expect(() => new GrpcBronchus({ muscles: [new Muscle({ name: 'u', input: union, run: () => 1 })] })).toThrow(
      /union/,
    );
  });
});
