import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import type { ColorReceptor } from './color-picker.ts';
import './color-picker.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Elements/Color picker', component: 'skin-color-picker' };
export default meta;

const swatches = ['#b4232c', 'darkorange', 'seagreen', '#2463b8', 'rebeccapurple'];
const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-color-picker label="Color of the region" value="#2463b8" help="Shown on the map."></skin-color-picker
    ><skin-color-picker label="Overlay" value="#b4232c80" alpha required></skin-color-picker
    ><skin-color-picker label="Disabled" value="#777777" disabled></skin-color-picker
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };

const open: StoryObj = {
  render: () =>
    html`<div style="min-block-size:26rem">
      <skin-color-picker label="Color" value="#2463b8cc" alpha .swatches=${swatches}></skin-color-picker>
    </div>`,
  play: async ({ canvasElement }) => {
    const picker = canvasElement.querySelector<ColorReceptor>('skin-color-picker');
    picker?.showPicker();
    await picker?.updateComplete;
  },
};
/** With the panel open. */
export const Open: StoryObj = open;
export const OpenDark: StoryObj = { ...open, globals: { theme: 'dark' } };
export const OpenRightToLeft: StoryObj = { ...open, globals: { direction: 'rtl' } };
