import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './text-field.ts';

const hostile = '"><img src=x onerror="window.hacked=1">';

describe('skin-text-field', () => {
  it('is accessible, with help and with an error', async () => {
    await expectAccessible(
      html`<skin-text-field label="Name" help="As in your passport" required></skin-text-field
        ><skin-text-field label="Disabled" disabled value="x"></skin-text-field>`,
    );
    const stage = await show(html`<skin-text-field label="Name"></skin-text-field>`);
    const field = stage.querySelector('skin-text-field');
    field?.setCustomError('This name is taken.');
    await field?.updateComplete;
    const input = inside(field, 'input');
    expect([
      input.getAttribute('aria-invalid'),
      field?.shadowRoot?.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent.trim(),
    ]).toEqual(['true', 'This name is taken.']);
  });

  it('takes part in its form: value, reset, fieldset, Enter', async () => {
    let submits = 0;
    const stage = await show(
      html`<form
        @submit=${(event: Event) => {
          event.preventDefault();
          submits += 1;
        }}
      >
        <fieldset><skin-text-field name="place" label="Place" value="Hualien"></skin-text-field></fieldset>
      </form>`,
    );
    const form = stage.querySelector('form') as HTMLFormElement;
    const field = stage.querySelector('skin-text-field');
    const value = (): FormDataEntryValue | null => new FormData(form).get('place');
    expect(value()).toBe('Hualien');
    await userEvent.fill(inside(field, 'input'), 'Taipei');
    await field?.updateComplete;
    expect([value(), field?.value]).toEqual(['Taipei', 'Taipei']);
    await userEvent.keyboard('{Enter}');
    expect(submits).toBe(1);
    form.reset();
    await field?.updateComplete;
    expect([value(), inside(field, 'input').value]).toEqual(['Hualien', 'Hualien']);
    stage.querySelector('fieldset')?.toggleAttribute('disabled', true);
    await field?.updateComplete;
    expect([value(), inside(field, 'input').disabled]).toEqual([null, true]);
  });

  it('shows its error only once the user has been there or the form was submitted', async () => {
    const stage = await show(
      html`<form><skin-text-field label="Email" type="email" required></skin-text-field></form>`,
    );
    const field = stage.querySelector('skin-text-field');
    const error = (): string | null | undefined => field?.shadowRoot?.querySelector('.error')?.textContent;
    expect([field?.validity.valueMissing, error()]).toEqual([true, undefined]);
    expect(stage.querySelector('form')?.reportValidity()).toBe(false);
    await field?.updateComplete;
    expect(error()).toBe(field?.validationMessage);
    await userEvent.fill(inside(field, 'input'), 'ada@example.org');
    await field?.updateComplete;
    expect([field?.validity.valid, error()]).toEqual([true, undefined]);
    await userEvent.fill(inside(field, 'input'), 'nonsense');
    await field?.updateComplete;
    expect(field?.validity.typeMismatch).toBe(true);
  });

  it('tells input and change, and keeps what is being typed when other properties change', async () => {
    const log: string[] = [];
    const stage = await show(
      html`<skin-text-field
          label="A"
          @input=${() => log.push('input')}
          @change=${() => log.push('change')}
        ></skin-text-field
        ><button>other</button>`,
    );
    const field = stage.querySelector('skin-text-field');
    await userEvent.click(inside(field, 'input'));
    await userEvent.keyboard('ab');
    if (field !== null) field.help = 'new help';
    await field?.updateComplete;
    await userEvent.keyboard('c');
    await userEvent.tab();
    expect([field?.value, log]).toEqual(['abc', ['input', 'input', 'input', 'change']]);
  });

  it('shows hostile text as text', async () => {
    const stage = await show(
      html`<skin-text-field
        label=${hostile}
        help=${hostile}
        value=${hostile}
        placeholder=${hostile}
      ></skin-text-field>`,
    );
    const root = stage.querySelector('skin-text-field')?.shadowRoot;
    expect([
      root?.querySelector('img'),
      root?.querySelector('label')?.textContent,
      Reflect.get(window, 'hacked'),
    ]).toEqual([null, hostile, undefined]);
  });

  it('keeps what was typed when the value attribute changes, and what a script set at once', async () => {
    const stage = await show(html`<form><skin-text-field name="a" label="A" value="one"></skin-text-field></form>`);
    const field = stage.querySelector('skin-text-field');
    const submitted = (): FormDataEntryValue | null =>
      new FormData(stage.querySelector('form') as HTMLFormElement).get('a');
    if (field === null) throw new Error('There is no field.');
    field.value = 'two';
    expect([submitted(), inside(field, 'input').value]).toEqual(['two', 'two']);
    field.setAttribute('value', 'three');
    await field.updateComplete;
    expect([field.value, submitted()]).toEqual(['two', 'two']);
    stage.querySelector('form')?.reset();
    expect([field.value, submitted(), inside(field, 'input').value]).toEqual(['three', 'three', 'three']);
  });

  it('leaves the caret alone when what was typed is written back', async () => {
    const stage = await show(html`<skin-text-field label="A" value="abcd"></skin-text-field>`);
    const field = stage.querySelector('skin-text-field');
    const input = inside(field, 'input');
    field?.addEventListener('input', () => {
      field.value = input.value;
      field.label = 'B';
    });
    input.focus();
    field?.setSelectionRange(2, 2);
    await userEvent.keyboard('xy');
    await field?.updateComplete;
    expect([field?.value, input.selectionStart]).toEqual(['abxycd', 4]);
  });

  it('never writes into the middle of a composition', async () => {
    const stage = await show(html`<skin-text-field label="A"></skin-text-field>`);
    const field = stage.querySelector('skin-text-field');
    const input = inside(field, 'input');
    input.value = 'か';
    input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, isComposing: true }));
    if (field !== null) field.value = 'written by a script';
    await field?.updateComplete;
    expect(input.value).toBe('か');
    input.value = '蚊';
    input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
    await field?.updateComplete;
    expect([field?.value, input.value]).toEqual(['蚊', '蚊']);
  });

  it('submits through the first submit button on Enter, and not at all when that is off', async () => {
    const log: string[] = [];
    const stage = await show(
      html`<form
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          log.push(event.submitter?.id ?? 'none');
        }}
      >
        <skin-text-field label="A"></skin-text-field><button id="go">Go</button>
      </form>`,
    );
    inside(stage.querySelector('skin-text-field'), 'input').focus();
    await userEvent.keyboard('{Enter}');
    stage.querySelector('button')?.toggleAttribute('disabled', true);
    await userEvent.keyboard('{Enter}');
    expect(log).toEqual(['go']);
  });

  it('applies length limits to what a script sets', async () => {
    const stage = await show(html`<skin-text-field label="A" minlength="3" maxlength="5"></skin-text-field>`);
    const field = stage.querySelector('skin-text-field');
    const flags = ['ab', 'abcd', 'abcdef', ''].map((value) => {
      if (field !== null) field.value = value;
      return [field?.validity.tooShort, field?.validity.tooLong];
    });
    expect(flags).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [false, false],
    ]);
    expect(field?.matches(':state(invalid)')).toBe(false);
  });

  it('takes a custom validity, which stays, and an error, which goes with the first edit', async () => {
    const stage = await show(html`<skin-text-field label="A"></skin-text-field>`);
    const field = stage.querySelector('skin-text-field');
    field?.setCustomValidity('Never.');
    field?.setCustomError('Taken.');
    expect([field?.validationMessage, field?.matches(':state(user-invalid)')]).toEqual(['Taken.', true]);
    await userEvent.fill(inside(field, 'input'), 'x');
    expect([field?.validationMessage, field?.validity.customError, field?.checkValidity()]).toEqual([
      'Never.',
      true,
      false,
    ]);
    field?.setCustomValidity('');
    expect(field?.checkValidity()).toBe(true);
  });

  it('takes back a value that the browser kept', async () => {
    const stage = await show(html`<skin-text-field label="A" value="x"></skin-text-field>`);
    const field = stage.querySelector('skin-text-field');
    field?.formStateRestoreCallback('kept');
    expect(field?.value).toBe('kept');
  });

  it('is on again when it is no longer off by itself, but not in a fieldset that is off', async () => {
    const stage = await show(
      html`<fieldset disabled><skin-text-field label="A" disabled></skin-text-field></fieldset>
        <skin-text-field label="B" disabled></skin-text-field>`,
    );
    const [inFieldset, alone] = stage.querySelectorAll('skin-text-field');
    for (const field of [inFieldset, alone]) {
      if (field !== undefined) field.disabled = false;
      await field?.updateComplete;
      await field?.updateComplete;
    }
    expect([inside(inFieldset, 'input').disabled, inside(alone, 'input').disabled]).toEqual([true, false]);
  });
});
