import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the manifest says of a member, an attribute, an event, a slot or a part. */
interface Entry {
  readonly name: string;
  readonly kind?: string;
  readonly description?: string;
  readonly default?: string;
  readonly privacy?: string;
  readonly readonly?: boolean;
  readonly attribute?: string;
  readonly fieldName?: string;
  readonly type?: { readonly text: string };
}

/** A custom-elements manifest, as far as it is read here. */
export interface Manifest {
  readonly modules: readonly {
    readonly path: string;
    readonly declarations?: readonly {
      readonly tagName?: string;
      readonly description?: string;
      readonly members?: readonly Entry[];
      readonly attributes?: readonly Entry[];
      readonly events?: readonly Entry[];
      readonly slots?: readonly Entry[];
      readonly cssParts?: readonly Entry[];
      readonly cssProperties?: readonly Entry[];
    }[];
  }[];
}

/** Something with a name. */
export interface Named {
  readonly name: string;
  readonly description: string;
}

/** A property or attribute, its type written out. */
export interface Typed extends Named {
  readonly type: string;
  readonly fallback: string | undefined;
}

/** What editors and frameworks are told of one element. */
export interface ElementFacts extends Named {
  /** Where it is defined, such as `src/tabs/tab.ts`. */
  readonly module: string;
  readonly properties: readonly Typed[];
  readonly attributes: readonly (Typed & { readonly property: string | undefined })[];
  readonly events: readonly (Named & { readonly type: 'Event' | 'CustomEvent' })[];
  readonly slots: readonly Named[];
  readonly parts: readonly Named[];
  readonly cssProperties: readonly Named[];
}

/** Types that the sources give a name, written out: an editor that offers values knows no names. */
export const readAliases = (sources: string): ReadonlyMap<string, string> =>
  new Map(
    globSync('**/*.ts', { cwd: sources, exclude: ['**/*.test.ts', '**/*.stories.ts'] }).flatMap((file) =>
      [...readFileSync(join(sources, file), 'utf8').matchAll(/^(?:export )?type (\w+) =\s*([^;]+);/gm)].map(
        ([, name = '', type = '']) => [name, type.replace(/\s+/g, ' ').replace(/^\| /, '').trim()] as const,
      ),
    ),
  );

/** Elements of a manifest, by tag. */
export const elementFacts = (manifest: Manifest, aliases: ReadonlyMap<string, string>): ElementFacts[] => {
  const named = ({ name, description = '' }: Entry): Named => ({ name, description });
  const typed = (entry: Entry): Typed => ({
    ...named(entry),
    type: (entry.type?.text ?? 'string').replace(/\b[A-Z]\w*\b/g, (name) => aliases.get(name) ?? name),
    fallback: entry.default,
  });
  const elements: ElementFacts[] = [];
  for (const { path, declarations = [] } of manifest.modules)
    for (const one of declarations)
      if (one.tagName !== undefined)
        elements.push({
          name: one.tagName,
          module: path,
          description: one.description ?? '',
          properties: (one.members ?? [])
            .filter(({ kind, readonly, privacy }) => kind === 'field' && readonly !== true && privacy !== 'private')
            .map(typed),
          attributes: (one.attributes ?? []).map((entry) => ({ ...typed(entry), property: entry.fieldName })),
          events: (one.events ?? []).map((entry) => ({
            ...named(entry),
            type: entry.description?.includes('detail') === true ? 'CustomEvent' : 'Event',
          })),
          slots: (one.slots ?? []).map(named),
          parts: (one.cssParts ?? []).map(named),
          cssProperties: (one.cssProperties ?? []).map(named),
        });
  return elements.sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** The texts that a type allows, where it is a union of them. */
export const choicesOf = (type: string): readonly string[] => {
  const members = type.split('|').map((member) => member.trim());
  return members.every((member) => /^'[^']*'$|^undefined$/.test(member))
    ? members.filter((member) => member !== 'undefined' && member !== "''").map((member) => member.slice(1, -1))
    : [];
};
