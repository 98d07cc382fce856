/** JSON Schema 2020-12, as far as a form reads it. */
export interface FormJsonSchema {
  readonly [keyword: string]: unknown;
}

/** One thing that is wrong with a value, and where. */
export interface FormIssue {
  /** The place, as a JSON Pointer; empty for the whole. @see RFC 6901 */
  readonly pointer: string;
  /** A sentence for the user. */
  readonly message: string;
}

/** What a check gives: the value as the shape makes it, or what is wrong. */
export type FormCheck =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly FormIssue[] };

/** A shape that a form is drawn from. A `Bone` of `@organism/skeletal` is one. */
export interface FormShape {
  toJSONSchema(options: { readonly io: 'input' }): FormJsonSchema;
  safeParseAsync(value: unknown): Promise<FormCheck>;
}

/** What stands around a value in a form. */
interface Described {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly placeholder: string;
  readonly required: boolean;
  readonly isNullable: boolean;
  readonly schema: FormJsonSchema;
}

/** What a single value is edited with. */
export type FormControl =
  | 'text'
  | 'email'
  | 'url'
  | 'password'
  | 'multiline'
  | 'number'
  | 'check'
  | 'select'
  | 'checks'
  | 'tags'
  | 'date'
  | 'time'
  | 'color'
  | 'json';

/** An option of a select. */
export interface FormChoice {
  readonly value: string;
  readonly label: string;
}

/** A single value. */
export interface FieldNode extends Described {
  readonly kind: 'field';
  readonly control: FormControl;
  readonly options: readonly unknown[];
  /** The options, as a select takes them. */
  readonly choices: readonly FormChoice[];
}
/** A value that is always the same. */
export interface FixedNode extends Described {
  readonly kind: 'fixed';
  readonly value: unknown;
}
/** Named values. */
export interface GroupNode extends Described {
  readonly kind: 'group';
  readonly children: () => readonly FormNode[];
}
/** Any number of values. */
export interface ListNode extends Described {
  readonly kind: 'list';
  readonly item: () => FormNode;
  readonly least: number;
  readonly most: number;
}
/** One of several groups, told apart by the value of one key. */
export interface ChoiceNode extends Described {
  readonly kind: 'choice';
  readonly tag: string;
  readonly choices: readonly FormChoice[];
  readonly variants: readonly { readonly value: unknown; readonly label: string; readonly group: () => FormNode }[];
}
/** A part of a form. */
export type FormNode = FieldNode | FixedNode | GroupNode | ListNode | ChoiceNode;

const isObject = (value: unknown): value is FormJsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const schemasIn = (value: unknown): FormJsonSchema[] => (Array.isArray(value) ? value.filter(isObject) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Asked for once: a form is drawn at each keystroke. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** A key as a person would write it. */
export const inWords = (key: string): string => {
  const words = key.replaceAll(/([a-z\d])([A-Z])|[_-]+/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Looks through references, and at what is besides null. */
const resolve = (
  schema: FormJsonSchema,
  root: FormJsonSchema,
  depth = 0,
): { schema: FormJsonSchema; isNullable: boolean } => {
  const { $ref, anyOf, oneOf, allOf, ...own } = schema;
  if (typeof $ref === 'string' && depth < 16) {
    // A reference to no definition is one to the whole.
    const definitions = Object(root['$defs']) as FormJsonSchema;
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    const found = Object.hasOwn(definitions, name) ? definitions[name] : root;
    return resolve({ ...(found as FormJsonSchema), ...own }, root, depth + 1);
  }
  if (Array.isArray(allOf)) {
    const all = [...schemasIn(allOf).map((one) => resolve(one, root, depth + 1).schema), own];
    const properties = Object.assign({}, ...all.map((one) => one['properties'])) as unknown;
    const required = all.flatMap((one) => one['required'] ?? []);
    return { schema: { ...Object.assign({}, ...all), properties, required }, isNullable: false };
  }
  const variants = schemasIn(anyOf ?? oneOf);
  const others = variants.filter(({ type }) => type !== 'null');
  const isNullable = others.length < variants.length;
  if (others.length === 1 && others[0] !== undefined)
    return { ...resolve({ ...others[0], ...own }, root, depth + 1), isNullable };
  return { schema: variants.length > 0 ? { ...own, oneOf: others } : own, isNullable };
};

const formats: readonly FormControl[] = ['email', 'url', 'date', 'time', 'color', 'password', 'multiline'];

const controlOf = (schema: FormJsonSchema, format: string): FormControl => {
  const { type } = schema;
  if (Array.isArray(schema['enum'])) return 'select';
  if (type === 'boolean') return 'check';
  if (type === 'number' || type === 'integer') return 'number';
  if (type !== 'string') return 'json';
  return formats.find((one) => one === format.replace('uri', 'url')) ?? 'text';
};

/** The one value that a key may have. */
const constAt = (schema: FormJsonSchema, key: string): unknown => {
  const properties = Object(schema['properties']) as FormJsonSchema;
  return Object.hasOwn(properties, key) ? (Object(properties[key]) as FormJsonSchema)['const'] : undefined;
};

/** The key by whose fixed value objects are told apart, if there is one. */
const tagOf = (variants: readonly FormJsonSchema[]): string | undefined => {
  if (variants.length < 2) return undefined;
  return Object.keys(Object(variants[0]?.['properties'])).find((key) =>
    variants.every((one) => constAt(one, key) !== undefined),
  );
};

/** How a part of a schema is edited. Parts within it are looked at when they are drawn: a schema may hold itself. */
export const nodeOf = (given: FormJsonSchema, root: FormJsonSchema, key = '', required = true): FormNode => {
  const { schema, isNullable } = resolve(given, root);
  const own = Object(schema['organism']) as FormJsonSchema;
  const name = text(schema['title']) || inWords(key);
  const unit = text(schema['x-unit']);
  const described: Described = {
    key,
    label: unit === '' ? name : `${name} (${unit})`,
    help: text(schema['description']),
    placeholder: text(own['placeholder']),
    required: required && !isNullable,
    isNullable,
    schema,
  };
  const asField = (control: FormControl, options: unknown = schema['enum']): FieldNode => {
    const all: readonly unknown[] = Array.isArray(options) ? options : [];
    const choices = all.map((option) => ({ value: String(option), label: String(option) }));
    const may = described.required ? [] : [{ value: '', label: '–' }];
    return {
      ...described,
      kind: 'field',
      control,
      options: all,
      choices: control === 'select' ? [...may, ...choices] : choices,
    };
  };
  if (schema['const'] === true) return asField('check');
  if (schema['const'] !== undefined) return { ...described, kind: 'fixed', value: schema['const'] };
  const { properties, items } = schema;
  const variants = schemasIn(schema['oneOf']).map((one) => resolve(one, root).schema);
  const tag = tagOf(variants);
  if (tag !== undefined) return { ...described, kind: 'choice', tag, ...variantsOf(variants, tag, root) };
  if (isObject(properties)) {
    const needed = Array.isArray(schema['required']) ? schema['required'] : [];
    const child = ([name_, one]: [string, unknown]): FormNode =>
      nodeOf(isObject(one) ? one : {}, root, name_, needed.includes(name_));
    return { ...described, kind: 'group', children: once(() => Object.entries(properties).map(child)) };
  }
  const { format = schema['format'] } = own;
  if (schema['type'] !== 'array' || !isObject(items)) return asField(controlOf(schema, text(format)));
  const { schema: inner } = resolve(items, root);
  if (Array.isArray(inner['enum'])) return asField('checks', inner['enum']);
  if (controlOf(inner, text(inner['format'])) === 'text') return asField('tags');
  return {
    ...described,
    kind: 'list',
    item: once(() => nodeOf(items, root)),
    least: Number(schema['minItems']) || 0,
    most: Number(schema['maxItems']) || Infinity,
  };
};

const variantsOf = (
  variants: readonly FormJsonSchema[],
  tag: string,
  root: FormJsonSchema,
): Pick<ChoiceNode, 'choices' | 'variants'> => {
  const all = variants.map((one) => {
    const value = constAt(one, tag);
    return { value, label: text(one['title']) || inWords(String(value)), group: once(() => nodeOf(one, root)) };
  });
  return { variants: all, choices: all.map(({ value, label }) => ({ value: String(value), label })) };
};
