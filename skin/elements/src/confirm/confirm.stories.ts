import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { confirm } from '../index.ts';

const meta: Meta = { title: 'Feedback/Confirm', component: 'skin-confirm' };
export default meta;

const ask = (): void =>
  void confirm('All of its readings go with it.', {
    title: 'Delete the station?',
    confirmLabel: 'Delete',
    tone: 'danger',
  });
export const ByAButton: StoryObj = {
  render: (): TemplateResult => html`<skin-button variant="danger" @click=${ask}>Delete</skin-button>`,
};
const open = (): TemplateResult =>
  html`<div style="min-block-size:16rem">
    <skin-confirm open label="Delete the station?" tone="danger" confirm-label="Delete"
      >All of its readings go with it.</skin-confirm
    >
  </div>`;
// Not on the page of documentation, where each would open over the one before.
const tags = ['!autodocs'];
export const Open: StoryObj = { render: open, tags };
export const Dark: StoryObj = { render: open, tags, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: open, tags, globals: { direction: 'rtl' } };
