import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/DragList', component: 'skin-drag-list' };
export default meta;

const items = (...names: readonly string[]): TemplateResult[] =>
  names.map((name) => html`<skin-drag-item value=${name}>${name}</skin-drag-item>`);
const all = (): TemplateResult =>
  html`<skin-stack gap="large">
    <skin-grid columns="3">
      <skin-card
        ><span slot="header">To check</span
        ><skin-drag-list label="To check" group="board">
          ${items('Hualien', 'Taitung')}
          <skin-drag-item value="Yilan"
            ><skin-flex><span>Yilan</span><skin-button size="small">Open</skin-button></skin-flex></skin-drag-item
          >
          <skin-drag-item value="Fixed" disabled>Stays where it is</skin-drag-item>
        </skin-drag-list></skin-card
      >
      <skin-card
        ><span slot="header">Done</span
        ><skin-drag-list label="Done" group="board">${items('Noto')}</skin-drag-list></skin-card
      >
      <skin-card
        ><span slot="header">Nothing yet</span><skin-drag-list label="Nothing yet" group="board"></skin-drag-list
      ></skin-card>
    </skin-grid>
    <skin-drag-list label="Columns" layout="row" whole>${items('Time', 'Place', 'Depth')}</skin-drag-list>
    <skin-drag-list label="Tiles" layout="grid" whole>
      ${items('Map', 'Timeline', 'Table', 'Alerts', 'Swarms', 'Stations', 'Notes')}
    </skin-drag-list>
  </skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
