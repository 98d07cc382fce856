import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

import { toast } from './toast.ts';

const tones = ['neutral', 'info', 'success', 'warning', 'danger'] as const;
const meta: Meta = { title: 'Elements/Toast', component: 'skin-toast' };
export default meta;

const all = (): TemplateResult =>
  html`<div style="display:grid;gap:.6rem;justify-items:start">
    ${tones.map((tone) => html`<skin-toast tone=${tone} duration-ms="0">Reading recorded (${tone})</skin-toast>`)}
  </div>`;
export const Tones: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const OnClick: StoryObj = {
  render: () =>
    html`<skin-button @click=${() => toast('Reading recorded', { tone: 'success' })}>Show a toast</skin-button>`,
};
