import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [svelte()],
  // Browsers that the kit is for: they know light-dark(), whose substitute would not follow the switch.
  build: { cssTarget: ['chrome123', 'firefox128', 'safari17.5'] },
  // Outside this repository the packages come built, and this line can go.
  resolve: { conditions: ['@organism/source', 'svelte', 'module', 'browser', 'development|production'] },
});
