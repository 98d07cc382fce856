import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Elements/Icon button',
  component: 'skin-icon-button',
  args: { icon: 'settings', label: 'Settings', variant: 'ghost', size: 'medium', disabled: false, loading: false },
  argTypes: {
    variant: { control: 'select', options: ['primary', 'secondary', 'ghost', 'danger'] },
    size: { control: 'select', options: ['small', 'medium'] },
  },
  render: ({ icon, label, variant, size, disabled, loading }): TemplateResult =>
    html`<skin-icon-button
      icon=${icon}
      label=${label}
      variant=${variant}
      size=${size}
      ?disabled=${disabled}
      ?loading=${loading}
    ></skin-icon-button>`,
};
export default meta;

const all = (): TemplateResult =>
  html`<skin-flex>
    ${(['ghost', 'secondary', 'primary', 'danger'] as const).map(
      (variant) =>
        html`<skin-icon-button icon="bell" label="Alerts, ${variant}" variant=${variant}></skin-icon-button>`,
    )}
    <skin-icon-button icon="edit" label="Edit" size="small"></skin-icon-button>
    <skin-icon-button icon="sun" label="Light" pressed></skin-icon-button>
    <skin-icon-button icon="trash" label="Delete" disabled></skin-icon-button>
  </skin-flex>`;
export const Playground: StoryObj = {};
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
