import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { palettes } from '../base/palettes.ts';
import { rampNames, rampSteps, scales as makeScales } from '../base/scales.ts';
import { themesSheet, tokens } from '../base/tokens.ts';
import '../index.ts';

const meta: Meta = {
  title: 'Introduction',
  parameters: {
    docs: {
      description: {
        component:
          'What the kit is built of: principles, colours, type, space, motion, themes, and the elements by what they are for.',
      },
    },
  },
};
export default meta;

const scales = makeScales();

const principles: readonly (readonly [string, string])[] = [
  ['The platform first', 'Native controls, dialogs and popovers inside; the kit adds what they lack.'],
  ['For everybody', 'WCAG 2.2 AA in light, dark, forced colours, both directions and at twice the size of text.'],
  ['One attribute, one meaning', 'label, help, value, open, disabled: the same words on every element.'],
  ['Small', 'Each element brings only what it needs; libraries are loaded when they are used.'],
  ['Yours', 'Every colour, size and radius is a custom property; every inner part has a name.'],
];

const families: readonly (readonly [string, string])[] = [
  [
    'Forms',
    'button icon-button button-group text-field textarea number-field password-field search-field select combobox autocomplete checkbox checkbox-group radio-group switch slider range-slider date-picker date-range-picker time-picker color-picker file-upload rating otp-field tag-input form',
  ],
  [
    'Data',
    'table tree list grid drag-list timeline accordion tabs breadcrumb descriptions stat avatar tag empty-state code-block json-view',
  ],
  ['Navigation', 'menu dropdown context-menu sidebar navbar pagination stepper command-palette link skip-link'],
  [
    'Feedback',
    'dialog drawer confirm toast alert banner progress-bar progress-ring skeleton spinner badge tooltip popover',
  ],
  ['Layout', 'grid flex stack split-panel divider spacer container card scroll-area aspect-ratio masonry resizable'],
  [
    'Advanced',
    'code-editor rich-text-editor markdown pdf-viewer image-cropper carousel qr-code virtual-scroller infinite-scroll theme-switcher locale-provider',
  ],
];

const section = (title: string, content: unknown): TemplateResult =>
  html`<section style="display:grid;gap:.75rem">
    <h2 style="margin:0;font-size:${scales['font-size-5']};line-height:1.2">${title}</h2>
    ${content}
  </section>`;

/** A step of a ramp; its name stands on it, in a colour that can be read there. */
const swatch = (name: string, step: number): TemplateResult =>
  html`<div
    style="flex:1 0 3.2rem;padding:.9rem .4rem .35rem;font-size:.75rem;background:${scales[`${name}-${step}`]};color:${
      step >= 600 ? '#fff' : scales[`${name}-950`]
    }"
  >
    ${step}
  </div>`;

const colours = (): TemplateResult =>
  html`<p style="margin:0;max-inline-size:42rem">
      Six ramps in OKLCH, whose steps are equally far apart for the eye: 600 and darker can be read on white, 500 can be
      told from it. Tests measure it. The elements read tokens made for a purpose, such as
      <code>--skin-accent</code> and <code>--skin-text-muted</code>, which have a light and a dark value each.
    </p>
    ${rampNames.map(
      (name) =>
        html`<div>
          <div style="font-weight:560">${name}</div>
          <div style="display:flex;flex-wrap:wrap;border-radius:.5rem;overflow:hidden">
            ${rampSteps.map((step) => swatch(name, step))}
          </div>
        </div>`,
    )}`;

const type = (): TemplateResult =>
  html`${[8, 7, 6, 5, 4, 3, 2, 1].map(
    (at) =>
      html`<div style="font-size:${scales[`font-size-${at}`]};line-height:1.2;overflow-wrap:anywhere">
        Seven earthquakes <code style="font-size:.8125rem">--skin-font-size-${at}</code>
      </div>`,
  )}`;

const space = (): TemplateResult =>
  html`<div style="display:flex;flex-wrap:wrap;gap:1rem;align-items:end">
    ${[1, 2, 3, 4, 5, 6, 7, 8].map(
      (at) =>
        html`<div style="display:grid;gap:.3rem;justify-items:center;font-size:.8125rem">
          <div
            style="inline-size:${scales[`space-${at}`]};block-size:${scales[`space-${at}`]};background:light-dark(${scales['accent-600']},${scales['accent-400']});border-radius:2px"
          ></div>
          ${at}: ${scales[`space-${at}`]}
        </div>`,
    )}
  </div>`;

const motion = (): TemplateResult =>
  html`<skin-descriptions
    .items=${[
      { term: 'What answers a press', value: `--skin-duration-fast, ${scales['duration-fast']}` },
      { term: 'What changes its state', value: `--skin-duration, ${tokens['duration']}` },
      { term: 'What comes and goes', value: `--skin-duration-slow, ${scales['duration-slow']}` },
      { term: 'For who wants less of it', value: 'none' },
    ]}
  ></skin-descriptions>`;

const themes = (): TemplateResult =>
  html`<style>
      ${themesSheet()}
    </style>
    <div style="display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(16rem,100%),1fr))">
      ${Object.keys(palettes).map(
        (theme) =>
          html`<div data-skin-theme=${theme}>
            <skin-card>
              <h3 slot="header" style="margin:0;font-size:1rem">${theme}</h3>
              <skin-stack>
                <skin-text-field style="inline-size:100%" label="Place in ${theme}" value="Hualien"></skin-text-field>
                <skin-flex>
                  <skin-button variant="primary">Save</skin-button><skin-badge tone="success">Online</skin-badge>
                </skin-flex>
              </skin-stack>
            </skin-card>
          </div>`,
      )}
    </div>`;

const elements = (): TemplateResult =>
  html`<dl style="display:grid;gap:.6rem 1.5rem;margin:0">
    ${families.map(
      ([family, names]) =>
        html`<div>
          <dt style="font-weight:560">${family}</dt>
          <dd style="margin:.2rem 0 0;line-height:1.7">
            ${names.split(' ').map((name) => html`<code style="white-space:nowrap">${name}</code> `)}
          </dd>
        </div>`,
    )}
  </dl>`;

const introduction = (): TemplateResult =>
  html`<div
    style="display:grid;gap:2.5rem;max-inline-size:62rem;margin-inline:auto;font-family:system-ui,sans-serif;line-height:1.5"
  >
    <header>
      <h1 style="margin:0;font-size:${scales['font-size-8']};line-height:1.15">Skin</h1>
      <p style="margin:.4rem 0 0;max-inline-size:42rem;font-size:${scales['font-size-4']}">
        Elements that work in plain HTML, in any framework and from a server; and the few decisions that make them look
        and behave as one.
      </p>
    </header>
    ${section(
      'Principles',
      html`<skin-descriptions .items=${principles.map(([term, value]) => ({ term, value }))}></skin-descriptions>`,
    )}
    ${section('Colour', colours())} ${section('Type', type())} ${section('Space', space())}
    ${section('Motion', motion())} ${section('Themes', themes())} ${section('Elements', elements())}
  </div>`;

export const Introduction: StoryObj = { render: introduction };
export const Dark: StoryObj = { render: introduction, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: introduction, globals: { direction: 'rtl' } };
