import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/Dropdown', component: 'skin-dropdown' };
export default meta;

// On a page of documentation it waits for the reader: each open one would take the focus, and close the one before.
const all = (_: unknown, { viewMode }: { viewMode: string }): TemplateResult =>
  html`<div style="display:flex;gap:1rem;min-block-size:12rem;align-items:start">
    <skin-dropdown label="Station" ?open=${viewMode !== 'docs'}
      ><skin-menu-item><skin-icon slot="start" name="edit"></skin-icon>Rename</skin-menu-item
      ><skin-menu-item type="checkbox" checked>Live data</skin-menu-item><skin-divider></skin-divider
      ><skin-menu-item tone="danger"
        ><skin-icon slot="start" name="trash"></skin-icon>Delete</skin-menu-item
      ></skin-dropdown
    ><skin-dropdown label="New" variant="primary"><skin-menu-item>Reading</skin-menu-item></skin-dropdown
    ><skin-dropdown label="Off" disabled><skin-menu-item>Nothing</skin-menu-item></skin-dropdown>
  </div>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
