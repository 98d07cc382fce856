import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, render, type TemplateResult } from 'lit';
import { expect } from 'storybook/test';
import { contrast, contrastPairs, rgbOf } from '../base/contrast.ts';
import { tinted } from '../base/palettes.ts';
import { tokens } from '../base/tokens.ts';
import '../index.ts';

const meta: Meta = {
  title: 'Theme builder',
  parameters: {
    docs: {
      description: {
        component:
          'Choose a hue; the colours that belong to it are worked out in OKLCH, and their contrast is measured in light and dark. Copy the CSS into your page.',
      },
    },
  },
};
export default meta;

interface Choice {
  readonly hue: number;
  readonly chroma: number;
  readonly radius: number;
  readonly size: number;
}

const paletteOf = ({ hue, chroma, radius, size }: Choice): Readonly<Record<string, string>> => ({
  ...tinted(hue, chroma),
  radius: `${radius}rem`,
  'radius-large': `${Math.round(radius * 150) / 100}rem`,
  'font-size': `${size}rem`,
  'font-size-small': `${Math.round(size * 867) / 1000}rem`,
});

const cssOf = (choice: Choice): string =>
  `:root {\n${Object.entries(paletteOf(choice))
    .map(([name, value]) => `  --skin-${name}: ${value};`)
    .join('\n')}\n}`;

/** Pairs that can't be told apart well enough, in the colours as the browser shows them. */
const faults = (choice: Choice): readonly string[] => {
  const palette = { ...tokens, ...paletteOf(choice) };
  const probe = document.createElement('i');
  document.body.append(probe);
  const shown = (token: string) => {
    probe.style.color = palette[token] ?? '';
    return rgbOf(getComputedStyle(probe).color);
  };
  const found = ['light', 'dark'].flatMap((scheme) => {
    probe.style.colorScheme = scheme;
    return contrastPairs
      .map(([ink, ground, least]) => ({ ink, ground, least, ratio: contrast(shown(ink), shown(ground)) }))
      .filter(({ ratio, least }) => ratio < least)
      .map(({ ink, ground, least, ratio }) => `${scheme}: ${ink} on ${ground} has ${ratio.toFixed(2)}, needs ${least}`);
  });
  probe.remove();
  return found;
};

const sample = (): TemplateResult =>
  html`<skin-stack>
    <skin-tabs aria-label="Station">
      <skin-tab label="Readings">
        <skin-stack>
          <skin-stat label="Strongest today" value="6.4"></skin-stat>
          <skin-progress-bar label="Sent" value="62"></skin-progress-bar>
          <skin-alert tone="warning">Two stations are silent.</skin-alert>
        </skin-stack>
      </skin-tab>
      <skin-tab label="Station"><p>HL-04, Hualien</p></skin-tab>
    </skin-tabs>
    <skin-text-field label="Place" help="The nearest town." value="Hualien"></skin-text-field>
    <skin-checkbox checked>Tell me about swarms</skin-checkbox>
    <skin-switch checked>Live</skin-switch>
    <skin-flex>
      <skin-button variant="primary">Send</skin-button><skin-button>Later</skin-button
      ><skin-button variant="danger">Delete</skin-button><skin-badge tone="success">online</skin-badge>
    </skin-flex>
  </skin-stack>`;

const sliders: readonly (readonly [key: keyof Choice, label: string, min: number, max: number, step: number])[] = [
  ['hue', 'Hue', 0, 359, 1],
  ['chroma', 'Strength of colour', 0, 0.16, 0.005],
  ['radius', 'Roundness', 0, 1.2, 0.05],
  ['size', 'Size of text', 0.8, 1.25, 0.0125],
];

const draw = (choice: Choice, set: (choice: Choice) => void): TemplateResult => {
  const wrong = faults(choice);
  return html`<style>
      .look {
        padding: 1.25rem;
        border-radius: 1rem;
        background: light-dark(oklch(97.6% 0.006 220), oklch(17% 0.018 235));
      }
      .builder {
        display: grid;
        gap: 1.25rem;
        grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr));
      }
    </style>
    <div class="builder">
      <skin-stack>
        ${sliders.map(
          ([key, label, min, max, step]) =>
            html`<skin-slider
              .label=${label}
              .min=${String(min)}
              .max=${String(max)}
              .step=${String(step)}
              .value=${String(choice[key])}
              @input=${({ currentTarget }: { readonly currentTarget: HTMLElementTagNameMap['skin-slider'] }) =>
                set({ ...choice, [key]: Number(currentTarget.value) })}
            ></skin-slider>`,
        )}
        <skin-alert .tone=${wrong.length === 0 ? 'success' : 'danger'} data-faults=${wrong.length}
          >${
            wrong.length === 0
              ? 'Every pair of colours has the contrast that WCAG 2.2 AA asks for.'
              : html`<ul style="margin:0;padding-inline-start:1.1rem">
                  ${wrong.map((fault) => html`<li>${fault}</li>`)}
                </ul>`
          }</skin-alert
        >
        <skin-code-block label="CSS" .code=${cssOf(choice)}></skin-code-block>
      </skin-stack>
      ${['light', 'dark'].map(
        (scheme) =>
          html`<section
            class="look"
            aria-label=${scheme}
            style="color-scheme:${scheme};${Object.entries(paletteOf(choice))
              .map(([name, value]) => `--skin-${name}:${value}`)
              .join(';')}"
          >
            ${sample()}
          </section>`,
      )}
    </div>`;
};

export const Builder: StoryObj = {
  render: () => {
    const host = document.createElement('div');
    const set = (choice: Choice): void => void render(draw(choice, set), host);
    set({ hue: 225, chroma: 0.11, radius: 0.55, size: 0.9375 });
    return host;
  },
  play: async ({ canvasElement }) => {
    const hue = canvasElement.querySelector('skin-slider');
    if (hue === null) throw new Error('There is no slider.');
    // Whatever the hue, what it makes can be read.
    for (const value of [0, 45, 90, 135, 180, 225, 270, 315]) {
      hue.value = String(value);
      hue.dispatchEvent(new Event('input'));
      await hue.updateComplete;
      await expect(canvasElement.querySelector('[data-faults]')).toHaveAttribute('data-faults', '0');
    }
    await expect(canvasElement.querySelector('skin-code-block')?.code).toContain('oklch(47% 0.11 315)');
  },
};
