import { type FormJsonSchema, type FormNode, type FormShape, nodeOf } from '../form/schema.ts';
import { type ColumnType, regularColumns, type TableColumn } from './column.ts';

/** A shape that columns are drawn from: a `Bone`, or a JSON Schema. */
export type TableShape = FormShape | FormJsonSchema;

const types: Readonly<Record<string, ColumnType>> = {
  number: 'number',
  check: 'boolean',
  select: 'choice',
  date: 'date',
  time: 'time',
};

const numberFormat = (schema: FormJsonSchema): Intl.NumberFormatOptions => {
  const { format } = Object(schema['organism']) as FormJsonSchema;
  const unit = String(schema['x-unit']);
  if (format === 'currency' && /^[A-Z]{3}$/.test(unit)) return { style: 'currency', currency: unit };
  return format === 'percent' ? { style: 'percent', maximumFractionDigits: 2 } : { maximumFractionDigits: 6 };
};

const draw = (node: FormNode, path: string, depth = 0): TableColumn[] => {
  const { schema, label, required, isNullable } = node;
  const key = path === '' ? node.key : `${path}.${node.key}`;
  if (node.kind === 'group' && depth < 4)
    return node.children().flatMap((child) => draw(child, depth === 0 ? '' : key, depth + 1));
  const control = node.kind === 'field' ? node.control : 'json';
  const sensitivity = schema['x-sensitivity'];
  if (depth === 0 || control === 'password' || sensitivity === 'secret') return [];
  const type = schema['format'] === 'date-time' ? 'datetime' : (types[control] ?? 'text');
  return [
    {
      key,
      label,
      type,
      required,
      isNullable,
      rules: schema,
      sortable: true,
      ...(type === 'number' && { formatOptions: numberFormat(schema) }),
      ...(node.kind === 'field' && type === 'choice' && { options: node.options as readonly string[] }),
      ...(sensitivity === 'confidential' && { hidden: true }),
      ...((schema['readOnly'] === true || /^(json|tags|checks)$/.test(control)) && { editable: false }),
    },
  ];
};

/** The columns of a shape, one for each value, also of what is nested. Secrets get none; what is confidential is hidden. */
export const columnsOfShape = (shape: unknown): readonly TableColumn[] => {
  if (typeof shape !== 'object' || shape === null) return [];
  try {
    const { toJSONSchema } = shape as Partial<FormShape>;
    const schema =
      typeof toJSONSchema === 'function'
        ? (shape as FormShape).toJSONSchema({ io: 'input' })
        : (shape as FormJsonSchema);
    return draw(nodeOf(schema, schema), '');
  } catch (error) {
    console.error('skin-table: no columns can be drawn from this shape.', error);
    return [];
  }
};

/** The page's columns, each with what a shape says of it; all of the shape's where the page has none. */
export const allColumns = (given: unknown, shape: unknown): readonly TableColumn[] => {
  const drawn = columnsOfShape(shape);
  const list = regularColumns(given);
  if (list.length === 0) return drawn;
  return list.map((column) => {
    const base = drawn.find(({ key }) => key === column.key);
    return base === undefined ? column : { ...base, ...column };
  });
};
