import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Elements/Slider', component: 'skin-slider' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:20rem"
    ><skin-slider label="Least magnitude" min="0" max="10" step="0.5" value="4.5"></skin-slider
    ><skin-slider label="Radius in km" max="2000" step="50" value="1200" help="Around the place chosen."></skin-slider
    ><skin-slider label="Disabled" value="30" disabled></skin-slider
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
