import { setCustomElementsManifest, type Preview } from '@storybook/web-components-vite';
import { html } from 'lit';
import manifest from '../skin/elements/custom-elements.json' with { type: 'json' };

setCustomElementsManifest(manifest);

const preview: Preview = {
  tags: ['autodocs'],
  parameters: { a11y: { test: 'error' } },
  globalTypes: {
    theme: { toolbar: { title: 'Theme', icon: 'contrast', items: ['light', 'dark'], dynamicTitle: true } },
    direction: { toolbar: { title: 'Direction', icon: 'transfer', items: ['ltr', 'rtl'], dynamicTitle: true } },
  },
  initialGlobals: { theme: 'light', direction: 'ltr' },
  decorators: [
    (story, { globals }) =>
      html`<div
        dir=${String(globals['direction'])}
        style="color-scheme:${String(globals['theme'])};background:light-dark(oklch(97.6% 0.006 220), oklch(17% 0.018 235));color:light-dark(#10202a, #eaf2f5);padding:1.5rem"
      >
        ${story()}
      </div>`,
  ],
};

export default preview;
