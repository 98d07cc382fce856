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
      field?.shadowRoot?.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent,
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
});
