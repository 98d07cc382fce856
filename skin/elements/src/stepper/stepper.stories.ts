import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/Stepper', component: 'skin-stepper' };
export default meta;

const steps = ['Where was it?', 'What did you feel?', 'Check and send'];
const all = (): TemplateResult =>
  html`<skin-stack>
    <skin-stepper .steps=${steps} step="2" returns></skin-stepper>
    <skin-stepper .steps=${steps} step="3" orientation="vertical" label="Report"></skin-stepper>
  </skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
