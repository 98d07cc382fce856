import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generate } from '../tools/generate.ts';
import { manifestNow, scratch } from './types-manifest.ts';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)), '../..');

// The frameworks are not installed here: these are the shapes that their documentation gives, as small as they can be.
const frameworks = `
declare module 'react' {
  interface HTMLAttributes<T> { className?: string; title?: string; children?: unknown; onClick?: (event: { currentTarget: T }) => void }
  interface ClassAttributes<T> { key?: string; ref?: ((element: T | null) => void) | { current: T | null } }
  type DetailedHTMLProps<E extends HTMLAttributes<T>, T> = ClassAttributes<T> & E;
  namespace JSX { interface Element { type: unknown } interface IntrinsicElements { div: DetailedHTMLProps<HTMLAttributes<HTMLDivElement>, HTMLDivElement> } interface ElementChildrenAttribute { children: {} } }
}
declare module 'react/jsx-runtime' {
  import type { JSX as Own } from 'react';
  export namespace JSX { interface Element extends Own.Element {} interface IntrinsicElements extends Own.IntrinsicElements {} interface ElementChildrenAttribute { children: {} } }
}
declare module 'solid-js' {
  export namespace JSX { type Element = unknown; interface HTMLAttributes<T> { class?: string; children?: Element; ref?: (element: T) => void } interface IntrinsicElements { div: HTMLAttributes<HTMLDivElement> } interface ElementChildrenAttribute { children: {} } }
}
declare module 'solid-js/jsx-runtime' { export { JSX } from 'solid-js'; }
declare module 'vue' { export interface HTMLAttributes { class?: unknown; title?: string } export interface GlobalComponents { KeepAlive: unknown } }
declare module 'svelte/elements' { export interface HTMLAttributes<T> { class?: string; bind?: T } export interface SvelteHTMLElements { div: HTMLAttributes<HTMLDivElement> } }
`;

const react = `/** @jsxImportSource react */
import type {} from './frameworks/react.js';
export const page = (
  <div className="page">
    <skin-button variant="primary" loading ref={(element) => element?.click()} onClick={({ currentTarget }) => currentTarget.loading = true}>Send</skin-button>
    <skin-dialog label="Sure?" lightDismiss light-dismiss={true} onrequest-close={(event) => event.preventDefault()} />
    {/* @ts-expect-error: no such variant */}
    <skin-button variant="loud" />
    {/* @ts-expect-error: no such property */}
    <skin-button colour="red" />
    {/* @ts-expect-error: no such element */}
    <skin-buton />
  </div>
);
`;
const solid = `/** @jsxImportSource solid-js */
import type {} from './frameworks/solid.js';
export const page = (
  <div class="page">
    <skin-table prop:rows={[{ id: 1 }]} on:row-activate={(event) => event.detail} />
    <skin-button variant="danger" ref={(element) => element.focus()}>Delete</skin-button>
    {/* @ts-expect-error: a button has no such variant */}
    <skin-button variant="loud" />
    {/* @ts-expect-error: it is a list */}
    <skin-table prop:rows={7} />
  </div>
);
`;
const vue = `import type { GlobalComponents } from 'vue';
import type {} from './frameworks/vue.js';
type Props<Tag extends keyof GlobalComponents> = GlobalComponents[Tag] extends new () => { $props: infer Found } ? Found : never;
export const button: Props<'skin-button'> = { variant: 'primary', class: ['wide'], title: 'Send' };
export const dialog: Props<'skin-dialog'> = { open: true, onRequestClose: (event) => event.preventDefault() };
// @ts-expect-error: no such variant
export const loud: Props<'skin-button'> = { variant: 'loud' };
`;
const svelte = `import type { SvelteHTMLElements } from 'svelte/elements';
import type {} from './frameworks/svelte.js';
export const button: SvelteHTMLElements['skin-button'] = { variant: 'primary', class: 'wide' };
export const dialog: SvelteHTMLElements['skin-dialog'] = { 'onrequest-close': (event) => event.preventDefault(), 'on:close': () => {} };
// @ts-expect-error: no such variant
export const loud: SvelteHTMLElements['skin-button'] = { variant: 'loud' };
`;

it('gives React, Vue, Svelte and Solid the properties and events of the elements', () => {
  using folder = scratch();
  const files: Record<string, string> = {
    ...generate(manifestNow()),
    'stubs.d.ts': frameworks,
    'react.tsx': react,
    'solid.tsx': solid,
    'vue.ts': vue,
    'svelte.ts': svelte,
    'tsconfig.json': JSON.stringify({
      extends: resolve(root, 'tsconfig.base.json'),
      compilerOptions: {
        composite: false,
        noEmit: true,
        isolatedDeclarations: false,
        skipLibCheck: false,
        jsx: 'preserve',
        module: 'esnext',
        moduleResolution: 'bundler',
        lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
        types: [],
      },
      files: ['stubs.d.ts', 'react.tsx', 'solid.tsx', 'vue.ts', 'svelte.ts'],
    }),
  };
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), contents);
  }
  const { stdout, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder.path], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
}, 60_000);
