import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Layout/Sidebar', component: 'skin-sidebar' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-sidebar>
    <skin-card slot="side" label="Networks">Pacific, Atlantic</skin-card>
    <skin-card label="Events">Nothing within the last hour.</skin-card>
  </skin-sidebar>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
