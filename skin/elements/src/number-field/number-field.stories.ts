import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Elements/Number field', component: 'skin-number-field' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:16rem"
    ><skin-number-field label="Depth in km" value="10" min="0" max="700"></skin-number-field
    ><skin-number-field
      label="Magnitude"
      step="0.1"
      min="0"
      max="10"
      value="0"
      help="To one decimal."
    ></skin-number-field
    ><skin-number-field label="Disabled" value="3" disabled></skin-number-field
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
