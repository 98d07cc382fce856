import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Layout/Grid',
  component: 'skin-grid',
  argTypes: { columns: { control: 'select', options: [1, 2, 3, 4, 6, 12] } },
  args: { columns: 3 },
  render: ({ columns }): TemplateResult =>
    html`<skin-grid columns=${columns}>
      ${['Hualien', 'Kodiak', 'Niland', 'Valparaíso', 'Hilo'].map((name) => html`<skin-card>${name}</skin-card>`)}
    </skin-grid>`,
};
export default meta;

export const Playground: StoryObj = {};
export const TwoAtMost: StoryObj = { args: { columns: 2 } };
export const RightToLeft: StoryObj = { globals: { direction: 'rtl' } };
