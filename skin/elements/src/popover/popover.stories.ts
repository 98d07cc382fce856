import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Popover', component: 'skin-popover' };
export default meta;

// On a page of documentation it waits for the reader: each open one would take the focus, and close the one before.
const all = (_: unknown, { viewMode }: { viewMode: string }): TemplateResult =>
  html`<div style="min-block-size:14rem">
    <skin-popover ?open=${viewMode !== 'docs'}
      ><skin-button slot="trigger"><skin-icon name="filter"></skin-icon>Filter</skin-button
      ><skin-stack
        ><skin-slider label="Least magnitude" max="10" value="4"></skin-slider
        ><skin-switch checked>Swarms, too</skin-switch></skin-stack
      ></skin-popover
    >
  </div>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
