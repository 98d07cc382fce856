import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/Stat', component: 'skin-stat' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-grid style="--skin-column-min:9rem"
    ><skin-card
      ><skin-stat label="Earthquakes" tone="warning"
        >1,707<span slot="change">12 % more than last week</span></skin-stat
      ></skin-card
    ><skin-card><skin-stat label="Strongest" unit="Mw">7.1</skin-stat></skin-card
    ><skin-card
      ><skin-stat label="Stations online" tone="success"
        >98<span slot="change">2 more than yesterday</span></skin-stat
      ></skin-card
    ></skin-grid
  >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
