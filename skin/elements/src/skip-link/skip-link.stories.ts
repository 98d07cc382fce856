import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/Skip link', component: 'skin-skip-link' };
export default meta;

const page = (): TemplateResult =>
  html`<skin-skip-link></skin-skip-link>
    <p>Press Tab.</p>
    <section id="main" aria-label="Content">The content.</section>`;
const focus: StoryObj['play'] = ({ canvasElement }) => canvasElement.querySelector('skin-skip-link')?.focus();
export const Hidden: StoryObj = { render: page };
export const Focused: StoryObj = { render: page, play: focus };
export const FocusedDark: StoryObj = { render: page, play: focus, globals: { theme: 'dark' } };
