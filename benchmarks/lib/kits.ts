import { build, type Plugin } from 'esbuild';
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

const spectrum = '@spectrum-web-components/';

/** Kits of web components: all on Lit, as ours is, but Fluent, which has a library of its own in its place. */
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
  {
    name: 'Fluent',
    package: '@fluentui/web-components',
    module: (name) => `@fluentui/web-components/${name}.js`,
    components: pairs(`accordion=accordion,accordion-item alert=message-bar avatar=avatar badge=badge button=button
      checkbox=checkbox dialog=dialog,dialog-body divider=divider drawer=drawer,drawer-body link=link
      menu=menu,menu-button,menu-list,menu-item progress-bar=progress-bar radio-group=radio-group,radio
      select=dropdown,listbox,option slider=slider spinner=spinner switch=switch tabs=tablist,tab
      text-field=text-input textarea=textarea tooltip=tooltip tree=tree,tree-item`),
  },
  {
    name: 'Spectrum',
    package: `${spectrum}bundle`,
    module: (name) => spectrum + name,
    components: pairs(`accordion=accordion/sp-accordion.js,accordion/sp-accordion-item.js
      alert=alert-banner/sp-alert-banner.js avatar=avatar/sp-avatar.js badge=badge/sp-badge.js
      breadcrumb=breadcrumbs/sp-breadcrumbs.js,breadcrumbs/sp-breadcrumb-item.js button=button/sp-button.js
      button-group=button-group/sp-button-group.js card=card/sp-card.js checkbox=checkbox/sp-checkbox.js
      combobox=combobox/sp-combobox.js dialog=dialog/sp-dialog-wrapper.js divider=divider/sp-divider.js
      link=link/sp-link.js menu=action-menu/sp-action-menu.js,menu/sp-menu-item.js
      number-field=number-field/sp-number-field.js popover=popover/sp-popover.js
      progress-bar=progress-bar/sp-progress-bar.js progress-ring=progress-circle/sp-progress-circle.js
      radio-group=radio/sp-radio-group.js,radio/sp-radio.js search-field=search/sp-search.js
      select=picker/sp-picker.js,menu/sp-menu-item.js slider=slider/sp-slider.js
      split-panel=split-view/sp-split-view.js switch=switch/sp-switch.js
      tabs=tabs/sp-tabs.js,tabs/sp-tab.js,tabs/sp-tab-panel.js tag=tags/sp-tag.js
      text-field=textfield/sp-textfield.js toast=toast/sp-toast.js tooltip=tooltip/sp-tooltip.js`),
  },
];

const sources = fileURLToPath(new URL('../../skin/elements/src/', import.meta.url));

/** Path of our module of a component. */
export const ours = (name: string): string => `${sources}${name}/${name}.ts`;
/** Whether we have it: the lists name some that may come later. */
export const haveWe = (name: string): boolean => existsSync(ours(name));

/** A part of a kit that is loaded only where it turns out to be needed is not what a component weighs; its engine is. */
const conditional: Plugin = {
  name: 'conditional',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
};

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
    plugins: [conditional, tightening],
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
};

const lit = ['lit', 'lit/*', 'lit-html', 'lit-html/*', 'lit-element', 'lit-element/*', '@lit/reactive-element'];
const fast = ['@microsoft/fast-element', '@microsoft/fast-element/*'];

/** Kilobytes (1024 bytes) of some modules, minified and gzipped; without Lit, or what a kit has in its place, unless asked for. */
export const kilobytes = async (modules: readonly string[], withLit = false): Promise<number> => {
  return gzipSync(await bundled(modules, withLit ? [] : [...lit, ...fast]), { level: 9 }).length / 1024;
};
