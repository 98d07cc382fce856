import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/Avatar', component: 'skin-avatar' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-flex
    ><skin-avatar name="Ada Lovelace"></skin-avatar><skin-avatar name="Inge Lehmann" shape="square"></skin-avatar
    ><skin-avatar name="Charles Richter" style="--skin-avatar-size:4rem"></skin-avatar
  ></skin-flex>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
