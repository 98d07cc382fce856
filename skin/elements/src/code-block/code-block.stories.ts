import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Data/Code block', component: 'skin-code-block' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-code-block
    label="Example"
    code="const bus = new EventBus();
await bus.emit(quakeSeen, { magnitude: 4.2 });"
  ></skin-code-block>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
