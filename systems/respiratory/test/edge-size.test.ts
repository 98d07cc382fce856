import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const bundle = async (contents: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@organism/source'],
  });
  return outputFiles[0]?.text ?? '';
};

it('router and Fetch handler take at most 8 KiB, compressed, for the edge', async () => {
  const text = await bundle(`export { fetchHandler, page, respond, Router } from '@organism/respiratory/edge';`);
  expect(text).not.toContain('node:');
  expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(8 * 1024);
});
