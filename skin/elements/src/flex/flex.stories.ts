import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Layout/Flex',
  component: 'skin-flex',
  argTypes: {
    gap: { control: 'select', options: ['none', 'small', 'medium', 'large'] },
    justify: { control: 'select', options: ['start', 'center', 'end', 'between'] },
  },
  args: { gap: 'medium', justify: 'start', nowrap: false },
  render: ({ gap, justify, nowrap }): TemplateResult =>
    html`<skin-flex gap=${gap} justify=${justify} ?nowrap=${nowrap}>
      <skin-button>Back</skin-button><skin-badge tone="info">Draft</skin-badge><skin-spacer></skin-spacer>
      <skin-button variant="ghost">Cancel</skin-button><skin-button variant="primary">Save</skin-button>
    </skin-flex>`,
};
export default meta;

export const Playground: StoryObj = {};
export const Between: StoryObj = { args: { justify: 'between', gap: 'small' } };
export const RightToLeft: StoryObj = { globals: { direction: 'rtl' } };
