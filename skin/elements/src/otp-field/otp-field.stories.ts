import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import './otp-field.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Elements/One-time code', component: 'skin-otp-field' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-otp-field label="Code from the message" value="4027" help="It holds for ten minutes."></skin-otp-field
    ><skin-otp-field label="PIN" length="4" value="1234" mask required></skin-otp-field
    ><skin-otp-field label="Recovery code" kind="text" length="8" value="K7PQ"></skin-otp-field
    ><skin-otp-field label="Disabled" value="12" length="4" disabled></skin-otp-field
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
