import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import './time-picker.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Elements/Time picker', component: 'skin-time-picker' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-time-picker label="Time of the quake" value="14:05" lang="en-US" help="To the minute."></skin-time-picker
    ><skin-time-picker label="Watch begins" value="08:00" min="06:00" max="22:00" lang="de"></skin-time-picker
    ><skin-time-picker label="Disabled" value="23:59:30" disabled lang="ar-EG"></skin-time-picker
  ></skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
