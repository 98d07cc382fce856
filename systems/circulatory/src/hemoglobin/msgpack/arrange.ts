import type { Layout, ObjectLayout } from '../layout.ts';

type Fields = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Whether the fields that are there stand in the order of the layout; false too when there are others. */
const isInOrder = (value: Fields, { fields }: ObjectLayout): boolean => {
  let at = 0;
  for (const name in value) {
    while (at < fields.length && fields[at]?.name !== name) at += 1;
    if (at === fields.length) return false;
    at += 1;
  }
  return true;
};

const arrangeObject = (value: Fields, layout: ObjectLayout): Fields => {
  let isChanged = !isInOrder(value, layout);
  const arranged: Record<string, unknown> = {};
  for (const { name, layout: inner } of layout.fields) {
    if (!Object.hasOwn(value, name)) continue;
    const field = arrange(value[name], inner);
    isChanged ||= field !== value[name];
    arranged[name] = field;
  }
  if (!isChanged) return value;
  for (const name in value) if (!Object.hasOwn(arranged, name)) arranged[name] = value[name];
  return arranged;
};

/** A value whose objects have their fields in the order of the layout: the same one when they have it already. */
export const arrange = (value: unknown, layout: Layout): unknown => {
  if (layout.kind === 'leaf' || layout.kind === 'various') return value;
  if (layout.kind === 'object') return isPlain(value) ? arrangeObject(value, layout) : value;
  if (layout.kind === 'list') {
    if (!Array.isArray(value)) return value;
    const items = value.map((item: unknown) => arrange(item, layout.of));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([name, field]) => [name, arrange(field, layout.of)] as const);
  return entries.some(([name, field]) => field !== value[name]) ? Object.fromEntries(entries) : value;
};
