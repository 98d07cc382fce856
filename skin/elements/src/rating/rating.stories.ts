import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Elements/Rating', component: 'skin-rating' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-rating label="How exact is the report?" value="3"></skin-rating
    ><skin-rating label="Disabled" value="4" disabled></skin-rating
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
