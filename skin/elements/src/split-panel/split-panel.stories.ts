import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Layout/SplitPanel', component: 'skin-split-panel' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-split-panel label="Stations" position="35" min="15" max="85" style="block-size:14rem">
    <skin-card slot="start" label="Stations">HL-04</skin-card>
    <skin-split-panel slot="end" orientation="vertical" label="Readings" style="block-size:100%">
      <skin-card slot="start" label="Readings">4.2</skin-card>
      <skin-card slot="end" label="Notes">None yet.</skin-card>
    </skin-split-panel>
  </skin-split-panel>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
