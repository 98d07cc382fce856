import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { expect, userEvent, waitFor } from 'storybook/test';
import '../index.ts';

const places = ['Hualien, Taiwan', 'Taitung, Taiwan', 'Valparaíso, Chile', 'Kodiak, Alaska'];
const meta: Meta = { title: 'Forms/Autocomplete', component: 'skin-autocomplete' };
export default meta;

const all = (): TemplateResult =>
  html`<div style="min-block-size:12rem">
    <skin-autocomplete label="Place" help="Any text will do." delay-ms="0" .options=${places}></skin-autocomplete>
    <skin-autocomplete label="Disabled" disabled value="Kodiak"></skin-autocomplete>
  </div>`;
const type: NonNullable<StoryObj['play']> = async ({ canvasElement }) => {
  const field = canvasElement.querySelector('skin-autocomplete');
  field?.focus();
  await userEvent.keyboard('tai');
  await waitFor(() => expect(field?.shadowRoot?.querySelector(':popover-open')).toBeTruthy());
};
export const All: StoryObj = { render: all };
export const Open: StoryObj = { render: all, play: type };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
