import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Navigation/Accordion', component: 'skin-accordion' };
export default meta;

const all = (): TemplateResult =>
  html`<h2>Questions</h2>
    <skin-accordion style="max-inline-size:36rem"
      ><skin-accordion-item label="What is a swarm?" open
        >Many shocks in one region within days, none of them much stronger than the others.</skin-accordion-item
      ><skin-accordion-item label="Where do the data come from?"
        >From the United States Geological Survey.</skin-accordion-item
      ><skin-accordion-item label="Not to be opened" disabled>Never.</skin-accordion-item></skin-accordion
    >`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
