import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/Tabs', component: 'skin-tabs' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-tabs label="Views"
    ><skin-tab label="Map">Where they were.</skin-tab><skin-tab label="Table">How strong they were.</skin-tab
    ><skin-tab label="Archive" disabled>Not yet.</skin-tab
    ><skin-tab label="Notes">What people felt.</skin-tab></skin-tabs
  >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
