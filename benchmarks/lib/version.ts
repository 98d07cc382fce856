import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The installed version of a package; `node` stands for Node itself. */
export const versionOf = (name: string): string => {
  if (name === 'node') return process.version.slice(1);
  // Walked by hand: not every package lets its package.json be imported.
  for (let folder = new URL('../', import.meta.url); ; folder = new URL('../', folder)) {
    try {
      const text = readFileSync(fileURLToPath(new URL(`node_modules/${name}/package.json`, folder)), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      if (folder.pathname === '/') return 'unknown';
    }
  }
};
