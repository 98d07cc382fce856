import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { tightening } from '../../skin/elements/tools/tighten.ts';

/** A kit of web components that we are compared with. */
export interface Kit {
  readonly name: string;
  readonly package: string;
  /** Path of the module that defines a component. */
  readonly module: (component: string) => string;
  /** Our component, and what of the other kit does the same; where a component needs parts, with them. */
  readonly components: Readonly<Record<string, string>>;
}

const pairs = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .trim()
      .split(/\s+/)
      .map((pair) => pair.split('=') as [string, string]),
  );

/** Kits on Lit, as ours is. */
export const kits: readonly Kit[] = [
  {
    name: 'Shoelace',
    package: '@shoelace-style/shoelace',
    module: (name) => `@shoelace-style/shoelace/dist/components/${name}/${name}.js`,
    components: pairs(`accordion=details alert=alert avatar=avatar badge=badge breadcrumb=breadcrumb,breadcrumb-item
      button=button button-group=button-group card=card carousel=carousel,carousel-item checkbox=checkbox
      color-picker=color-picker dialog=dialog divider=divider drawer=drawer dropdown=dropdown icon=icon
      icon-button=icon-button menu=dropdown,menu,menu-item progress-bar=progress-bar progress-ring=progress-ring
      qr-code=qr-code radio-group=radio-group,radio rating=rating select=select,option skeleton=skeleton slider=range
      spinner=spinner split-panel=split-panel switch=switch tabs=tab-group,tab,tab-panel tag=tag text-field=input
      textarea=textarea tooltip=tooltip tree=tree,tree-item`),
  },
  {
    name: 'Web Awesome',
    package: '@awesome.me/webawesome',
    module: (name) => `@awesome.me/webawesome/dist/components/${name}/${name}.js`,
    components: pairs(`accordion=accordion,accordion-item alert=callout avatar=avatar badge=badge
      breadcrumb=breadcrumb,breadcrumb-item button=button button-group=button-group card=card checkbox=checkbox
      checkbox-group=checkbox-group color-picker=color-picker dialog=dialog divider=divider drawer=drawer icon=icon
      menu=dropdown,dropdown-item number-field=number-input otp-field=otp-input pagination=pagination popover=popover
      progress-bar=progress-bar progress-ring=progress-ring radio-group=radio-group,radio rating=rating
      select=select,option skeleton=skeleton slider=slider spinner=spinner split-panel=split-panel stepper=stepper,step
      switch=switch tabs=tab-group,tab,tab-panel tag=tag tag-input=tag-input text-field=input textarea=textarea
      time-picker=time-input toast=toast,toast-item tooltip=tooltip tree=tree,tree-item`),
  },
  {
    name: 'Material Web',
    package: '@material/web',
    module: (name) => `@material/web/${name}.js`,
    components: pairs(`button=button/filled-button checkbox=checkbox/checkbox dialog=dialog/dialog
      divider=divider/divider icon=icon/icon menu=menu/menu,menu/menu-item progress-bar=progress/linear-progress
      progress-ring=progress/circular-progress radio-group=radio/radio select=select/outlined-select,select/select-option
      slider=slider/slider switch=switch/switch tabs=tabs/tabs,tabs/primary-tab
      text-field=textfield/outlined-text-field`),
  },
];

const sources = fileURLToPath(new URL('../../skin/elements/src/', import.meta.url));

/** Path of our module of a component. */
export const ours = (name: string): string => `${sources}${name}/${name}.ts`;
/** Whether we have it: the lists name some that may come later. */
export const haveWe = (name: string): boolean => existsSync(ours(name));

/** One script of some modules, minified, by the bundler that all kits share; ours with its CSS as it is handed out. */
export const bundled = async (modules: readonly string[], external: readonly string[] = []): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    stdin: {
      contents: modules.map((path) => `import ${JSON.stringify(path)};`).join('\n'),
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    external: [...external],
    legalComments: 'none',
    logLevel: 'error',
    plugins: [tightening],
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
};

/** Kilobytes (1024 bytes) of some modules, minified and gzipped; without Lit unless asked for. */
export const kilobytes = async (modules: readonly string[], withLit = false): Promise<number> => {
  const lit = ['lit', 'lit/*', 'lit-html', 'lit-html/*', 'lit-element', 'lit-element/*', '@lit/reactive-element'];
  return gzipSync(await bundled(modules, withLit ? [] : lit), { level: 9 }).length / 1024;
};
