import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/Empty state', component: 'skin-empty-state' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-card
    ><skin-empty-state label="No stations yet"
      ><skin-icon slot="icon" name="bell"></skin-icon>Add the first one, and its readings appear here.<skin-button
        slot="action"
        variant="primary"
        >Add a station</skin-button
      ></skin-empty-state
    ></skin-card
  >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
