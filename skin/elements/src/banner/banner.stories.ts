import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Banner', component: 'skin-banner' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack>
    <skin-banner dismissible label="Maintenance">
      Maintenance on Sunday from 02:00 to 03:00 UTC.<skin-link slot="action" href="#plan">See the plan</skin-link>
    </skin-banner>
    <skin-banner tone="warning" label="Delay">Readings arrive late.</skin-banner>
    <skin-banner tone="danger" label="Failure" dismissible>The eastern network is down.</skin-banner>
  </skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
