import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/Tree', component: 'skin-tree' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-tree label="Networks" selection="multiple" style="max-inline-size:24rem">
    <skin-tree-item label="Pacific" expanded>
      <skin-icon slot="start" name="home"></skin-icon>
      <skin-tree-item label="Taiwan" expanded>
        <skin-badge slot="end">2</skin-badge>
        <skin-tree-item label="Hualien" selected></skin-tree-item>
        <skin-tree-item label="Taitung"></skin-tree-item>
      </skin-tree-item>
      <skin-tree-item label="Japan" lazy></skin-tree-item>
      <skin-tree-item label="Out of service" disabled></skin-tree-item>
    </skin-tree-item>
    <skin-tree-item label="Atlantic"><skin-tree-item label="Azores"></skin-tree-item></skin-tree-item>
    <skin-tree-item label="On its way" lazy expanded></skin-tree-item>
  </skin-tree>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
