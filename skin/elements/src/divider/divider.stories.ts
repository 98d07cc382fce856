import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Layout/Divider', component: 'skin-divider' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:24rem">
    <span>Above</span><skin-divider></skin-divider><span>Below</span><skin-divider>or</skin-divider>
    <skin-flex><span>Left</span><skin-divider orientation="vertical"></skin-divider><span>Right</span></skin-flex>
  </skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
