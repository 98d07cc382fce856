import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const names = [
  'close',
  'check',
  'plus',
  'minus',
  'chevron-down',
  'chevron-up',
  'chevron-right',
  'chevron-left',
  'search',
  'sun',
  'moon',
  'play',
  'pause',
  'restart',
  'info',
  'warning',
  'menu',
];
const meta: Meta = {
  title: 'Elements/Icon',
  component: 'skin-icon',
  argTypes: { name: { control: 'select', options: names } },
  args: { name: 'search', label: 'Search' },
  render: ({ name, label }): TemplateResult =>
    html`<skin-icon name=${name} label=${label} style="font-size:2rem"></skin-icon>`,
};
export default meta;

const all = (): TemplateResult =>
  html`<ul
    style="display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.75rem;padding:0;list-style:none"
  >
    ${names.map((name) => html`<li><skin-icon name=${name}></skin-icon> ${name}</li>`)}
  </ul>`;
export const Playground: StoryObj = {};
export const Set: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
