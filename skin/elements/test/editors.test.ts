import { beforeAll, describe, expect, it } from 'vitest';
import { choicesOf, type Manifest } from '../tools/element-facts.ts';
import { generate } from '../tools/generate.ts';
import { manifestNow, tagsIn } from './types-manifest.ts';

interface Tag {
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly {
    readonly name: string;
    readonly description: string;
    readonly valueSet?: string;
    readonly values?: readonly { readonly name: string }[];
    readonly value?: { readonly type: string; readonly default?: string };
  }[];
  readonly slots: readonly { readonly name: string }[];
  readonly js: {
    readonly properties: readonly { readonly name: string }[];
    readonly events: readonly { readonly name: string; readonly type: string }[];
  };
}

describe('the data for editors', () => {
  let manifest: Manifest;
  let vscode: { readonly version: number; readonly tags: readonly Tag[] };
  let jetbrains: { readonly name: string; readonly contributions: { readonly html: { readonly elements: Tag[] } } };
  beforeAll(() => {
    manifest = manifestNow();
    const files = generate(manifest);
    vscode = JSON.parse(files['vscode.html-custom-data.json'] ?? '') as typeof vscode;
    jetbrains = JSON.parse(files['web-types.json'] ?? '') as typeof jetbrains;
  }, 60_000);

  it('knows every element, each described', () => {
    const tags = tagsIn(manifest);
    expect(tags.length).toBeGreaterThan(60);
    expect(vscode.tags.map(({ name }) => name)).toEqual(tags);
    expect(jetbrains.contributions.html.elements.map(({ name }) => name)).toEqual(tags);
    expect(vscode.tags.filter(({ description }) => description === '').map(({ name }) => name)).toEqual([]);
  });

  it('offers the values that an attribute takes, whose type has a name of its own, too', () => {
    const button = vscode.tags.find(({ name }) => name === 'skin-button');
    const of = (attribute: string): readonly string[] | undefined =>
      button?.attributes.find(({ name }) => name === attribute)?.values?.map(({ name }) => name);
    expect(of('variant')).toEqual(['primary', 'secondary', 'ghost', 'danger']);
    expect(of('size')).toEqual(['small', 'medium']);
    expect(button?.attributes.find(({ name }) => name === 'disabled')?.valueSet).toBe('v');
  });

  it('tells JetBrains of slots, events and defaults', () => {
    expect(jetbrains.name).toBe('@organism/skin-elements');
    const dialog = jetbrains.contributions.html.elements.find(({ name }) => name === 'skin-dialog');
    expect(dialog?.slots.map(({ name }) => name)).toEqual(['', 'footer']);
    expect(dialog?.js.events.find(({ name }) => name === 'request-close')?.type).toBe('CustomEvent');
    const button = jetbrains.contributions.html.elements.find(({ name }) => name === 'skin-button');
    expect(button?.attributes.find(({ name }) => name === 'size')?.value).toEqual({
      type: "'small' | 'medium'",
      default: "'medium'",
    });
  });

  it('shows nothing that is private', () => {
    const names = jetbrains.contributions.html.elements.flatMap(({ js }) => js.properties.map(({ name }) => name));
    expect(names.filter((name) => /^[#_]|^internals$|^styles$/.test(name))).toEqual([]);
  });
});

it('takes only a union of texts for choices', () => {
  expect(choicesOf("'a' | 'b' | ''")).toEqual(['a', 'b']);
  expect(choicesOf("'a' | undefined")).toEqual(['a']);
  expect(choicesOf('string')).toEqual([]);
  expect(choicesOf("'a' | number")).toEqual([]);
});
