import { OrganismError } from '@organism/cell';
import { Muscle } from '@organism/muscular';
import { endpoint, Lung } from '@organism/respiratory';
import { LungClient, RemoteError } from '@organism/respiratory/client';
import { Bone, ValidationError } from '@organism/skeletal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const Numbered = new Bone('test.numbered', z.object({ n: z.number() }));
const double = new Muscle({
  name: 'double',
  input: Numbered,
  output: Numbered,
  run: ({ n }) => {
    if (n === 13)
      throw new OrganismError('TEST_UNLUCKY', 'Not 13.', { status: 409, extensions: { n }, details: { n } });
    return { n: 2 * n };
  },
});

describe('both lungs', () => {
  let lung: Lung;
  let client: LungClient;
  const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
  beforeAll(async () => {
    lung = await Lung.serve({
      port: 0,
      endpoints: [endpoint('GET /double/:n', double), endpoint('POST /double', double)],
    });
    client = new LungClient({ baseUrl: lung.url });
  });
  afterAll(async () => {
    await client.close();
    await lung.stop();
  });

  it('understand each other', async () => {
    expect(await client.get('/double/:n', { params: { n: 21 }, output: Numbered })).toEqual({ n: 42 });
    expect(await client.post('/double', { json: { n: 4 }, input: Numbered, output: Numbered })).toEqual({ n: 8 });
  });

  it('throw the same errors', async () => {
    const error = await caught(client.get('/double/:n', { params: { n: 13 } }));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ code: 'TEST_UNLUCKY', status: 409, message: 'Not 13.', extensions: { n: 13 } });
    const invalid = await caught(client.get('/double/:n', { params: { n: 'x' } }));
    const own = Numbered.safeParse({ n: 'x' });
    expect(invalid).toBeInstanceOf(ValidationError);
    expect(invalid).toMatchObject({ issues: own.ok ? [] : own.issues, status: 422 });
    expect(await caught(client.get('/nowhere'))).toMatchObject({ code: 'RESPIRATORY_NOT_FOUND', status: 404 });
  });
});
