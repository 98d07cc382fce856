import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Elements/Card', component: 'skin-card' };
export default meta;

const all = (): TemplateResult =>
  html`<div style="display:grid;gap:1rem;max-inline-size:24rem">
    <skin-card>Only content.</skin-card>
    <skin-card
      ><span slot="header">Hualien, Taiwan</span>Five shocks within an hour.<span slot="footer"
        >4 February, 14:10 UTC</span
      ></skin-card
    >
  </div>`;
export const Slots: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
