import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Elements/Switch',
  component: 'skin-switch',
  args: { checked: true, disabled: false, required: false },
  render: ({ checked, disabled, required }): TemplateResult =>
    html`<skin-switch ?checked=${checked} ?disabled=${disabled} ?required=${required}>Live data</skin-switch>`,
};
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack gap="small">
    <skin-switch>Off</skin-switch><skin-switch checked>On</skin-switch>
    <skin-switch checked help="New shocks appear by themselves.">Live data</skin-switch>
    <skin-switch disabled>Disabled</skin-switch><skin-switch disabled checked>Disabled, on</skin-switch>
  </skin-stack>`;
export const Playground: StoryObj = {};
export const States: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
