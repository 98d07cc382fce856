import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Layout/Resizable', component: 'skin-resizable' };
export default meta;

const text = (words: string): TemplateResult => html`<p style="margin:0;padding:1rem">${words}</p>`;
const all = (): TemplateResult =>
  html`<skin-stack gap="large">
    <skin-resizable label="Notes" width="260" min-width="120" max-width="480"
      >${text('As wide as you like, from 120 to 480 pixels.')}</skin-resizable
    >
    <skin-resizable label="Log" axis="vertical" height="90" max-height="300"
      >${text('As tall as you like.')}</skin-resizable
    >
    <skin-resizable label="Chart" axis="both" width="280" height="140"
      >${text('Both, by its edges or its corner.')}</skin-resizable
    >
    <skin-flex style="justify-content:end"
      ><skin-resizable label="Side" side="start" width="220">${text('From its other side.')}</skin-resizable></skin-flex
    >
  </skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
