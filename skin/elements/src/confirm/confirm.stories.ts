import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { confirm } from '../index.ts';

const meta: Meta = { title: 'Feedback/Confirm' };
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
