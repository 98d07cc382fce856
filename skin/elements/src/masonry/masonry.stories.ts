import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Layout/Masonry', component: 'skin-masonry' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-masonry style="--skin-masonry-column:12rem"
    >${[3, 6, 4, 8, 5, 3, 7].map(
      (height, at) => html`<skin-card><div style="block-size:${height}rem">Picture ${at + 1}</div></skin-card>`,
    )}</skin-masonry
  >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
