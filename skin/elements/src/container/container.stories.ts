import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Layout/Container',
  component: 'skin-container',
  argTypes: { size: { control: 'select', options: ['small', 'medium', 'large', 'full'] } },
  args: { size: 'small' },
  render: ({ size }): TemplateResult =>
    html`<skin-container size=${size}><skin-card>As wide as a page’s content.</skin-card></skin-container>`,
};
export default meta;

export const Playground: StoryObj = {};
export const Full: StoryObj = { args: { size: 'full' } };
