import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Elements/Checkbox group',
  component: 'skin-checkbox-group',
  argTypes: { orientation: { control: 'select', options: ['vertical', 'horizontal'] } },
  args: { orientation: 'vertical', required: false, disabled: false },
  render: ({ orientation, required, disabled }): TemplateResult =>
    html`<skin-checkbox-group
      label="Tell me about"
      orientation=${orientation}
      ?required=${required}
      ?disabled=${disabled}
      ><option selected>Swarms</option>
      <option selected>Strong quakes</option>
      <option disabled>Every shock</option></skin-checkbox-group
    >`,
};
export default meta;

export const Playground: StoryObj = {};
export const Horizontal: StoryObj = { args: { orientation: 'horizontal', required: true } };
export const Dark: StoryObj = { globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { globals: { direction: 'rtl' } };
