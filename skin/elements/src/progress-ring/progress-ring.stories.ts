import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Progress ring', component: 'skin-progress-ring' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-flex
    ><skin-progress-ring value="64" label="Upload"></skin-progress-ring
    ><skin-progress-ring value="0" label="Not begun"></skin-progress-ring
    ><skin-progress-ring value="100" label="Done"></skin-progress-ring
    ><skin-progress-ring label="Waiting"></skin-progress-ring
  ></skin-flex>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
