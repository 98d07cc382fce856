import type { FieldNode, FormNode } from './schema.ts';

/** Keys and indexes from the root to a place. */
export type FormPath = readonly (string | number)[];

/** A path as a JSON Pointer. @see RFC 6901 */
export const toPointer = (path: FormPath): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What the user has typed where the value is no text: what it means is found out later. */
export class Typed {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Dictionary = Readonly<Record<string, unknown>>;

/** The named values of an object; none of anything else. */
export const asObject = (value: unknown): Dictionary =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dictionary) : {};
/** The values of a list; none of anything else. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What stands under a key of an object or list. */
export const childOf = (value: unknown, key: string | number): unknown => {
  if (typeof key === 'number') return asList(value)[key];
  return Object.hasOwn(asObject(value), key) ? asObject(value)[key] : undefined;
};

/** A copy in which something else stands at a place. */
export const replaceAt = (value: unknown, [key, ...rest]: FormPath, change: (old: unknown) => unknown): unknown => {
  if (key === undefined) return change(value);
  const next = replaceAt(childOf(value, key), rest, change);
  if (typeof key === 'string') return { ...asObject(value), [key]: next };
  const list = [...asList(value)];
  list[key] = next;
  return list;
};

/** What a part begins with: defaults, and as many items as there must be. */
export const initialOf = (node: FormNode, depth = 0): unknown => {
  const fallback = node.schema['default'];
  if (fallback !== undefined) return fallback;
  if (depth > 8) return undefined;
  if (node.kind === 'group') {
    const entries = node.children().map((child) => [child.key, initialOf(child, depth + 1)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  if (node.kind === 'list' && node.required)
    return Array.from({ length: Math.min(node.least, 50) }, () => initialOf(node.item(), depth + 1) ?? null);
  return undefined;
};

const isLeft = (value: unknown): boolean => value === undefined || value === '' || value === null;

const fieldValue = (node: FieldNode, state: unknown): unknown => {
  const { control } = node;
  if (control === 'check') return state === true || (node.required || state === false ? false : undefined);
  if (control === 'tags' || control === 'checks') {
    const list = asList(state).map((one) => node.options.find((option) => String(option) === String(one)) ?? one);
    return list.length > 0 || node.required ? list : undefined;
  }
  const raw = state instanceof Typed ? state.text : state;
  if (isLeft(raw)) {
    if (node.isNullable) return null;
    // A text that must be there may still be empty.
    return node.required && node.schema['type'] === 'string' && control !== 'select' ? '' : undefined;
  }
  if (control === 'number') return Number.isFinite(Number(raw)) ? Number(raw) : raw;
  if (control === 'select') return node.options.find((option) => String(option) === String(raw)) ?? raw;
  if (control !== 'json' || !(state instanceof Typed)) return raw;
  try {
    return JSON.parse(state.text) as unknown;
  } catch {
    return state.text;
  }
};

/** The variant that a value is of. */
export const variantOf = (
  node: FormNode & { readonly kind: 'choice' },
  state: unknown,
): (typeof node.variants)[number] | undefined => {
  const tag = childOf(state, node.tag);
  return node.variants.find(({ value }) => value === tag);
};

/** The value of a part, as JSON: without what was left empty, and an object that need not be only where it has something. */
export const valueOf = (node: FormNode, state: unknown): unknown => {
  if (node.kind === 'fixed') return node.required || state !== undefined ? node.value : undefined;
  if (node.kind === 'field') return fieldValue(node, state);
  if (node.kind === 'list') {
    const list = asList(state).map((one) => valueOf(node.item(), one));
    return list.length > 0 || node.required ? list : undefined;
  }
  if (node.kind === 'choice') {
    const variant = variantOf(node, state);
    if (variant !== undefined) return valueOf(variant.group(), state);
    return node.isNullable ? null : undefined;
  }
  if (!isTouched(node, state) && !node.required) return node.isNullable ? null : undefined;
  const entries = node.children().map((child) => [child.key, valueOf(child, childOf(state, child.key))] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
};

/** Whether the user has given anything in a part: fixed values and boxes that are off do not count. */
export const isTouched = (node: FormNode, state: unknown): boolean => {
  if (state === undefined || state === null || node.kind === 'fixed') return false;
  if (node.kind === 'group') return node.children().some((child) => isTouched(child, childOf(state, child.key)));
  if (node.kind === 'list') return asList(state).length > 0;
  if (node.kind === 'choice') return variantOf(node, state) !== undefined;
  const value = fieldValue(node, state);
  return !isLeft(value) && value !== false && !(Array.isArray(value) && value.length === 0);
};
