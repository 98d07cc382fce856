import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Elements/Checkbox',
  component: 'skin-checkbox',
  args: { checked: false, indeterminate: false, disabled: false, required: false },
  render: ({ checked, indeterminate, disabled, required }): TemplateResult =>
    html`<skin-checkbox ?checked=${checked} ?indeterminate=${indeterminate} ?disabled=${disabled} ?required=${required}
      >Tell me about swarms</skin-checkbox
    >`,
};
export default meta;

const all = (): TemplateResult =>
  html`<div style="display:grid;gap:.6rem">
    <skin-checkbox>Off</skin-checkbox><skin-checkbox checked>On</skin-checkbox
    ><skin-checkbox indeterminate>Some</skin-checkbox>
    <skin-checkbox required help="Needed to go on.">I agree</skin-checkbox
    ><skin-checkbox disabled checked>Disabled</skin-checkbox>
  </div>`;
export const Playground: StoryObj = {};
export const States: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
