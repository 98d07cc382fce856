import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import '../index.ts';
import { bindForm, endpoint, EndpointError } from './bind.ts';
import type { FormCell, FormCheck, FormJsonSchema, FormShape } from './form.ts';

const schema: FormJsonSchema = {
  type: 'object',
  required: ['place', 'magnitude', 'contact', 'stations'],
  properties: {
    place: { type: 'string', title: 'Place', description: 'Nearest town', minLength: 1, maxLength: 20 },
    magnitude: { type: 'number', minimum: 0, maximum: 10 },
    felt: { type: 'boolean' },
    kind: { type: 'string', enum: ['tectonic', 'volcanic'] },
    level: { type: 'number', enum: [1, 2, 3] },
    day: { type: 'string', format: 'date' },
    keywords: { type: 'array', items: { type: 'string' } },
    where: {
      title: 'Where',
      type: 'object',
      required: ['lat'],
      properties: { lat: { type: 'number' }, name: { type: 'string' } },
    },
    contact: {
      title: 'Contact',
      oneOf: [
        {
          type: 'object',
          required: ['via', 'address'],
          properties: { via: { const: 'mail' }, address: { type: 'string', format: 'email' } },
        },
        {
          type: 'object',
          required: ['via', 'number'],
          properties: { via: { const: 'phone' }, number: { type: 'string', minLength: 3 } },
        },
      ],
    },
    stations: {
      type: 'array',
      maxItems: 3,
      items: { type: 'object', required: ['code'], properties: { code: { type: 'string', minLength: 1 } } },
    },
  },
};
const filled = { place: 'Hualien', magnitude: 4, contact: { via: 'mail', address: 'a@example.org' }, stations: [] };

const shapeOf = (check: (value: unknown) => FormCheck = (value) => ({ ok: true, value })): FormShape => ({
  toJSONSchema: () => schema,
  safeParseAsync: (value) => Promise.resolve(check(value)),
});

const setUp = async (
  template = html`<skin-form .bone=${schema}></skin-form>`,
): Promise<{
  form: FormCell;
  field: (at: string) => HTMLElement & { validationMessage: string };
  focused: () => string | undefined;
}> => {
  const stage = await show(template);
  const form = stage.querySelector('skin-form') as FormCell;
  const root = form.shadowRoot as ShadowRoot;
  return {
    form,
    field: (at) => root.querySelector(`[data-at="${at}"]`) as HTMLElement & { validationMessage: string },
    focused: () => (root.activeElement as HTMLElement | null)?.dataset['at'],
  };
};

describe('skin-form', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-form .bone=${schema} .value=${{ ...filled, stations: [{}] }}></skin-form>`);
  });

  it('draws each field with its label, help and rules', async () => {
    const { field } = await setUp();
    await expect.element(page.getByRole('textbox', { name: 'Place' })).toBeRequired();
    await expect.element(page.getByText('Nearest town')).toBeVisible();
    await expect.element(page.getByRole('spinbutton', { name: 'Magnitude' })).toHaveAttribute('max', '10');
    await expect.element(page.getByRole('group', { name: 'Where' })).toBeVisible();
    expect(
      ['felt', 'kind', 'level', 'day', 'keywords', 'where/lat', 'contact/via'].map((at) => field(`/${at}`).localName),
    ).toEqual([
      'skin-checkbox',
      'skin-select',
      'skin-select',
      'skin-date-picker',
      'skin-tag-input',
      'skin-number-field',
      'skin-select',
    ]);
  });

  it('gives what was entered as JSON of the right types, without what was left empty', async () => {
    const { form } = await setUp();
    expect(form.value).toEqual({ place: '', stations: [] });
    await userEvent.fill(page.getByRole('textbox', { name: 'Place' }), 'Hualien');
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Magnitude' }), '4.20');
    await userEvent.click(page.getByRole('checkbox', { name: 'Felt' }));
    await userEvent.selectOptions(page.getByRole('combobox', { name: 'Level' }), '2');
    await userEvent.fill(page.getByRole('textbox', { name: 'Keywords' }), 'swarm,');
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Lat' }), '24');
    expect(form.value).toEqual({
      place: 'Hualien',
      magnitude: 4.2,
      felt: true,
      level: 2,
      keywords: ['swarm'],
      where: { lat: 24 },
      stations: [],
    });
    await expect.element(page.getByRole('spinbutton', { name: 'Magnitude' })).toHaveValue(4.2);
  });

  it('shows the fields of the variant that was chosen', async () => {
    const { form, field } = await setUp(html`<skin-form .bone=${schema} .value=${filled}></skin-form>`);
    expect([field('/contact/address')?.localName, field('/contact/number')]).toEqual(['skin-text-field', null]);
    await userEvent.selectOptions(page.getByRole('combobox', { name: 'Via' }), 'Phone');
    await form.updateComplete;
    await userEvent.fill(page.getByRole('textbox', { name: 'Number' }), '112');
    expect((form.value as { contact: unknown }).contact).toEqual({ via: 'phone', number: '112' });
    expect(field('/contact/address')).toBeNull();
  });

  it('adds and removes the items of a list, and keeps the focus with them', async () => {
    const { form, focused } = await setUp(html`<skin-form .bone=${schema} .value=${filled}></skin-form>`);
    await userEvent.click(page.getByRole('button', { name: 'Add: Stations' }));
    await expect.poll(focused).toBe('/stations/0/code');
    await userEvent.keyboard('A');
    await userEvent.click(page.getByRole('button', { name: 'Add: Stations' }));
    await expect.poll(focused).toBe('/stations/1/code');
    await userEvent.keyboard('B');
    await userEvent.click(page.getByRole('button', { name: 'Add: Stations' }));
    await expect.element(page.getByRole('button', { name: 'Add: Stations' })).toBeDisabled();
    await userEvent.click(page.getByRole('button', { name: 'Remove: Stations 1' }));
    await expect.poll(() => (form.value as { stations: unknown }).stations).toEqual([{ code: 'B' }, { code: '' }]);
    await expect.element(page.getByRole('group', { name: 'Stations 1' }).getByRole('textbox')).toHaveValue('B');
    await expect.poll(() => (form.shadowRoot?.activeElement as HTMLElement | null)?.dataset['add']).toBe('/stations');
  });

  it('sends nothing while a field is wrong, and goes to the first', async () => {
    const sent: unknown[] = [];
    const { form, focused } = await setUp(
      html`<skin-form .bone=${schema} @send=${(event: CustomEvent) => sent.push(event.detail)}></skin-form>`,
    );
    await userEvent.click(page.getByRole('button', { name: 'Send' }));
    await expect.poll(focused).toBe('/place');
    form.submit();
    await form.updateComplete;
    expect(sent).toEqual([]);
  });

  it('checks by the bone, runs the operation once, and tells what it gave', async () => {
    const runs: unknown[] = [];
    let end: (output: string) => void = () => {};
    const tendon = bindForm(
      shapeOf((value) => ({ ok: true, value: { parsed: value } })),
      {
        name: 'report',
        execute: (value: unknown) => {
          runs.push(value);
          return new Promise<string>((resolve) => (end = resolve));
        },
      },
    );
    const outputs: unknown[] = [];
    const { form } = await setUp(
      html`<skin-form
        .tendon=${tendon}
        .value=${filled}
        @success=${(event: CustomEvent<{ output: unknown }>) => outputs.push(event.detail.output)}
      ></skin-form>`,
    );
    form.submit();
    form.submit();
    await expect.poll(() => runs).toEqual([{ parsed: filled }]);
    expect(form.matches(':state(busy)')).toBe(true);
    end('ok');
    await expect.poll(() => outputs).toEqual(['ok']);
    await expect.poll(() => form.matches(':state(busy)')).toBe(false);
    expect(tendon.target).toBe('report');
  });

  it('shows what the bone says at its field, until that is edited', async () => {
    const { form, field, focused } = await setUp(
      html`<skin-form
        .bone=${shapeOf(() => ({
          ok: false,
          issues: [
            { pointer: '/place', message: 'There is no such place.' },
            { pointer: '/contact/address/0', message: 'Nobody lives there.' },
            { pointer: '/elsewhere', message: 'Something else is wrong.' },
          ],
        }))}
        .value=${filled}
      ></skin-form>`,
    );
    form.submit();
    await expect.poll(focused).toBe('/place');
    expect([field('/place').validationMessage, field('/contact/address').validationMessage]).toEqual([
      'There is no such place.',
      'Nobody lives there.',
    ]);
    await expect.element(page.getByRole('alert')).toHaveTextContent('Something else is wrong.');
    await userEvent.keyboard('x');
    expect(field('/place').validationMessage).toBe('');
  });

  it('shows what an operation refuses, at its fields or above the button, and no secret', async () => {
    const errors: unknown[] = [
      Object.assign(new Error('x'), { issues: [{ path: ['place'], pointer: '/place', message: 'Taken.' }] }),
      Object.assign(new Error('x'), { publicMessage: 'Closed at night.' }),
      new Error('password=hunter2'),
      'thrown',
      null,
    ];
    const failures: unknown[] = [];
    const tendon = bindForm(shapeOf(), {
      name: 'report',
      execute: () => Promise.reject(errors[failures.length] as Error),
    });
    const { form, field } = await setUp(
      html`<skin-form
        .tendon=${tendon}
        .value=${filled}
        @failure=${(event: CustomEvent) => failures.push(event.detail)}
      ></skin-form>`,
    );
    form.submit();
    await expect.poll(() => field('/place').validationMessage).toBe('Taken.');
    form.value = { ...filled, place: 'Niland' };
    await userEvent.fill(page.getByRole('textbox', { name: 'Place' }), 'Kodiak');
    for (const message of ['Closed at night.', ...Array.from({ length: 3 }, () => 'Failed. Try again.')]) {
      form.submit();
      await expect.poll(() => form.shadowRoot?.querySelector('[role=alert]')?.textContent.trim()).toBe(message);
      await expect.poll(() => form.matches(':state(busy)')).toBe(false);
    }
    expect(failures).toHaveLength(5);
  });

  it('puts back what it began with, also where nothing was changed', async () => {
    const { form, field } = await setUp(html`<skin-form .bone=${schema} .value=${filled}></skin-form>`);
    await userEvent.fill(page.getByRole('textbox', { name: 'Place' }), 'Kodiak');
    form.showIssues([{ pointer: '/magnitude', message: 'No.' }]);
    form.reset();
    await form.updateComplete;
    expect([form.value, field('/magnitude').validationMessage]).toEqual([filled, '']);
    await expect.element(page.getByRole('textbox', { name: 'Place' })).toHaveValue('Hualien');
    await expect.element(page.getByRole('textbox', { name: 'Address' })).toHaveValue('a@example.org');
  });

  it('sends by Enter, and can be kept from it', async () => {
    const { form } = await setUp(
      html`<skin-form .bone=${schema} .value=${filled} @send=${(event: Event) => event.preventDefault()}></skin-form>`,
    );
    const sent: unknown[] = [];
    form.addEventListener('send', (event) => sent.push((event as CustomEvent<{ value: unknown }>).detail.value));
    await userEvent.click(page.getByRole('textbox', { name: 'Place' }));
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => sent).toEqual([filled]);
  });

  it('is drawn anew from another shape, and from one that holds itself', async () => {
    const { form, field } = await setUp();
    const tree: FormJsonSchema = {
      type: 'object',
      properties: { name: { type: 'string' }, in: { $ref: '#' }, children: { type: 'array', items: { $ref: '#' } } },
    };
    form.bone = tree;
    await form.updateComplete;
    expect([field('/place'), field('/name').localName, field('/in/name').localName]).toEqual([
      null,
      'skin-text-field',
      'skin-text-field',
    ]);
    form.bone = { type: 'array', items: { $ref: '#' } };
    await form.updateComplete;
    expect(page.getByRole('button', { name: /^Add/ }).elements()).toHaveLength(1);
  });

  it('draws lists of single values and of lists, and a shape that is one value', async () => {
    const { form, field } = await setUp(
      html`<skin-form
        .bone=${{
          type: 'object',
          required: ['days', 'grid'],
          properties: {
            days: { type: 'array', minItems: 1, items: { type: 'string', format: 'date' } },
            grid: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
          },
        }}
        .value=${{ days: ['2026-11-21'], grid: [[1, 2], [3]] }}
      ></skin-form>`,
    );
    expect([field('/days/0').localName, field('/grid/0/1').localName]).toEqual([
      'skin-date-picker',
      'skin-number-field',
    ]);
    await userEvent.fill(
      page.getByRole('spinbutton', { name: 'Grid 2 1' }).or(page.getByRole('spinbutton').nth(2)),
      '7',
    );
    expect(form.value).toEqual({ days: ['2026-11-21'], grid: [[1, 2], [7]] });
    form.value = undefined;
    form.bone = { type: 'number', title: 'Magnitude' };
    await form.updateComplete;
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Magnitude' }), '5');
    expect(form.value).toBe(5);
  });

  it('gives up what is under way when it is gone', async () => {
    let signal: AbortSignal | undefined;
    const tendon = bindForm(shapeOf(), {
      name: 'x',
      execute: (_: unknown, options) => {
        ({ signal } = options);
        return new Promise(() => {});
      },
    });
    const { form } = await setUp(html`<skin-form .tendon=${tendon} .value=${filled}></skin-form>`);
    form.submit();
    await expect.poll(() => signal?.aborted).toBe(false);
    form.remove();
    expect([signal?.aborted, form.matches(':state(busy)')]).toEqual([true, true]);
    document.body.append(form);
    await expect.poll(() => form.matches(':state(busy)')).toBe(false);
  });
});

describe('endpoint', () => {
  const respond = (
    status: number,
    body: unknown,
    type = 'application/problem+json',
  ): { requests: Request[]; fetch: typeof fetch } => {
    const requests: Request[] = [];
    return {
      requests,
      fetch: (url, init) => {
        requests.push(new Request(new URL(String(url), location.href), init));
        return Promise.resolve(
          new Response(typeof body === 'string' ? body : JSON.stringify(body), {
            status,
            headers: { 'content-type': type },
          }),
        );
      },
    };
  };
  const { signal } = new AbortController();

  it('sends JSON, and gives the JSON that it answers', async () => {
    const { requests, fetch } = respond(201, { id: 7 }, 'application/json; charset=utf-8');
    const output = await endpoint('POST /reports', { fetch, headers: { 'x-csrf': 't' } }).execute(filled, { signal });
    expect(output).toEqual({ id: 7 });
    const [request] = requests;
    expect([request?.method, new URL(request?.url ?? '').pathname, request?.headers.get('x-csrf')]).toEqual([
      'POST',
      '/reports',
      't',
    ]);
    expect(await request?.json()).toEqual(filled);
  });

  it('reads refusals as problem documents', async () => {
    const { fetch } = respond(422, { detail: 'Not so.', errors: [{ pointer: '/place', message: 'Taken.' }, 7, null] });
    await expect(endpoint('POST /reports', { fetch }).execute({}, { signal })).rejects.toMatchObject({
      code: 'SKIN_ENDPOINT_REFUSED',
      status: 422,
      publicMessage: 'Not so.',
      issues: [{ pointer: '/place', message: 'Taken.' }],
    });
  });

  it('takes any other refusal, too', async () => {
    for (const [body, type] of [
      ['<h1>502</h1>', 'text/html'],
      ['{', 'application/json'],
      ['null', 'application/json'],
    ] as const) {
      const { fetch } = respond(502, body, type);
      await expect(endpoint('POST /reports', { fetch }).execute({}, { signal })).rejects.toBeInstanceOf(EndpointError);
    }
  });

  it('takes no route that is none', () => {
    for (const route of ['', '/reports', 'post /reports', 'POST', 'POST /a b'])
      expect(() => endpoint(route)).toThrow(TypeError);
  });
});
