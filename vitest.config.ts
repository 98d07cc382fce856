import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArgs, findChromium } from './tools/chromium.ts';

const executablePath = findChromium();
export const browserResolve = { conditions: ['@organism/source', 'module', 'browser', 'development|production'] };
// As Node itself: a library that is loaded under two conditions is there twice, and its parts don't know each other.
const nodeConditions = ['@organism/source', 'node', 'module-sync'];

/**
 * What the browser tests load, prepared before the first of them: a dependency that is found on the way makes the
 * server reload the page in the middle of a test.
 */
export const optimizeDeps = {
  include: [
    'lit',
    'lit/directives/live.js',
    'lit/directives/repeat.js',
    'lit/directives/guard.js',
    'axe-core',
    'fast-check',
    'croner',
    // The engines of heavy elements.
    '@codemirror/autocomplete',
    '@codemirror/commands',
    '@codemirror/lang-css',
    '@codemirror/lang-html',
    '@codemirror/lang-javascript',
    '@codemirror/lang-json',
    '@codemirror/lang-markdown',
    '@codemirror/lang-python',
    '@codemirror/lang-sql',
    '@codemirror/lang-yaml',
    '@codemirror/language',
    '@codemirror/lint',
    '@codemirror/search',
    '@codemirror/state',
    '@codemirror/view',
    '@lezer/highlight',
    '@tiptap/core',
    '@tiptap/starter-kit',
    'dompurify',
    'lean-qr',
    'marked',
    'pdfjs-dist/legacy/build/pdf.mjs',
    'pdfjs-dist/legacy/build/pdf.worker.min.mjs',
  ],
};

const launchOptions = { ...(executablePath !== undefined && { executablePath }), args: [...chromiumArgs] };

const inBrowser = (provider: ReturnType<typeof playwright>) => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider,
  instances: [{ browser: 'chromium' as const }],
});

const browser = inBrowser(playwright({ launchOptions }));

/** A browser whose user wants no motion: axe would else see colours that are half-way through a fade. */
export const stillBrowser: ReturnType<typeof inBrowser> = inBrowser(
  playwright({ launchOptions, contextOptions: { reducedMotion: 'reduce' } }),
);

// Limits that only a test that hangs should meet, also on a slow or busy machine.
const patience = { testTimeout: 20_000, hookTimeout: 30_000, expect: { poll: { timeout: 10_000 } } };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions: nodeConditions },
        ssr: { resolve: { conditions: nodeConditions } },
        test: {
          name: 'node',
          ...patience,
          environment: 'node',
          include: [
            '{systems,skin,examples}/*/test/**/*.test.ts',
            'tools/test/**/*.test.ts',
            'benchmarks/test/**/*.test.ts',
          ],
          // Tests that drive a page from outside; the runner says so when they can't run.
          exclude: [
            '**/*.browser.test.ts',
            '**/node_modules/**',
            ...(executablePath === undefined ? ['**/*.chromium.test.ts'] : []),
          ],
        },
      },
      {
        resolve: browserResolve,
        optimizeDeps,
        test: {
          name: 'browser',
          ...patience,
          include: ['{systems,examples}/*/test/**/*.browser.test.ts', 'skin/*/src/**/*.test.ts'],
          browser,
        },
      },
    ],
  },
});
