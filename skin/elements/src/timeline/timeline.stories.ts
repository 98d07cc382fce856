import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/Timeline', component: 'skin-timeline' };
export default meta;

const entries = [
  { time: '2018-02-04T13:56:42Z', title: 'First shock', text: 'Magnitude 6.1, at sea.', tone: 'warning' },
  { time: '2018-02-05T02:10:00Z', title: 'A swarm begins' },
  { time: '2018-02-06T15:50:43Z', title: 'Main shock', text: 'Magnitude 6.4, near Hualien.', tone: 'danger' },
  { time: '2018-02-08T09:00:00Z', title: 'All stations online again', tone: 'success' },
];
const all = (): TemplateResult =>
  html`<skin-card><skin-timeline time-zone="UTC" .entries=${entries}></skin-timeline></skin-card>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
