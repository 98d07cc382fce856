import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const columns = [
  {
    key: 'magnitude',
    label: 'Magnitude',
    align: 'end',
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

export const Playground: StoryObj = {};
export const Plain: StoryObj = { args: { activatable: false } };
export const Empty: StoryObj = {
  render: () => html`<skin-table caption="Earthquakes" empty="No earthquake yet" .columns=${columns}></skin-table>`,
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
export const Dark: StoryObj = { globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { globals: { direction: 'rtl' } };
