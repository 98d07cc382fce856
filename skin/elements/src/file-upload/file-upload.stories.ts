import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import type { FileReceptor } from './file-upload.ts';
import type { Uploader } from './queue.ts';
import './file-upload.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Elements/File upload', component: 'skin-file-upload' };
export default meta;

/** Stops at a place that depends on the file. */
const uploader: Uploader = {
  upload: ({ file, progress, signal }) => {
    progress(file.size * 0.4);
    if (file.name.startsWith('station')) return Promise.resolve('/uploads/1');
    if (file.name.startsWith('noise')) return Promise.reject(new Error('No answer.'));
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('Aborted.')));
    });
  },
};
const file = (name: string, size: number, type = 'text/csv'): File => new File([new Uint8Array(size)], name, { type });

const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-file-upload
      label="Readings"
      help="CSV, at most 2 MB each."
      accept=".csv"
      max-bytes="2000000"
      multiple
      parallel="3"
      .uploader=${uploader}
    ></skin-file-upload
    ><skin-file-upload label="Photo" accept="image/*" required></skin-file-upload
    ><skin-file-upload label="Disabled" disabled></skin-file-upload
  ></skin-stack>`;
const withFiles: StoryObj = {
  render: all,
  play: async ({ canvasElement }) => {
    const field = canvasElement.querySelector<FileReceptor>('skin-file-upload');
    await field?.updateComplete;
    field?.add([
      file('station-HL-04.csv', 412_000),
      file('noise.csv', 96_000),
      file('long-night.csv', 1_800_000),
      file('later.csv', 31_000),
      file('map.png', 5000, 'image/png'),
      file('archive.csv', 2_400_000),
    ]);
    const paused = field?.items.find(({ file: { name } }) => name === 'later.csv');
    if (paused !== undefined) field?.pause(paused.id);
    await field?.updateComplete;
  },
};
export const All: StoryObj = withFiles;
export const Dark: StoryObj = { ...withFiles, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { ...withFiles, globals: { direction: 'rtl' } };
