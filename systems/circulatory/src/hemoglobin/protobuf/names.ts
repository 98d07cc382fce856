const words = (text: string): readonly string[] =>
  text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');

const identifier = (text: string, begin: string): string => (/^[A-Za-z]/.test(text) ? text : begin + text);

/** `lineItems` as `line_items`. @see https://protobuf.dev/programming-guides/style/ */
export const snakeCase = (text: string): string => identifier(words(text).join('_').toLowerCase(), 'f_');

/** `shop.order-line` as `ShopOrderLine`. */
export const pascalCase = (text: string): string =>
  identifier(
    words(text)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(''),
    'M',
  );

/** `in-transit` as `IN_TRANSIT`. */
export const upperCase = (text: string): string => words(text).join('_').toUpperCase();

/** The name that JSON has for a field, unless it says another. @see https://protobuf.dev/programming-guides/json/ */
export const jsonName = (name: string): string =>
  name.replaceAll(/_+(.)/g, (_, letter: string) => letter.toUpperCase());

/** Names that are taken once only: a second one gets a number. */
export class Scope {
  readonly #taken = new Set<string>();

  /** Takes a name, or one like it. */
  take(name: string): string {
    for (let count = 1; ; count += 1) {
      const free = count === 1 ? name : `${name}${count}`;
      if (this.#taken.has(free)) continue;
      this.#taken.add(free);
      return free;
    }
  }
}
