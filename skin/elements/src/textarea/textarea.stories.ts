import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Elements/Textarea', component: 'skin-textarea' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:24rem"
    ><skin-textarea label="Remarks" help="What you felt, and where." rows="4"></skin-textarea
    ><skin-textarea label="Report" value="Two short shocks, one long." autosize></skin-textarea
    ><skin-textarea label="Disabled" value="Can’t be changed" disabled></skin-textarea
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
