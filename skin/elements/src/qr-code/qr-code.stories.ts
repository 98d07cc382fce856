import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../all.ts';

const meta: Meta = { title: 'Advanced/QR code', component: 'skin-qr-code' };
export default meta;

const all = (): TemplateResult =>
  html`<skin-flex
    ><skin-qr-code value="https://example.org/stations/HL-04" label="Station HL-04"></skin-qr-code
    ><skin-qr-code
      value="https://example.org/stations/HL-04"
      level="H"
      size="120"
      style="--skin-qr-color:#14425c;--skin-qr-background:#e8f4fa"
    ></skin-qr-code
    ><skin-qr-code value=${'0123456789'.repeat(60)} size="200"></skin-qr-code><skin-qr-code value=""></skin-qr-code
    ><skin-qr-code value=${'ä'.repeat(4000)}></skin-qr-code
  ></skin-flex>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
