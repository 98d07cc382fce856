import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const tones = ['neutral', 'info', 'success', 'warning', 'danger'] as const;
const meta: Meta = {
  title: 'Elements/Badge',
  component: 'skin-badge',
  argTypes: { tone: { control: 'select', options: tones } },
  args: { tone: 'success' },
  render: ({ tone }): TemplateResult => html`<skin-badge tone=${tone}>live</skin-badge>`,
};
export default meta;

const all = (): TemplateResult =>
  html`<p style="display:flex;gap:.5rem">
    ${tones.map((tone) => html`<skin-badge tone=${tone}>${tone}</skin-badge>`)}
  </p>`;
export const Playground: StoryObj = {};
export const Tones: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
