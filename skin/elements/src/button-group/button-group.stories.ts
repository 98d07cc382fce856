import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Elements/Button group', component: 'skin-button-group' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-button-group label="Zoom"
      ><skin-button label="Out"><skin-icon name="minus"></skin-icon></skin-button><skin-button>100 %</skin-button
      ><skin-button label="In"><skin-icon name="plus"></skin-icon></skin-button
    ></skin-button-group>
    <skin-button-group label="View"
      ><skin-button pressed>Map</skin-button><skin-button>Table</skin-button></skin-button-group
    >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
