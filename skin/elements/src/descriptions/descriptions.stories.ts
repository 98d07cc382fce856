import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/Descriptions', component: 'skin-descriptions' };
export default meta;

const items = [
  { term: 'Place', value: 'Hualien, Taiwan' },
  { term: 'Magnitude', value: '6.4 Mw' },
  { term: 'Depth', value: '17 km' },
  { term: 'Felt by', value: '1,204 people' },
];
const all = (): TemplateResult => html`<skin-card><skin-descriptions .items=${items}></skin-descriptions></skin-card>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
