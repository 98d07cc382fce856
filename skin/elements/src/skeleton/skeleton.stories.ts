import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Feedback/Skeleton', component: 'skin-skeleton' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-card style="max-inline-size:20rem" aria-busy="true"
    ><skin-flex nowrap
      ><skin-skeleton shape="circle"></skin-skeleton
      ><skin-stack gap="small" style="flex:1"
        ><skin-skeleton></skin-skeleton><skin-skeleton style="inline-size:60%"></skin-skeleton></skin-stack></skin-flex
    ><skin-skeleton shape="block" style="margin-block-start:1rem"></skin-skeleton
  ></skin-card>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
