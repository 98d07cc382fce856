import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { browserResolve, optimizeDeps, stillBrowser } from './vitest.config.ts';

// A config of its own: loading Storybook takes seconds that the other tests need not wait for.
export default defineConfig({
  resolve: browserResolve,
  optimizeDeps,
  plugins: [storybookTest({ configDir: '.storybook' })],
  test: { name: 'storybook', browser: stillBrowser },
});
