import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';
import { bindTable } from './bind.ts';

const columns = [
  {
    key: 'magnitude',
    label: 'Magnitude',
    align: 'end' as const,
    sortable: true,
    format: (value: unknown) => Number(value).toFixed(1),
  },
  { key: 'place', label: 'Place', sortable: true },
  { key: 'depth', label: 'Depth, km', align: 'end', sortable: true },
];
const rows = [
  { id: 'a', magnitude: 6.4, place: 'Hualien, Taiwan', depth: 11 },
  { id: 'b', magnitude: 2.1, place: 'Niland, California', depth: 4 },
  { id: 'c', magnitude: 4.8, place: 'Kodiak, Alaska' },
];
const meta: Meta = {
  title: 'Elements/Table',
  component: 'skin-table',
  args: { caption: 'Earthquakes', activatable: true },
  render: ({ caption, activatable }): TemplateResult =>
    html`<skin-table caption=${caption} ?activatable=${activatable} .columns=${columns} .rows=${rows}></skin-table>`,
};
export default meta;

/** What a Bone gives as its JSON Schema. */
const Station = {
  type: 'object',
  required: ['id', 'place', 'magnitude', 'kind', 'since', 'seen', 'active', 'cost'],
  properties: {
    id: { type: 'string', title: 'Station' },
    place: { type: 'string', minLength: 2 },
    magnitude: { type: 'number', title: 'Largest magnitude', minimum: 0, maximum: 10 },
    depth: { type: 'number', 'x-unit': 'km', minimum: 0 },
    kind: { type: 'string', enum: ['tectonic', 'volcanic', 'blast'] },
    since: { type: 'string', format: 'date', title: 'In use since' },
    seen: { type: 'string', format: 'date-time', title: 'Last seen' },
    active: { type: 'boolean' },
    cost: { type: 'number', 'x-unit': 'EUR', organism: { format: 'currency' } },
  },
};
const places = ['Hualien, Taiwan', 'Niland, California', 'Kodiak, Alaska', 'Valparaíso, Chile', 'Ōsaka, Japan'];
const station = (at: number): object => ({
  id: `ST-${String(at).padStart(3, '0')}`,
  place: places[at % places.length],
  magnitude: ((at * 37) % 90) / 10,
  depth: at % 7 === 0 ? undefined : (at * 13) % 700,
  kind: ['tectonic', 'volcanic', 'blast'][at % 3],
  since: new Date(Date.UTC(1990, 0, 1 + ((at * 97) % 13_000))).toISOString().slice(0, 10),
  seen: new Date(Date.UTC(2026, 10, 21, 12, -at)).toISOString(),
  active: at % 4 !== 0,
  cost: 1200 + ((at * 311) % 90_000) / 10,
});
const stations = (count: number): object[] => Array.from({ length: count }, (_, at) => station(at + 1));
const hundredThousand = stations(100_000);

export const Playground: StoryObj = {};
export const Plain: StoryObj = { args: { activatable: false } };
export const Empty: StoryObj = {
  render: () => html`<skin-table caption="Earthquakes" empty="No earthquake yet" .columns=${columns}></skin-table>`,
};
export const Failed: StoryObj = {
  render: () =>
    html`<skin-table caption="Earthquakes" error="The service can't be reached." .columns=${columns}></skin-table>`,
};
export const Loading: StoryObj = {
  render: () => html`<skin-table caption="Earthquakes" loading .columns=${columns}></skin-table>`,
};
export const Scrolling: StoryObj = {
  render: () =>
    html`<skin-table
      style="max-block-size:14rem"
      caption="A hundred rows"
      activatable
      .columns=${columns}
      .rows=${Array.from({ length: 100 }, (_, id) => ({ id, magnitude: id / 20, place: `Place ${id}`, depth: id }))}
    ></skin-table>`,
};
export const Selection: StoryObj = {
  render: () =>
    html`<skin-table
      caption="Several rows can be selected"
      selection="multiple"
      .selectedKeys=${['b']}
      .columns=${columns}
      .rows=${rows}
    ></skin-table>`,
};

/** Columns, formats, filters and editors from a Bone; saving takes a moment, and what is deeper than 500 km is refused. */
const drawn = (): TemplateResult =>
  html`<skin-table
    caption="Stations"
    editable
    searchable
    filterable
    resizable
    reorderable
    pinnable
    hideable
    page-size="10"
    .tendon=${bindTable(Station, {
      save: async ({ next }) => {
        await new Promise((resolve) => setTimeout(resolve, 800));
        if (Number(Reflect.get(next, 'depth')) > 500) throw new Error('Too deep.');
      },
    })}
    .rows=${stations(60)}
  ></skin-table>`;
export const DrawnFromBone: StoryObj = { render: drawn };

/** A cell with its editor open, and what is wrong with the value. */
export const Editing: StoryObj = {
  render: () =>
    html`<skin-table caption="Stations" editable .tendon=${bindTable(Station)} .rows=${stations(4)}></skin-table>`,
  play: async ({ canvasElement }) => {
    const table = canvasElement.querySelector('skin-table');
    await table?.updateComplete;
    const cell = table?.shadowRoot?.querySelector<HTMLElement>('[part~=cell-magnitude]');
    cell?.focus();
    cell?.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true, composed: true }));
    await table?.updateComplete;
    const editor = table?.shadowRoot?.querySelector<HTMLInputElement>('#editor');
    if (!editor) return;
    editor.value = '11';
    editor.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
    await new Promise((resolve) => setTimeout(resolve));
    await table?.updateComplete;
  },
};

/** A hundred thousand rows, of which only those that are seen are drawn. */
const many = (): TemplateResult =>
  html`<skin-table
    style="block-size:24rem"
    caption="100,000 stations"
    selection="multiple"
    searchable
    filterable
    resizable
    .tendon=${bindTable(Station)}
    .rows=${hundredThousand}
  ></skin-table>`;
export const HundredThousand: StoryObj = { render: many };

const pinned = (): TemplateResult =>
  html`<div style="max-inline-size:34rem">
    <skin-table
      caption="The first column and the last stay"
      resizable
      reorderable
      pinnable
      .columns=${[{ key: 'id', pin: 'start', rowHeader: true }, { key: 'place' }, { key: 'magnitude' }, { key: 'since' }, { key: 'seen' }, { key: 'cost', pin: 'end' }]}
      .tendon=${bindTable(Station)}
      .rows=${stations(8)}
    ></skin-table>
  </div>`;
export const Pinned: StoryObj = { render: pinned };
export const PinnedRightToLeft: StoryObj = { render: pinned, globals: { direction: 'rtl' } };

/** Rows that come from elsewhere, a hundred at a time. */
export const Remote: StoryObj = {
  render: () =>
    html`<skin-table
      style="block-size:20rem"
      caption="Loaded as they are seen"
      searchable
      .tendon=${bindTable(Station, {
        load: async ({ offset, limit }, { signal }) => {
          await new Promise((resolve) => setTimeout(resolve, 150));
          signal.throwIfAborted();
          return { rows: hundredThousand.slice(offset, offset + limit), total: hundredThousand.length };
        },
      })}
    ></skin-table>`,
};
export const RemoteFailed: StoryObj = {
  render: () =>
    html`<skin-table
      caption="Nothing comes"
      .tendon=${bindTable(Station, { load: () => Promise.reject(new Error('The service is down.')) })}
    ></skin-table>`,
};
export const Details: StoryObj = {
  render: () =>
    html`<skin-table
      caption="Rows that open"
      activatable
      .columns=${columns}
      .rows=${rows}
      .expandedKeys=${['a']}
      .renderDetail=${(row: object) => html`<strong>${Reflect.get(row, 'place')}</strong>: felt by many.`}
    ></skin-table>`,
};

/** Five hundred rows, of which some change five times a second. */
export const Live: StoryObj = {
  tags: ['!test'],
  render: () => {
    const live = (n: number): object => ({ id: n, magnitude: (n * 7) % 8, place: `Place ${n}`, depth: n % 90 });
    let all = Array.from({ length: 500 }, (_, n) => live(n));
    let next = 500;
    const start = (event: Event): void => {
      const table = (event.target as HTMLElement).nextElementSibling as HTMLElementTagNameMap['skin-table'];
      const tick = setInterval(() => {
        if (!table.isConnected) clearInterval(tick);
        all = [live((next += 1)), ...all.slice(0, 499)];
        table.rows = all;
      }, 200);
    };
    return html`<skin-button @click=${start}>Start</skin-button
      ><skin-table
        style="max-block-size:24rem"
        caption="Live"
        activatable
        .columns=${columns}
        .rows=${all}
      ></skin-table>`;
  },
};
export const Dark: StoryObj = { render: drawn, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: drawn, globals: { direction: 'rtl' } };
