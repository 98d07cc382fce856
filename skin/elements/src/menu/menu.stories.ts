import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/Menu', component: 'skin-menu' };
export default meta;

// On a page of documentation it waits for the reader: each open one would take the focus, and close the one before.
const all = (_: unknown, { viewMode }: { viewMode: string }): TemplateResult =>
  html`<div style="min-block-size:14rem">
    <skin-menu ?open=${viewMode !== 'docs'}
      ><skin-button slot="trigger">Actions</skin-button
      ><skin-menu-item><skin-icon slot="start" name="edit"></skin-icon>Edit<kbd slot="end">E</kbd></skin-menu-item
      ><skin-menu-item disabled><skin-icon slot="start" name="copy"></skin-icon>Copy</skin-menu-item
      ><skin-menu-item type="checkbox" checked>Live data</skin-menu-item><skin-divider></skin-divider
      ><skin-menu-item tone="danger"><skin-icon slot="start" name="trash"></skin-icon>Delete</skin-menu-item></skin-menu
    >
  </div>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
