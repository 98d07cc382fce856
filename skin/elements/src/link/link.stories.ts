import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Layout/Link',
  component: 'skin-link',
  args: { href: '#there', target: '', quiet: false },
  render: ({ href, target, quiet }): TemplateResult =>
    html`<skin-link href=${href} target=${target} ?quiet=${quiet}>Recent earthquakes</skin-link>`,
};
export default meta;

const all = (): TemplateResult =>
  html`<p>
    Read <skin-link href="#a">how it works</skin-link>, or see
    <skin-link href="https://earthquake.usgs.gov" target="_blank">the source of the data</skin-link>.
  </p>`;
export const Playground: StoryObj = {};
export const InText: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
