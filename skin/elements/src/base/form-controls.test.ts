import { describe, expect, it, vi } from 'vitest';
import * as kit from '../all.ts';
import { Receptor } from './receptor.ts';

/** What all form controls have, whatever their value is. */
type Control = Receptor & { value: unknown; checked?: boolean };

const tags = Object.values<unknown>({ ...kit })
  .filter((one): one is CustomElementConstructor => typeof one === 'function' && one.prototype instanceof Receptor)
  .map((one) => {
    try {
      return new one().localName;
    } catch {
      // A base class stands for no tag.
      return '';
    }
  })
  .filter((tag) => tag !== '')
  .sort();

const choices = [
  { value: 'a', label: 'A' },
  { value: 'b', label: 'B' },
];
/** A first value and another one, for those that take no plain text. */
const samples: Readonly<Record<string, readonly [first: unknown, second: unknown]>> = {
  'skin-checkbox-group': [['a'], ['a', 'b']],
  'skin-tag-input': [['a'], ['a', 'b']],
  'skin-range-slider': [
    [10, 20],
    [30, 40],
  ],
  'skin-rating': [2, 4],
  'skin-slider': ['10', '40'],
  'skin-number-field': ['1', '2'],
  'skin-otp-field': ['123456', '654321'],
  'skin-date-picker': ['2026-11-21', '2024-02-29'],
  'skin-date-range-picker': ['2026-11-01/2026-11-14', '2026-12-01/2026-12-02'],
  'skin-time-picker': ['14:05', '00:00'],
  'skin-color-picker': ['#336699', '#ff0000'],
};
/** What holds a file or an image begins empty, and takes nothing else from a script. */
const ofFiles = new Set(['skin-file-upload', 'skin-image-cropper']);
/** On or off: `checked` is what changes. */
const toggles = new Set(['skin-checkbox', 'skin-switch']);
/** Always have a number, so nothing is ever missing. */
const neverMissing = new Set(['skin-slider', 'skin-range-slider']);

const set = (control: Control, at: 0 | 1): void => {
  const tag = control.localName;
  if (toggles.has(tag)) control.checked = at === 1;
  else Reflect.set(control, 'value', (samples[tag] ?? ['a', 'b'])[at]);
};

interface Stage {
  readonly form: HTMLFormElement;
  readonly fieldset: HTMLFieldSetElement;
  readonly control: Control;
}
const make = async (tag: string, at: 0 | 1 | 'none' = 1): Promise<Stage> => {
  const control = document.createElement(tag) as Control;
  control.name = 'it';
  control.label = 'Label';
  if ('options' in control) control.options = choices;
  // Else the first choice holds.
  if (tag === 'skin-select') control.setAttribute('placeholder', 'None');
  const form = document.createElement('form');
  const fieldset = document.createElement('fieldset');
  fieldset.append(control);
  form.append(fieldset);
  document.body.replaceChildren(form);
  await control.updateComplete;
  if (at !== 'none') set(control, at);
  await control.updateComplete;
  return { form, fieldset, control };
};
const sent = (form: HTMLFormElement): readonly string[] =>
  new FormData(form).getAll('it').map((one) => (one instanceof File ? one.name : one));

/** What a user who tabs to it would reach. */
const hasFocus = (control: Control): boolean => document.activeElement === control;

it('covers the form controls of the kit', () => {
  expect(tags.length).toBeGreaterThan(22);
  expect(
    [...Object.keys(samples), ...ofFiles, ...toggles, ...neverMissing].filter((tag) => !tags.includes(tag)),
  ).toEqual([]);
});

describe.each(tags.filter((tag) => !ofFiles.has(tag)))('%s in a form', (tag) => {
  it('belongs to it, and submits its value under its name at once', async () => {
    const { form, control } = await make(tag, 0);
    expect([...form.elements]).toContain(control);
    expect([control.form === form, control.willValidate]).toEqual([true, true]);
    const before = sent(form);
    set(control, 1);
    const after = sent(form);
    expect(after.length).toBeGreaterThan(0);
    expect(after).not.toEqual(before);
    control.name = 'other';
    await control.updateComplete;
    expect(sent(form)).toEqual([]);
    expect(new FormData(form).getAll('other').map(String)).toEqual(after);
  });

  it('submits nothing, and is not checked, while it or its fieldset is off', async () => {
    const { form, fieldset, control } = await make(tag);
    const value = sent(form);
    for (const [off, on] of [
      [() => (control.disabled = true), () => (control.disabled = false)],
      [() => (fieldset.disabled = true), () => (fieldset.disabled = false)],
    ] as const) {
      off();
      await control.updateComplete;
      expect([sent(form), control.willValidate, control.matches(':disabled')]).toEqual([[], false, true]);
      const inner = [...(control.shadowRoot?.querySelectorAll<HTMLInputElement>('input, select, textarea') ?? [])];
      expect(inner.filter(({ disabled }) => !disabled)).toEqual([]);
      control.focus();
      expect(hasFocus(control)).toBe(false);
      on();
      await control.updateComplete;
      await control.updateComplete;
      expect(sent(form)).toEqual(value);
    }
    // Off by both, then by one of them.
    control.disabled = true;
    fieldset.disabled = true;
    control.disabled = false;
    await control.updateComplete;
    expect(sent(form)).toEqual([]);
  });

  it('goes back to what it began with when the form is reset', async () => {
    const { form, control } = await make(tag, 'none');
    const first = sent(form);
    set(control, 1);
    control.setCustomError('No.');
    form.reset();
    await control.updateComplete;
    expect([sent(form), control.validity.customError]).toEqual([first, false]);
  });

  it('is restored as it was by a browser that has kept it', async () => {
    const { form, control } = await make(tag);
    const value = sent(form);
    const kept = new FormData();
    for (const one of value) kept.append('it', one);
    const isList = Array.isArray(control.value);
    const other = await make(tag, 'none');
    other.control.formStateRestoreCallback(isList ? kept : (value[0] ?? null));
    await other.control.updateComplete;
    expect(sent(other.form)).toEqual(value);
    // What somebody else has kept under the same name must do no harm.
    for (const rubbish of ['', 'rubbish', new FormData(), null]) {
      other.control.formStateRestoreCallback(rubbish);
      await other.control.updateComplete;
    }
  });

  it('is restored as empty or off, too, whatever it began with', async () => {
    const { form, control } = await make(tag);
    const setFormValue = vi.spyOn(ElementInternals.prototype, 'setFormValue');
    const empty = Array.isArray(control.value) ? [] : typeof control.value === 'number' ? 0 : '';
    if (toggles.has(tag)) control.checked = false;
    else control.value = empty;
    const [value, state = value] = setFormValue.mock.lastCall ?? [];
    setFormValue.mockRestore();
    const other = await make(tag);
    // Of what has no state the browser tells nothing when it is back.
    if (state !== null) other.control.formStateRestoreCallback(state as string);
    await other.control.updateComplete;
    expect(sent(other.form)).toEqual(sent(form));
  });

  it('is invalid while it must have a value and has none; the error shows after a try, and its focus', async () => {
    if (neverMissing.has(tag)) return;
    const { form, control } = await make(tag, 'none');
    control.required = true;
    await control.updateComplete;
    let told = 0;
    control.addEventListener('invalid', () => (told += 1));
    expect([control.validity.valueMissing, control.validationMessage.length > 0]).toEqual([true, true]);
    expect([control.checkValidity(), form.checkValidity(), told]).toEqual([false, false, 2]);
    expect([control.matches(':state(user-invalid)'), hasFocus(control)]).toEqual([false, false]);
    expect(control.reportValidity()).toBe(false);
    await control.updateComplete;
    expect([control.matches(':state(user-invalid)'), hasFocus(control)]).toEqual([true, true]);
    expect(control.shadowRoot?.textContent).toContain(control.validationMessage);
    set(control, 1);
    await control.updateComplete;
    expect([control.validity.valid, control.matches(':state(invalid)'), form.checkValidity()]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('takes an error of the page, and a hostile text as its message', async () => {
    const { control } = await make(tag);
    control.setCustomValidity('<img src=x onerror="window.hacked=1">');
    expect([control.validity.customError, control.reportValidity()]).toEqual([true, false]);
    await control.updateComplete;
    expect(control.shadowRoot?.querySelector('img[onerror]')).toBeNull();
    control.setCustomValidity('');
    expect(control.checkValidity()).toBe(true);
  });

  it('gets the focus from a label outside', async () => {
    const { form, control } = await make(tag);
    control.id = 'it';
    const label = Object.assign(document.createElement('label'), { htmlFor: 'it', textContent: 'Outside' });
    form.prepend(label);
    await control.updateComplete;
    expect([...control.labels]).toEqual([label]);
    label.click();
    expect(hasFocus(control)).toBe(true);
  });

  it('gets the focus from a label around it, and is pressed once by it', async () => {
    const { form, control } = await make(tag);
    const label = Object.assign(document.createElement('label'), { textContent: 'Around' });
    form.append(label);
    label.append(control);
    let edits = 0;
    control.addEventListener('input', () => (edits += 1));
    label.click();
    expect([hasFocus(control), edits]).toEqual([true, toggles.has(tag) ? 1 : 0]);
    if (!toggles.has(tag)) return;
    control.shadowRoot?.querySelector('input')?.click();
    expect([control.checked, edits]).toEqual([true, 2]);
  });

  it('belongs to the form that its attribute names', async () => {
    const { form, control } = await make(tag);
    const value = sent(form);
    const other = Object.assign(document.createElement('form'), { id: 'other' });
    document.body.append(other);
    control.setAttribute('form', 'other');
    expect([control.form === other, sent(form), sent(other)]).toEqual([true, [], value]);
  });

  it('leaves to an input method the Enter that ends its text', async () => {
    const { form, control } = await make(tag, 'none');
    let submits = 0;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submits += 1;
    });
    const native = control.shadowRoot?.querySelector('input, textarea');
    const init = { key: 'Enter', bubbles: true, composed: true, cancelable: true };
    native?.dispatchEvent(new KeyboardEvent('keydown', { ...init, isComposing: true }));
    expect(submits).toBe(0);
  });

  it('can leave its form and join another', async () => {
    const { form, control } = await make(tag);
    const value = sent(form);
    const other = document.createElement('form');
    document.body.append(other);
    other.append(control);
    await control.updateComplete;
    expect([control.form === other, sent(form), sent(other)]).toEqual([true, [], value]);
  });
});

it('an error is told with the role that each control has', async () => {
  // A group of check boxes has no such state; its error describes it.
  for (const tag of tags.filter((one) => one !== 'skin-checkbox-group' && one !== 'skin-image-cropper')) {
    const { control } = await make(tag, 'none');
    control.setCustomError('No.');
    await control.updateComplete;
    await expect
      .poll(() => [tag, control.shadowRoot?.querySelector('[aria-invalid]')?.getAttribute('aria-invalid')])
      .toEqual([tag, 'true']);
  }
});

describe('hints for keyboards on screens', () => {
  it('reach the native control', async () => {
    for (const tag of ['skin-text-field', 'skin-search-field', 'skin-autocomplete', 'skin-textarea']) {
      document.body.innerHTML = `<${tag} autocapitalize="characters" enterkeyhint="next" spellcheck="false"></${tag}>`;
      const control = document.body.firstElementChild as Control;
      await control.updateComplete;
      const native = control.shadowRoot?.querySelector<HTMLInputElement>('#control');
      expect([native?.autocapitalize, native?.enterKeyHint, native?.spellcheck]).toEqual(['characters', 'next', false]);
    }
  });
});

describe('autofill', () => {
  it('is told by each text field what the browser may fill in', async () => {
    // A slider has no text.
    const wanted = tags.filter((tag) => tag !== 'skin-slider' && 'autocomplete' in document.createElement(tag));
    expect(wanted.length).toBeGreaterThan(5);
    for (const tag of wanted) {
      const { control } = await make(tag, 'none');
      Reflect.set(control, 'autocomplete', 'email');
      await control.updateComplete;
      expect([tag, control.shadowRoot?.querySelector('[autocomplete]')?.getAttribute('autocomplete')]).toEqual([
        tag,
        'email',
      ]);
    }
  });
});
