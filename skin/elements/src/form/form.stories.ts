import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';
import type { FormCell } from './form.ts';

const meta: Meta = { title: 'Elements/Form', component: 'skin-form' };
export default meta;

/** What a Bone gives as its JSON Schema. */
const schema = {
  type: 'object',
  required: ['place', 'magnitude', 'day', 'kind', 'contact', 'stations', 'agree'],
  properties: {
    place: { type: 'string', title: 'Place', description: 'Nearest town.', minLength: 1 },
    magnitude: { type: 'number', minimum: 0, maximum: 10 },
    depth: { type: 'number', 'x-unit': 'km', minimum: 0 },
    day: { type: 'string', format: 'date' },
    kind: { type: 'string', enum: ['tectonic', 'volcanic', 'blast'] },
    keywords: { type: 'array', items: { type: 'string' } },
    notes: { type: 'string', organism: { format: 'multiline' } },
    contact: {
      title: 'Contact',
      oneOf: [
        {
          type: 'object',
          required: ['by', 'address'],
          properties: { by: { const: 'mail' }, address: { type: 'string', format: 'email' } },
        },
        {
          type: 'object',
          required: ['by', 'number'],
          properties: { by: { const: 'phone' }, number: { type: 'string', minLength: 3 } },
        },
      ],
    },
    stations: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['code'],
        properties: { code: { type: 'string', minLength: 1 }, felt: { type: 'boolean' } },
      },
    },
    agree: { type: 'boolean', const: true, title: 'I have read the terms' },
  },
};

const all = (): TemplateResult =>
  html`<skin-form
    .bone=${schema}
    .value=${{ place: 'Hualien', magnitude: 4.2, contact: { by: 'mail' }, stations: [{ code: 'HL-04', felt: true }] }}
    submit-label="Report"
  ></skin-form>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
/** What a server has refused, at its field and above the button. */
export const Refused: StoryObj = {
  render: all,
  play: async ({ canvasElement }) => {
    const form = canvasElement.querySelector<FormCell>('skin-form');
    await form?.updateComplete;
    form?.showIssues([
      { pointer: '/place', message: 'There is no such place.' },
      { pointer: '', message: 'The report came too late.' },
    ]);
    await form?.updateComplete;
  },
};
