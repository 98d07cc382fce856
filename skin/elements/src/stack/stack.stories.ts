import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Layout/Stack',
  component: 'skin-stack',
  argTypes: {
    gap: { control: 'select', options: ['none', 'small', 'medium', 'large'] },
    align: { control: 'select', options: ['', 'start', 'center', 'end', 'stretch'] },
  },
  args: { gap: 'medium', align: '' },
  render: ({ gap, align }): TemplateResult =>
    html`<skin-stack gap=${gap} align=${align}>
      <skin-button>One</skin-button><skin-button>Two, with more to say</skin-button><skin-button>Three</skin-button>
    </skin-stack>`,
};
export default meta;

export const Playground: StoryObj = {};
export const AtTheStart: StoryObj = { args: { align: 'start', gap: 'small' } };
export const RightToLeft: StoryObj = { args: { align: 'start' }, globals: { direction: 'rtl' } };
