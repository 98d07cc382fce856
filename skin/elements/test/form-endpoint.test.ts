import { Muscle } from '@organism/muscular';
import { endpoint as serve, Lung } from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bindForm, endpoint, EndpointError } from '../src/form/bind.ts';
import { issuesIn } from '../src/form/issues.ts';

const Report = new Bone(
  'report',
  z.object({ place: z.string().min(1), stations: z.array(z.object({ code: z.string().min(2) })) }),
);
// The server knows a rule more than the page.
const Strict = new Bone(
  'strict-report',
  z.object({ place: z.string().min(3), stations: z.array(z.object({ code: z.string().min(2) })) }),
);
const report = new Muscle({ name: 'report', input: Strict, run: ({ place }) => ({ thanks: place }) });

let lung: Lung;
beforeEach(async () => {
  lung = new Lung({ port: 0, endpoints: [serve('POST /reports', report)], onError: () => {} });
  await lung.start();
});
afterEach(async () => {
  await lung.stop();
});

const submit = (value: unknown, path = '/reports'): Promise<unknown> =>
  bindForm(Report, endpoint(`POST ${lung.url}${path}`)).submit(value, value, new AbortController().signal);

describe('a form whose operation is an endpoint of the respiratory system', () => {
  it('gets what the operation gave', async () => {
    expect(await submit({ place: 'Hualien', stations: [] })).toEqual({ thanks: 'Hualien' });
  });

  it('gets what the server refuses with its places, in words for the user', async () => {
    const error: unknown = await submit({ place: 'x', stations: [{ code: 'HL' }, { code: '' }] }).catch(
      (one: unknown) => one,
    );
    expect(error).toBeInstanceOf(EndpointError);
    expect(issuesIn(error).map(({ pointer }) => pointer)).toEqual(['/place', '/stations/1/code']);
    expect(issuesIn(error)[0]?.message).toMatch(/^place must be/);
    expect((error as EndpointError).status).toBe(422);
  });

  it('gets the sentence of any other refusal', async () => {
    const error: unknown = await submit({}, '/nowhere').catch((one: unknown) => one);
    expect(error).toMatchObject({ status: 404, issues: [] });
    expect(typeof (error as EndpointError).publicMessage).toBe('string');
  });
});
