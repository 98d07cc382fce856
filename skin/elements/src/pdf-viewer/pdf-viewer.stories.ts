import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { makePdf } from '../../test/pdf.ts';
import '../all.ts';

const meta: Meta = { title: 'Advanced/PDF viewer', component: 'skin-pdf-viewer' };
export default meta;

const pages = ['Hualien', 'Kodiak', 'Niland', 'Valparaíso', 'Reykjavík'].map((place, at) => ({
  lines: [
    `Station ${at + 1}: ${place}`,
    '',
    'Events of this week, as they were measured.',
    ...Array.from({ length: 12 }, (_, row) => `${row + 1}. Magnitude ${(2 + ((row * 7 + at) % 40) / 10).toFixed(1)}`),
  ],
  link: 'https://example.org/stations',
  size: [595, 842] as const,
}));
const report = makePdf(pages, 'Report of the stations');
const damaged = report.slice(0, 80);
const noPdf = new TextEncoder().encode('No document at all.');

const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-pdf-viewer .file=${report} side="thumbnails" printable></skin-pdf-viewer
    ><skin-flex align="start"
      ><skin-pdf-viewer style="block-size:14rem;flex:1 1 20rem" label="Nothing yet"></skin-pdf-viewer
      ><skin-pdf-viewer style="block-size:14rem;flex:1 1 20rem" label="Damaged" .file=${damaged}></skin-pdf-viewer
      ><skin-pdf-viewer style="block-size:14rem;flex:1 1 20rem" label="Another type" .file=${noPdf}></skin-pdf-viewer
    ></skin-flex>
  </skin-stack>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
