import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Layout/ScrollArea', component: 'skin-scroll-area' };
export default meta;

const lines = Array.from({ length: 14 }, (_, at) => `Station HL-${String(at + 1).padStart(2, '0')}: all is quiet.`);
const box = 'block-size:11rem;border:1px solid light-dark(#ccd,#345);border-radius:.5rem';
const all = (): TemplateResult =>
  html`<skin-grid>
    <skin-scroll-area label="Stations" style=${box}>
      <div style="padding:1rem">${lines.map((line) => html`<p style="margin:0 0 .5rem">${line}</p>`)}</div>
    </skin-scroll-area>
    <skin-scroll-area label="Days" axis="horizontal" style="${box};block-size:auto">
      <div style="display:flex;gap:.75rem;padding:1rem">
        ${['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((day) => html`<skin-card style="inline-size:9rem"><span slot="header">${day}</span>No quakes</skin-card>`)}
      </div>
    </skin-scroll-area>
    <skin-scroll-area label="Map" axis="both" style=${box}>
      <div style="inline-size:60rem;block-size:30rem;padding:1rem">A wide map, taller than its window.</div>
    </skin-scroll-area>
    <skin-scroll-area style=${box}><p style="padding:0 1rem">It fits, and takes no focus.</p></skin-scroll-area>
  </skin-grid>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
