import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Elements/Search field', component: 'skin-search-field' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:16rem"
    ><skin-search-field label="Find a station" placeholder="Name or code"></skin-search-field
    ><skin-search-field label="Find a place" value="Hualien"></skin-search-field
    ><skin-search-field label="Disabled" disabled></skin-search-field
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
