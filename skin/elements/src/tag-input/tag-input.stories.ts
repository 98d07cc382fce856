import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import './tag-input.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Elements/Tag input', component: 'skin-tag-input' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:24rem"
    ><skin-tag-input
      style="inline-size:100%"
      label="Regions"
      value="Hualien, Kodiak, Valparaíso, Niland"
      help="Enter or a comma takes one."
    ></skin-tag-input
    ><skin-tag-input label="Keywords" placeholder="swarm, tsunami"></skin-tag-input
    ><skin-tag-input label="Disabled" value="alpha, beta" disabled></skin-tag-input
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
