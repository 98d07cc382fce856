import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Spinner', component: 'skin-spinner' };
export default meta;

const all = (): TemplateResult =>
  html`<p>Fetching the week <skin-spinner></skin-spinner></p>
    <p style="font-size:2rem"><skin-spinner label="Fetching"></skin-spinner></p>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
