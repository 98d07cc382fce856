import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Elements/Dialog',
  component: 'skin-dialog',
  args: { label: 'Start over?', open: false, lightDismiss: false },
  render: ({ label, open, lightDismiss }): TemplateResult =>
    html`<skin-button
        @click=${(event: Event) => (event.target as HTMLElement).nextElementSibling?.toggleAttribute('open', true)}
        >Open</skin-button
      >
      <skin-dialog label=${label} ?open=${open} ?light-dismiss=${lightDismiss}
        >The week begins again, and what was entered by hand is forgotten.<skin-button slot="footer" variant="primary"
          >Start over</skin-button
        ></skin-dialog
      >`,
};
export default meta;

export const Closed: StoryObj = {};
// Not on the page of documentation, where each would open over the one before.
const tags = ['!autodocs'];
export const Open: StoryObj = { args: { open: true }, tags };
export const Dark: StoryObj = { args: { open: true }, tags, globals: { theme: 'dark' } };
