import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Tooltip', component: 'skin-tooltip' };
export default meta;

const all = (): TemplateResult =>
  html`<p style="padding-block-start:2.5rem">
    <skin-tooltip text="Saves to the cloud (Ctrl+S)"><skin-button>Save</skin-button></skin-tooltip>
    <skin-tooltip text="All of them" placement="end"
      ><skin-button label="Delete"><skin-icon name="trash"></skin-icon></skin-button
    ></skin-tooltip>
  </p>`;
const focus: StoryObj['play'] = ({ canvasElement }) => canvasElement.querySelector('skin-button')?.focus();
export const All: StoryObj = { render: all, play: focus };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
