import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import './date-picker.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Elements/Date picker', component: 'skin-date-picker' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-date-picker
      label="Day of the quake"
      value="2026-11-21"
      help="As your calendar writes it."
      lang="en-GB"
    ></skin-date-picker
    ><skin-date-picker label="Within the year" min="2026-01-01" max="2026-12-31" required lang="de"></skin-date-picker
    ><skin-date-picker label="Disabled" value="2026-02-28" disabled lang="en-US"></skin-date-picker
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
/** With the panel open, in a language of each kind. */
const open = (lang: string): StoryObj => ({
  render: () =>
    html`<div style="min-block-size:26rem" lang=${lang} dir=${/^(ar|fa|he)/.test(lang) ? 'rtl' : 'ltr'}>
      <skin-date-picker label="Day" value="2026-11-21" min="2026-11-03"></skin-date-picker>
    </div>`,
  play: async ({ canvasElement }) => {
    const field = canvasElement.querySelector<
      HTMLElement & { showPicker: () => void; updateComplete: Promise<unknown> }
    >('skin-date-picker');
    field?.showPicker();
    await field?.updateComplete;
  },
});
export const Open: StoryObj = open('en-GB');
export const OpenDark: StoryObj = { ...open('en-US'), globals: { theme: 'dark' } };
export const OpenPersian: StoryObj = open('fa-IR');
