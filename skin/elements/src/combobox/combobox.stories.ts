import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Elements/Combobox', component: 'skin-combobox' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:18rem"
    ><skin-combobox label="Region" value="tw" help="Type to find one."
      ><option value="tw">Taiwan</option>
      <option value="cl">Valparaíso</option>
      <option value="jp">Japan</option></skin-combobox
    ><skin-combobox label="Place" free placeholder="Any place"><option>Hualien</option></skin-combobox
    ><skin-combobox label="Disabled" disabled value="a"><option value="a">Alaska</option></skin-combobox></skin-stack
  >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
