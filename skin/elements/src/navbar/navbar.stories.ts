import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/Navbar', component: 'skin-navbar' };
export default meta;

const bar = (label: string, style: string, open = false): TemplateResult =>
  html`<skin-navbar label=${label} style=${style} ?open=${open}>
    <strong slot="start">Seismic watch</strong>
    <a href="#live" aria-current="page">Live</a><a href="#stations">Stations</a><a href="#reports">Reports</a>
    <skin-button slot="end" variant="primary">Sign in</skin-button>
  </skin-navbar>`;
const all = (): TemplateResult =>
  html`<skin-stack>${bar('Main', '')}${bar('Narrow', 'max-inline-size:22rem', true)}</skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
