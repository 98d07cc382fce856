import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/InfiniteScroll', component: 'skin-infinite-scroll' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack>
    <skin-infinite-scroll loading><skin-card>The first report</skin-card></skin-infinite-scroll>
    <skin-infinite-scroll manual><skin-card>The first report</skin-card></skin-infinite-scroll>
    <skin-infinite-scroll error="The server did not answer." label="Try again"
      ><skin-card>The first report</skin-card></skin-infinite-scroll
    >
  </skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
