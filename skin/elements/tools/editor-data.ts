import { choicesOf, type ElementFacts, type Named } from './element-facts.ts';

/**
 * Custom data of VS Code's HTML editor: completion and descriptions of tags and attributes.
 *
 * @see {@link https://github.com/microsoft/vscode-custom-data}
 */
export const toVsCode = (elements: readonly ElementFacts[]): unknown => ({
  version: 1.1,
  tags: elements.map(({ name, description, attributes }) => ({
    name,
    description,
    attributes: attributes.map((attribute) => ({
      name: attribute.name,
      description: attribute.description,
      ...(attribute.type.startsWith('boolean') && { valueSet: 'v' }),
      ...(choicesOf(attribute.type).length > 0 && {
        values: choicesOf(attribute.type).map((choice) => ({ name: choice })),
      }),
    })),
  })),
});

/**
 * Web types, which JetBrains editors read from the field `web-types` of package.json.
 *
 * @see {@link https://github.com/JetBrains/web-types}
 */
export const toWebTypes = (elements: readonly ElementFacts[], name: string, version: string): unknown => {
  const plain = ({ name: title, description }: Named): Named => ({ name: title, description });
  return {
    $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
    name,
    version,
    'js-types-syntax': 'typescript',
    'description-markup': 'markdown',
    contributions: {
      html: {
        elements: elements.map((element) => ({
          ...plain(element),
          attributes: element.attributes.map((attribute) => ({
            ...plain(attribute),
            value: { type: attribute.type, ...(attribute.fallback !== undefined && { default: attribute.fallback }) },
          })),
          slots: element.slots.map(plain),
          js: {
            properties: element.properties.map((property) => ({ ...plain(property), type: property.type })),
            events: element.events.map((event) => ({ ...plain(event), type: event.type })),
          },
          css: { parts: element.parts.map(plain), properties: element.cssProperties.map(plain) },
        })),
      },
    },
  };
};
