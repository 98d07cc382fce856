import { fileURLToPath } from 'node:url';
import type { StorybookConfig } from '@storybook/web-components-vite';

const config: StorybookConfig = {
  framework: '@storybook/web-components-vite',
  stories: ['../skin/*/src/**/*.stories.ts'],
  previewAnnotations: (others = []) => [...others, fileURLToPath(new URL('controls.ts', import.meta.url))],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true, enableCrashReports: false },
  viteFinal: (vite) => ({
    ...vite,
    resolve: { ...vite.resolve, conditions: ['@organism/source', 'module', 'browser', 'development|production'] },
  }),
};

export default config;
