import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import './date-range-picker.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Elements/Date range picker', component: 'skin-date-range-picker' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-date-range-picker
      label="Period"
      value="2026-11-10/2026-11-21"
      help="Both days are included."
      lang="en-GB"
    ></skin-date-range-picker
    ><skin-date-range-picker label="Shift" required lang="de"></skin-date-range-picker
    ><skin-date-range-picker
      label="Disabled"
      value="2026-02-01/2026-02-28"
      disabled
      lang="en-US"
    ></skin-date-range-picker
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
/** With the panel open, in a language of each kind. */
const open = (lang: string): StoryObj => ({
  render: () =>
    html`<div style="min-block-size:26rem" lang=${lang} dir=${/^(ar|fa|he)/.test(lang) ? 'rtl' : 'ltr'}>
      <skin-date-range-picker label="Period" value="2026-11-10/2026-11-19"></skin-date-range-picker>
    </div>`,
  play: async ({ canvasElement }) => {
    const field = canvasElement.querySelector<
      HTMLElement & { showPicker: () => void; updateComplete: Promise<unknown> }
    >('skin-date-range-picker');
    field?.showPicker();
    await field?.updateComplete;
  },
});
export const Open: StoryObj = open('en-GB');
export const OpenDark: StoryObj = { ...open('en-US'), globals: { theme: 'dark' } };
export const OpenPersian: StoryObj = open('fa-IR');
