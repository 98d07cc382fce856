import type { FieldNode, FormControl } from './schema.ts';
import { asList, type FormPath, toPointer, Typed } from './state.ts';

/** A control of a form: any of the kit's, by the properties that a form sets. */
export interface FormElement extends HTMLElement {
  value?: unknown;
  checked?: boolean;
  setCustomError?(message: string): void;
}

const tags: Readonly<Record<FormControl, string>> = {
  text: 'text-field',
  email: 'text-field',
  url: 'text-field',
  password: 'password-field',
  multiline: 'textarea',
  json: 'textarea',
  number: 'number-field',
  check: 'checkbox',
  select: 'select',
  checks: 'checkbox-group',
  tags: 'tag-input',
  date: 'date-picker',
  time: 'time-picker',
  color: 'color-picker',
};

/** The controls of a form, each at its place: they stay while what is around them is drawn anew. */
export class FormControls {
  readonly #elements = new Map<string, FormElement>();
  readonly #edits = new WeakMap<FormElement, (element: FormElement) => void>();

  /** The control at a place, with its properties as they should be. */
  place(path: FormPath, control: FormControl, properties: object, edit: (element: FormElement) => void): FormElement {
    const at = toPointer(path);
    let element = this.#elements.get(at);
    if (element?.localName !== `skin-${tags[control]}`) {
      const made: FormElement = document.createElement(`skin-${tags[control]}`);
      made.dataset['at'] = at;
      made.addEventListener('input', () => this.#edits.get(made)?.(made));
      this.#elements.set(at, made);
      element = made;
    }
    this.#edits.set(element, edit);
    for (const [name, value] of Object.entries({ name: at, ...properties })) {
      // Only where they differ: to write back what is being typed would disturb it.
      if (value !== undefined && JSON.stringify(Reflect.get(element, name)) !== JSON.stringify(value))
        Reflect.set(element, name, value);
    }
    return element;
  }

  /** Forgets the controls within a place. */
  forget(path: FormPath): void {
    for (const at of this.#elements.keys()) if (at.startsWith(`${toPointer(path)}/`)) this.#elements.delete(at);
  }
}

const shownText = (value: unknown): string => {
  if (value instanceof Typed) return value.text;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const bound = (value: unknown): string | undefined =>
  Math.abs(Number(value)) < Number.MAX_SAFE_INTEGER ? String(value) : undefined;

/** Whether the control must be filled in: a text without rules may be empty. */
const mustFill = ({ required, control, schema }: FieldNode): boolean => {
  if (!required || control === 'check') return schema['const'] === true;
  if (control === 'tags' || control === 'checks') return Number(schema['minItems']) > 0;
  const isText = /^(text|multiline|password)$/.test(control);
  return !isText || Number(schema['minLength']) > 0 || schema['pattern'] !== undefined;
};

/** The control of a single value: an element of the kit, which the page must have imported. */
export const drawField = (
  controls: FormControls,
  node: FieldNode,
  path: FormPath,
  state: unknown,
  edit: (value: unknown) => void,
): FormElement => {
  const { control, label, help, schema, choices } = node;
  const required = mustFill(node);
  const isMany = control === 'tags' || control === 'checks';
  const isSelect = control === 'select';
  const common = { label, help, required, placeholder: node.placeholder || (isSelect ? ' ' : undefined) };
  if (control === 'check')
    return controls.place(path, control, { ...common, checked: state === true }, ({ checked }) => edit(checked));
  const isNumber = control === 'number';
  return controls.place(
    path,
    control,
    {
      ...common,
      // Before the value, which may be one of them.
      options: isSelect || control === 'checks' ? choices : undefined,
      type: tags[control] === 'text-field' ? control : undefined,
      min: isNumber ? bound(schema['minimum']) : undefined,
      max: isNumber ? bound(schema['maximum']) : isMany ? schema['maxItems'] : undefined,
      step: isNumber ? String(schema['multipleOf'] ?? (schema['type'] === 'integer' ? 1 : 'any')) : undefined,
      minLength: schema['minLength'],
      maxLength: schema['maxLength'],
      value: isMany ? asList(state).map(String) : shownText(state),
    },
    ({ value }) => edit(isNumber || control === 'json' ? new Typed(String(value)) : value),
  );
};
