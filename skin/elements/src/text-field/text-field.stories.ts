import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Elements/Text field',
  component: 'skin-text-field',
  args: {
    label: 'Place',
    help: 'As in “10 km N of Hualien”',
    value: '',
    placeholder: '',
    required: false,
    disabled: false,
  },
  render: ({ label, help, value, placeholder, required, disabled }): TemplateResult =>
    html`<skin-text-field
      label=${label}
      help=${help}
      value=${value}
      placeholder=${placeholder}
      ?required=${required}
      ?disabled=${disabled}
    ></skin-text-field>`,
};
export default meta;

const all = (): TemplateResult =>
  html`<form style="display:grid;gap:1rem;max-inline-size:20rem">
    <skin-text-field label="Name" name="name" value="Ada Lovelace"></skin-text-field>
    <skin-text-field label="Email" name="email" type="email" required help="We never share it."></skin-text-field>
    <skin-text-field label="Magnitude" inputmode="decimal" placeholder="4.2"></skin-text-field>
    <skin-text-field label="Disabled" value="Can’t be changed" disabled></skin-text-field>
  </form>`;
export const Playground: StoryObj = {};
export const States: StoryObj = { render: all };
export const WithError: StoryObj = {
  render: () => html`<skin-text-field label="Email" type="email" required></skin-text-field>`,
  play: async ({ canvasElement }) => {
    const field = canvasElement.querySelector('skin-text-field');
    await field?.updateComplete;
    field?.setCustomError('This address is taken.');
    await field?.updateComplete;
  },
};
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
