import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Drawer', component: 'skin-drawer' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-drawer label="HL-04, Hualien" open
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
