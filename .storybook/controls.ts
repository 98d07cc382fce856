import type { Decorator, Preview } from '@storybook/web-components-vite';

/** Words of a type such as `'start' | 'end'`; none for any other type. */
const choicesOf = (type: string): string[] =>
  /^'[^']*'(?:\s*\|\s*'[^']*')+$/.test(type) ? [...type.matchAll(/'([^']*)'/g)].map(([, word]) => word ?? '') : [];

const changed = new Set<string>();

/** What the controls say goes to the first element that a story is about: most stories take no arguments. */
export const decorators: readonly Decorator[] = [
  (story, { args, initialArgs, canvasElement, component, id }) => {
    // Once the story is drawn.
    queueMicrotask(() => {
      const element = typeof component === 'string' ? canvasElement.querySelector(component) : null;
      if (element === null) return;
      for (const [name, value] of Object.entries(args)) {
        // What nobody has changed is the story's to say; its listeners are watched functions in place of its own.
        if (typeof value === 'function' || (value === initialArgs[name] && !changed.has(`${id} ${name}`))) continue;
        changed.add(`${id} ${name}`);
        if (name in element) Reflect.set(element, name, value);
        else if (typeof value === 'boolean') element.toggleAttribute(name, value);
        else element.setAttribute(name, String(value));
      }
    });
    return story();
  },
];

/** A choice of words where the manifest has words, and no control for what can't be set: events, slots, parts. */
export const argTypesEnhancers: NonNullable<Preview['argTypesEnhancers']> = [
  ({ argTypes }) =>
    Object.fromEntries(
      Object.entries(argTypes).map(([name, argType]) => {
        const { category = 'attributes', type } = argType.table ?? {};
        if (!['attributes', 'properties'].includes(category)) return [name, { ...argType, control: false }];
        const options = choicesOf(type?.summary ?? '');
        if (options.length === 0) return [name, argType];
        return [name, { ...argType, type: { name: 'enum', value: options }, options, control: { type: 'select' } }];
      }),
    ),
];
