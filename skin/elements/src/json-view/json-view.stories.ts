import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/JsonView', component: 'skin-json-view' };
export default meta;

const value = {
  id: 'us7000abcd',
  magnitude: 6.4,
  felt: true,
  place: { name: '18 km SSW of Hualien', at: [23.83, 121.55] },
  reviewed: null,
  when: new Date('2026-11-21T10:00:00Z'),
};
const all = (): TemplateResult => html`<skin-json-view label="event" depth="2" .value=${value}></skin-json-view>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
