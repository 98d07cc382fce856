import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Gallery' };
export default meta;

const columns = [
  { key: 'name', label: 'Station', sortable: true, rowHeader: true },
  { key: 'region', label: 'Region', sortable: true },
  { key: 'events', label: 'Events', align: 'end' as const, sortable: true },
];
const rows = [
  { id: 1, name: 'HL-04', region: 'Hualien, Taiwan', events: 412 },
  { id: 2, name: 'KD-11', region: 'Kodiak, Alaska', events: 96 },
  { id: 3, name: 'NL-02', region: 'Niland, California', events: 57 },
  { id: 4, name: 'VA-07', region: 'Valparaíso, Chile', events: 31 },
];

const all = (): TemplateResult =>
  html`<div style="display:grid;gap:1.25rem;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr))">
    <skin-card>
      <h2 slot="header" style="margin:0;font-size:1rem">New alert</h2>
      <form style="display:grid;gap:1rem">
        <skin-text-field style="inline-size:100%" label="Name" required value="Night watch"></skin-text-field>
        <skin-text-field
          style="inline-size:100%"
          label="E-mail"
          type="email"
          help="One message a day at most."
          placeholder="you@example.org"
        ></skin-text-field>
        <skin-select style="inline-size:100%" label="Region" placeholder="Choose a region"
          ><optgroup label="Asia">
            <option>Taiwan</option>
            <option>Japan</option>
          </optgroup>
          <optgroup label="America">
            <option>Alaska</option>
            <option>Chile</option>
          </optgroup></skin-select
        >
        <skin-checkbox checked>Only magnitude 5 and more</skin-checkbox>
        <skin-checkbox help="Swarms are many small shocks in one region.">Swarms, too</skin-checkbox>
      </form>
      <div slot="footer" style="display:flex;gap:.5rem;justify-content:end">
        <skin-button variant="ghost">Cancel</skin-button><skin-button variant="primary">Create</skin-button>
      </div>
    </skin-card>
    <div style="display:grid;gap:1.25rem;align-content:start">
      <skin-card>
        <div style="display:flex;flex-wrap:wrap;gap:.6rem;align-items:center">
          <skin-button variant="primary">Primary</skin-button><skin-button>Secondary</skin-button
          ><skin-button variant="ghost">Ghost</skin-button><skin-button variant="danger">Delete</skin-button
          ><skin-button disabled>Disabled</skin-button><skin-button loading>Saving</skin-button
          ><skin-button label="Settings"><skin-icon name="settings"></skin-icon></skin-button
          ><skin-button size="small"><skin-icon name="plus"></skin-icon>Add</skin-button>
        </div>
      </skin-card>
      <skin-card>
        <div style="display:flex;flex-wrap:wrap;gap:.5rem">
          <skin-badge>Draft</skin-badge><skin-badge tone="info">New</skin-badge
          ><skin-badge tone="success">Online</skin-badge><skin-badge tone="warning">Swarm</skin-badge
          ><skin-badge tone="danger">Strong quake</skin-badge>
        </div>
        <p style="display:flex;flex-wrap:wrap;gap:.9rem;font-size:1.15rem;margin:1rem 0 0">
          ${['home', 'search', 'bell', 'calendar', 'clock', 'edit', 'trash', 'copy', 'external', 'download', 'filter', 'settings', 'user', 'mail', 'eye', 'sun', 'moon', 'success', 'info', 'warning', 'danger'].map((name) => html`<skin-icon name=${name}></skin-icon>`)}
        </p>
      </skin-card>
      <skin-toast duration-ms="0" tone="success" action-label="Undo">Reading recorded: M 4.2, Hualien</skin-toast>
      <skin-toast duration-ms="0" tone="danger">The server can’t be reached.</skin-toast>
    </div>
    <skin-table
      style="grid-column:1/-1"
      caption="Stations"
      selection="multiple"
      activatable
      .sort=${{ key: 'events', direction: 'descending' }}
      .selectedKeys=${[2]}
      .columns=${columns}
      .rows=${rows}
    ></skin-table>
  </div>`;

export const Everything: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
