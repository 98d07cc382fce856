const words = (text: string): readonly string[] => text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');

const upper = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `shop.order-line` as `ShopOrderLine`. */
export const pascal = (text: string): string => {
  const name = words(text).map(upper).join('');
  return /^[A-Za-z]/.test(name) ? name : `N${name}`;
};

/** `put-order` as `putOrder`. */
export const camel = (text: string): string => {
  const name = pascal(text);
  return name.charAt(0).toLowerCase() + name.slice(1);
};

/** Gives names that are not taken yet: the second `order` is `order2`. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: readonly string[] = []) {
    this.#taken = new Set(taken);
  }

  give(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${wanted}${number}`;
    this.#taken.add(name);
    return name;
  }
}

/** A key of an object type: as it is where that is an identifier, else quoted. */
export const keyOf = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : JSON.stringify(name);

/** A comment of documentation; nothing of the text may end it. */
export const comment = (text: unknown, indent = ''): string => {
  if (typeof text !== 'string' || text.trim() === '') return '';
  const lines = text
    .trim()
    .replaceAll('*/', '*\\/')
    .split(/\r\n|[\n\r\u2028\u2029]/);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
};
