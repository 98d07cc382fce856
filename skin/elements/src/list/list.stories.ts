import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/List', component: 'skin-list' };
export default meta;

const items = Array.from({ length: 100_000 }, (_, at) => `Event ${at + 1}`);
const all = (): TemplateResult =>
  html`<skin-list
    label="Events"
    selection="multiple"
    style="block-size:14rem"
    .items=${items}
    .keyOf=${(item: unknown) => item}
    .selectedKeys=${['Event 2', 'Event 3']}
  ></skin-list>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
