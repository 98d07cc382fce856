import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Elements/Password field', component: 'skin-password-field' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack style="max-inline-size:16rem"
    ><skin-password-field label="Password" value="correct horse"></skin-password-field
    ><skin-password-field
      label="New password"
      autocomplete="new-password"
      minlength="12"
      required
      help="At least 12 characters."
      revealed
      value="battery"
    ></skin-password-field
    ><skin-password-field label="Disabled" disabled></skin-password-field
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
