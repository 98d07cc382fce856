import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/ContextMenu', component: 'skin-context-menu' };
export default meta;

// On a page of documentation it waits for the reader: each open one would take the focus, and close the one before.
const all = (_: unknown, { viewMode }: { viewMode: string }): TemplateResult =>
  html`<div style="min-block-size:12rem">
    <skin-context-menu ?open=${viewMode !== 'docs'} label="Commands for the station"
      ><skin-card slot="target" tabindex="0" role="group" aria-label="Station">Press the second button here.</skin-card
      ><skin-menu-item><skin-icon slot="start" name="edit"></skin-icon>Rename<kbd slot="end">F2</kbd></skin-menu-item
      ><skin-menu-item disabled>Move</skin-menu-item><skin-divider></skin-divider
      ><skin-menu-item tone="danger"
        ><skin-icon slot="start" name="trash"></skin-icon>Delete</skin-menu-item
      ></skin-context-menu
    >
  </div>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
