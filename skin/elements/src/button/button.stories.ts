import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Elements/Button',
  component: 'skin-button',
  argTypes: {
    variant: { control: 'select', options: ['primary', 'secondary', 'ghost', 'danger'] },
    size: { control: 'select', options: ['small', 'medium'] },
  },
  args: { variant: 'secondary', size: 'medium', disabled: false, loading: false },
  render: ({ variant, size, disabled, loading }): TemplateResult =>
    html`<skin-button variant=${variant} size=${size} ?disabled=${disabled} ?loading=${loading}
      >Save changes</skin-button
    >`,
};
export default meta;

const all = (): TemplateResult =>
  html`<p style="display:flex;gap:.75rem;flex-wrap:wrap;align-items:center">
    <skin-button variant="primary">Primary</skin-button><skin-button>Secondary</skin-button
    ><skin-button variant="ghost">Ghost</skin-button><skin-button variant="danger">Delete</skin-button>
    <skin-button size="small">Small</skin-button><skin-button loading>Saving</skin-button
    ><skin-button disabled>Disabled</skin-button>
    <skin-button label="Search"><skin-icon name="search"></skin-icon></skin-button
    ><skin-button><skin-icon name="plus"></skin-icon>Add</skin-button>
  </p>`;
export const Playground: StoryObj = {};
export const Variants: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
