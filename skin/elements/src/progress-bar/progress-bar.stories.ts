import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Progress bar', component: 'skin-progress-bar' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:24rem"
    ><skin-progress-bar value="64" label="Upload"></skin-progress-bar
    ><skin-progress-bar value="0" label="Not begun"></skin-progress-bar
    ><skin-progress-bar label="Waiting"></skin-progress-bar
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
