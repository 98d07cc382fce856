import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Layout/Aspect ratio',
  component: 'skin-aspect-ratio',
  args: { ratio: '16/9' },
  render: ({ ratio }): TemplateResult =>
    html`<skin-aspect-ratio ratio=${ratio} style="max-inline-size:20rem;border-radius:.6rem"
      ><div style="background:linear-gradient(135deg,#0a6b8a,#5cc0d6)"></div
    ></skin-aspect-ratio>`,
};
export default meta;

export const Wide: StoryObj = {};
export const Square: StoryObj = { args: { ratio: '1' } };
