import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, nothing, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Drawer', component: 'skin-drawer' };
export default meta;

// On a page of documentation it waits for the reader: each open one would take the focus, and close the one before.
const all = (_: unknown, { viewMode }: { viewMode: string }): TemplateResult =>
  html`${
      viewMode === 'docs'
        ? html`<skin-button
            @click=${(event: Event) => (event.target as HTMLElement).nextElementSibling?.toggleAttribute('open', true)}
            >Open</skin-button
          >`
        : nothing
    }<skin-drawer label="HL-04, Hualien" ?open=${viewMode !== 'docs'}
      ><skin-stack
        ><skin-stat label="Strongest this week" unit="Mw">5.4</skin-stat>
        <p style="margin:0">31 km deep, felt as far as Taipei.</p></skin-stack
      ><skin-flex slot="footer" justify="end" gap="small"
        ><skin-button variant="ghost">Cancel</skin-button><skin-button variant="primary">Save</skin-button></skin-flex
      ></skin-drawer
    >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
