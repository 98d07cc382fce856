import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Alert', component: 'skin-alert' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack gap="small"
    ><skin-alert label="A new version is out"
      >Reload to use it.<skin-button slot="action" size="small">Reload</skin-button></skin-alert
    ><skin-alert tone="success">The reading is recorded.</skin-alert
    ><skin-alert tone="warning" dismissible>A swarm is under way near Hualien.</skin-alert
    ><skin-alert tone="danger" label="The server can’t be reached" dismissible
      >What you enter is kept and sent later.</skin-alert
    ><skin-alert tone="neutral">Times are in UTC.</skin-alert
    ><skin-alert banner tone="warning">Read only while the database moves house.</skin-alert></skin-stack
  >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
