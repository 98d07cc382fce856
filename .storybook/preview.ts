import { setCustomElementsManifest, type Preview } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { themesSheet } from '../skin/elements/src/base/tokens.ts';
import '../skin/elements/src/locale-provider/locale-provider.ts';
import { themeNames } from '../skin/elements/src/theme-switcher/theme.ts';
import manifest from '../skin/elements/custom-elements.json' with { type: 'json' };
import { rest } from '../skin/elements/test/stories-rest.ts';

declare global {
  /** Takes a picture of the page, where `tools/stories.ts` wants some. */
  var takePicture: ((story: string) => Promise<void>) | undefined;
}

setCustomElementsManifest(manifest);

const inLocale = (globals: Readonly<Record<string, unknown>>, content: unknown): TemplateResult =>
  html`<skin-locale-provider locale=${String(globals['locale'])} direction=${String(globals['direction'])}
    >${content}</skin-locale-provider
  >`;

const preview: Preview = {
  tags: ['autodocs'],
  // The one rule of WCAG 2.2 AA that axe leaves out unless it is asked for.
  parameters: { a11y: { test: 'error', config: { rules: [{ id: 'target-size', enabled: true }] } } },
  globalTypes: {
    theme: { toolbar: { title: 'Theme', icon: 'contrast', items: ['light', 'dark'], dynamicTitle: true } },
    direction: { toolbar: { title: 'Direction', icon: 'transfer', items: ['ltr', 'rtl'], dynamicTitle: true } },
    palette: { toolbar: { title: 'Palette', icon: 'paintbrush', items: [...themeNames], dynamicTitle: true } },
    locale: { toolbar: { title: 'Locale', icon: 'globe', items: ['en', 'de', 'ar', 'ja'], dynamicTitle: true } },
  },
  initialGlobals: { theme: 'light', direction: 'ltr', palette: themeNames[0], locale: 'en' },
  // Before axe looks, and scrolls what it looks at: hooks of add-ons run after those of the project.
  afterEach: async ({ id, canvasElement, abortSignal }) => {
    await rest(canvasElement, abortSignal);
    await globalThis.takePicture?.(id);
  },
  decorators: [
    (story, { globals }) =>
      html`<style>
          ${themesSheet()}
        </style>
        <div
          dir=${String(globals['direction'])}
          data-skin-theme=${String(globals['palette'])}
          style="color-scheme:${String(globals['theme'])};background:light-dark(oklch(97.6% 0.006 220), oklch(17% 0.018 235));color:light-dark(#10202a, #eaf2f5);padding:1.5rem"
        >
          ${globals['locale'] === 'en' ? story() : inLocale(globals, story())}
        </div>`,
  ],
};

export default preview;
