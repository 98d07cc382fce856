import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const speeds = [
  { value: '1', label: 'Real time' },
  { value: '100', label: '100 ×' },
  { value: '1000', label: '1 000 ×' },
];
const meta: Meta = {
  title: 'Elements/Select',
  component: 'skin-select',
  args: { label: 'Speed', help: '', disabled: false, required: false },
  render: ({ label, help, disabled, required }): TemplateResult =>
    html`<skin-select
      label=${label}
      help=${help}
      ?disabled=${disabled}
      ?required=${required}
      .options=${speeds}
    ></skin-select>`,
};
export default meta;

const all = (): TemplateResult =>
  html`<div style="display:flex;gap:1rem;flex-wrap:wrap">
    <skin-select label="From options" .options=${speeds} value="100"></skin-select>
    <skin-select label="From children"
      ><option value="a">Alaska</option>
      <option value="t" selected>Taiwan</option></skin-select
    >
    <skin-select label="With placeholder" placeholder="Choose a region" required .options=${speeds}></skin-select>
    <skin-select label="Disabled" disabled .options=${speeds}></skin-select>
  </div>`;
const regions = [
  { value: 'tw', label: 'Taiwan', group: 'Asia' },
  { value: 'jp', label: 'Japan', group: 'Asia' },
  { value: 'cl', label: 'Chile', group: 'America' },
  { value: 'us', label: 'Alaska', group: 'America', disabled: true },
];
const several = (): TemplateResult =>
  html`<div style="display:flex;gap:1rem;flex-wrap:wrap;min-block-size:24rem">
    <skin-select
      label="Regions"
      multiple
      searchable
      placeholder="All of them"
      .options=${regions}
      .values=${['tw', 'cl']}
    ></skin-select>
    <skin-select label="Several" multiple placeholder="Any" .options=${regions}></skin-select>
    <skin-select label="With a search" searchable .options=${regions}></skin-select>
  </div>`;
export const Playground: StoryObj = {};
export const States: StoryObj = { render: all };
export const MultipleAndSearch: StoryObj = {
  render: several,
  play: ({ canvasElement }) => canvasElement.querySelector('skin-select')?.showPicker(),
};
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
