import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, nothing, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/CommandPalette', component: 'skin-command-palette' };
export default meta;

const commands = [
  { value: 'new', label: 'New report', group: 'Reports', keys: 'Ctrl+N' },
  { value: 'open', label: 'Open report', group: 'Reports', keys: 'Ctrl+O' },
  { value: 'print', label: 'Print', group: 'Reports', disabled: true },
  { value: 'theme', label: 'Change the theme', group: 'View', keywords: 'dark light' },
];
// On a page of documentation it waits for the reader: each open one would take the focus, and close the one before.
const all = (_: unknown, { viewMode }: { viewMode: string }): TemplateResult =>
  html`<div style="min-block-size:24rem">
    ${
      viewMode === 'docs'
        ? html`<skin-button
            @click=${(event: Event) => (event.target as HTMLElement).nextElementSibling?.toggleAttribute('open', true)}
            >Open</skin-button
          >`
        : nothing
    }<skin-command-palette ?open=${viewMode !== 'docs'} label="Commands" .commands=${commands}></skin-command-palette>
  </div>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
