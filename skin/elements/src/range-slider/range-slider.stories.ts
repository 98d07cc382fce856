import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import './range-slider.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Elements/Range slider', component: 'skin-range-slider' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-range-slider label="Magnitude" min="0" max="10" step="0.1" value="2.5,6"></skin-range-slider
    ><skin-range-slider
      label="Depth in km"
      max="700"
      step="10"
      value="0,120"
      help="At least 50 km apart."
      min-gap="50"
    ></skin-range-slider
    ><skin-range-slider label="Disabled" value="30,60" disabled></skin-range-slider
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
