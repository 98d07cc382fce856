import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import '../index.ts';

const meta: Meta = { title: 'Advanced/Image cropper', component: 'skin-image-cropper' };
export default meta;

const drawing = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600"><rect width="900" height="600" fill="#8fc7e8"/><circle cx="690" cy="140" r="70" fill="#fff3c4"/><path d="M0 470L220 210l150 170 160-240 370 330v130H0z" fill="#35566b"/><path d="M470 230l60-90 90 82-60 30-40-24z" fill="#fff"/><path d="M0 520q220-90 450 0t450 0v80H0z" fill="#1d3a2f"/></svg>`,
)}`;
const all = (): TemplateResult =>
  html`<skin-flex align="start"
    ><skin-image-cropper label="Station" src=${drawing} aspect-ratio="16/9" help="As it will stand on the page.">
    </skin-image-cropper
    ><skin-image-cropper label="Portrait" src=${drawing} round style="--skin-crop-height:14rem"></skin-image-cropper
    ><skin-image-cropper label="None yet" required></skin-image-cropper
    ><skin-image-cropper label="Disabled" src=${drawing} disabled></skin-image-cropper
    ><skin-image-cropper label="No image" src="data:text/plain,no"></skin-image-cropper
    ><skin-image-cropper label="Damaged" src="data:image/png;base64,AAAA"></skin-image-cropper
  ></skin-flex>`;
export const All: StoryObj = { render: all };
export const Dark: StoryObj = { render: all, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, globals: { direction: 'rtl' } };
