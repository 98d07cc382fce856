import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = {
  title: 'Elements/Radio group',
  component: 'skin-radio-group',
  argTypes: { orientation: { control: 'select', options: ['vertical', 'horizontal'] } },
  args: { orientation: 'vertical', required: false, disabled: false },
  render: ({ orientation, required, disabled }): TemplateResult =>
    html`<skin-radio-group
      label="Magnitude scale"
      orientation=${orientation}
      ?required=${required}
      ?disabled=${disabled}
      value="mw"
      ><option value="ml">Local (ML)</option>
      <option value="mw">Moment (Mw)</option>
      <option disabled>Body wave</option></skin-radio-group
    >`,
};
export default meta;

export const Playground: StoryObj = {};
export const Horizontal: StoryObj = { args: { orientation: 'horizontal', required: true } };
export const Dark: StoryObj = { globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { globals: { direction: 'rtl' } };
