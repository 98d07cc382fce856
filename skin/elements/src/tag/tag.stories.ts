import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/Tag', component: 'skin-tag' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-flex gap="small"
    ><skin-tag>Pacific</skin-tag><skin-tag tone="info" removable>Taiwan</skin-tag
    ><skin-tag tone="success">online</skin-tag><skin-tag tone="warning" removable>Swarm</skin-tag
    ><skin-tag tone="danger">offline</skin-tag></skin-flex
  >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
