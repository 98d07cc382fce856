import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/Pagination', component: 'skin-pagination' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-pagination page="1" count="3" label="Few"></skin-pagination
    ><skin-pagination page="8" count="42" label="Many"></skin-pagination
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
