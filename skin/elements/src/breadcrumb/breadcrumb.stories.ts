import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/Breadcrumb', component: 'skin-breadcrumb' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-breadcrumb
    ><a href="#home">Home</a><a href="#stations">Stations</a><a href="#hl-04">HL-04, Hualien</a></skin-breadcrumb
  >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
