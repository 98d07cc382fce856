import type { ElementFacts } from './element-facts.ts';

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(' | ') || 'never';
const comment = (text: string, indent: string): string =>
  text === '' ? '' : `${indent}/** ${text.replaceAll('*/', '*').replace(/\s*\n\s*/g, ' ')} */\n`;

const elementTypes = (elements: readonly ElementFacts[]): string => {
  const props = elements.map(({ name, description, properties, attributes }) => {
    const own = properties.map((property) => property.name);
    const others = attributes.filter((attribute) => !own.includes(attribute.name));
    const extra = others.map(({ name: key, property }) =>
      property === undefined || !own.includes(property)
        ? `'${key}'?: string`
        : `'${key}'?: HTMLElementTagNameMap['${name}']['${property}']`,
    );
    return `${comment(description, '  ')}  '${name}': Some<HTMLElementTagNameMap['${name}'], ${quoted(own)}>${extra.length === 0 ? '' : ` & { ${extra.join('; ')} }`};\n`;
  });
  const events = elements.map(
    ({ name, events: all }) => `  '${name}': { ${all.map((event) => `'${event.name}': ${event.type}`).join('; ')} };\n`,
  );
  return `import '@organism/skin-elements/all';

type Some<Element, Key extends keyof Element> = { [Name in Key]?: Element[Name] | undefined };

/** Properties of each element, and attributes of another name. */
export interface SkinProps {
${props.join('')}}

/** Events of each element, by name. */
export interface SkinEvents {
${events.join('')}}

/** A tag of this package. */
export type SkinTag = keyof SkinProps;

/** An event of an element, as its listener gets it. */
export type SkinEvent<Tag extends SkinTag, Name extends keyof SkinEvents[Tag]> = SkinEvents[Tag][Name] & {
  readonly currentTarget: HTMLElementTagNameMap[Tag];
};

/** \`theirs\`, except what \`ours\` says otherwise. */
export type Over<Theirs, Ours> = Omit<Theirs, keyof Ours> & Ours;
`;
};

const react = `import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { Over, SkinEvent, SkinEvents, SkinProps, SkinTag } from './elements.js';

/** React 19 listens to an element's own events under \`on\` and their name. */
type Listeners<Tag extends SkinTag> = {
  [Name in keyof SkinEvents[Tag] & string as \`on\${Name}\`]?: ((event: SkinEvent<Tag, Name>) => void) | undefined;
};
type Element<Tag extends SkinTag> = HTMLElementTagNameMap[Tag];

/** Props of each element in JSX of React. */
export type SkinReactElements = {
  [Tag in SkinTag]: Over<DetailedHTMLProps<HTMLAttributes<Element<Tag>>, Element<Tag>>, SkinProps[Tag] & Listeners<Tag>>;
};

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends SkinReactElements {}
  }
}
`;

const vue = `import type { HTMLAttributes } from 'vue';
import type { Over, SkinEvent, SkinEvents, SkinProps, SkinTag } from './elements.js';

type Camel<Name extends string> = Name extends \`\${infer Head}-\${infer Tail}\` ? \`\${Head}\${Camel<Capitalize<Tail>>}\` : Name;
type Listeners<Tag extends SkinTag> = {
  [Name in keyof SkinEvents[Tag] & string as \`on\${Capitalize<Camel<Name>>}\`]?: ((event: SkinEvent<Tag, Name>) => void) | undefined;
};

/** Each element as templates of Vue know components. */
export type SkinVueElements = {
  [Tag in SkinTag]: new () => { $props: Over<HTMLAttributes, SkinProps[Tag] & Listeners<Tag>> };
};

declare module 'vue' {
  interface GlobalComponents extends SkinVueElements {}
}
`;

const svelte = `import type { HTMLAttributes } from 'svelte/elements';
import type { Over, SkinEvent, SkinEvents, SkinProps, SkinTag } from './elements.js';

/** Svelte 5 listens under \`on\` and the event's name, Svelte 4 under \`on:\` and the name. */
type Listeners<Tag extends SkinTag> = {
  [Name in keyof SkinEvents[Tag] & string as \`on\${Name}\` | \`on:\${Name}\`]?: ((event: SkinEvent<Tag, Name>) => void) | undefined;
};

/** Attributes of each element in markup of Svelte. */
export type SkinSvelteElements = {
  [Tag in SkinTag]: Over<HTMLAttributes<HTMLElementTagNameMap[Tag]>, SkinProps[Tag] & Listeners<Tag>>;
};

declare module 'svelte/elements' {
  interface SvelteHTMLElements extends SkinSvelteElements {}
}
`;

const solid = `import type { JSX as Solid } from 'solid-js';
import type { Over, SkinEvent, SkinEvents, SkinProps, SkinTag } from './elements.js';

/** Solid sets a property under \`prop:\`, and listens to an event of any name under \`on:\`. */
type Properties<Tag extends SkinTag> = {
  [Name in keyof SkinProps[Tag] & string as \`prop:\${Name}\`]?: SkinProps[Tag][Name];
};
type Listeners<Tag extends SkinTag> = {
  [Name in keyof SkinEvents[Tag] & string as \`on:\${Name}\`]?: ((event: SkinEvent<Tag, Name>) => void) | undefined;
};

/** Attributes of each element in JSX of Solid. */
export type SkinSolidElements = {
  [Tag in SkinTag]: Over<Solid.HTMLAttributes<HTMLElementTagNameMap[Tag]>, SkinProps[Tag] & Properties<Tag> & Listeners<Tag>>;
};

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements extends SkinSolidElements {}
  }
}
`;

/** Declaration files for frameworks, by file name; all stand beside \`elements.d.ts\`. */
export const toFrameworkTypes = (elements: readonly ElementFacts[]): Readonly<Record<string, string>> => ({
  'elements.d.ts': elementTypes(elements),
  'react.d.ts': react,
  'vue.d.ts': vue,
  'svelte.d.ts': svelte,
  'solid.d.ts': solid,
});
