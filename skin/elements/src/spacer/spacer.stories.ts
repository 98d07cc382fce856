import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Layout/Spacer', component: 'skin-spacer' };
export default meta;

const row = (): TemplateResult =>
  html`<skin-flex><b>Stations</b><skin-spacer></skin-spacer><skin-button size="small">Add</skin-button></skin-flex>`;
export const InARow: StoryObj = { render: row };
export const RightToLeft: StoryObj = { render: row, globals: { direction: 'rtl' } };
