import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './checkbox.ts';

describe('skin-checkbox', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-checkbox>Off</skin-checkbox><skin-checkbox checked>On</skin-checkbox
        ><skin-checkbox indeterminate label="Some"></skin-checkbox
        ><skin-checkbox required help="Needed">Required</skin-checkbox>`,
    );
  });

  it('switches by pointer on its label and by Space, and tells change', async () => {
    let changes = 0;
    const stage = await show(
      html`<form><skin-checkbox name="swarm" @change=${() => (changes += 1)}>Swarms</skin-checkbox></form>`,
    );
    const box = stage.querySelector('skin-checkbox');
    const value = (): FormDataEntryValue | null =>
      new FormData(stage.querySelector('form') as HTMLFormElement).get('swarm');
    expect(value()).toBeNull();
    await userEvent.click(inside(box, 'label'));
    await box?.updateComplete;
    expect([value(), box?.checked]).toEqual(['on', true]);
    box?.focus();
    await userEvent.keyboard(' ');
    await box?.updateComplete;
    expect([value(), changes]).toEqual([null, 2]);
  });

  it('ends being indeterminate when switched, and is reset with its form', async () => {
    const stage = await show(html`<form><skin-checkbox indeterminate required>A</skin-checkbox></form>`);
    const box = stage.querySelector('skin-checkbox');
    expect([inside(box, 'input').indeterminate, box?.validity.valueMissing]).toEqual([true, true]);
    await userEvent.click(inside(box, 'input'));
    await box?.updateComplete;
    expect([box?.checked, box?.indeterminate, box?.validity.valid]).toEqual([true, false, true]);
    stage.querySelector('form')?.reset();
    await box?.updateComplete;
    expect([box?.checked, box?.indeterminate]).toEqual([false, true]);
  });

  it('tells its form at once, is switched by a <label> outside, and shows its states', async () => {
    const stage = await show(
      html`<form>
        <label for="outer">Outer</label><skin-checkbox id="outer" name="a" value="yes"></skin-checkbox>
      </form>`,
    );
    const box = stage.querySelector('skin-checkbox');
    const submitted = (): FormDataEntryValue | null =>
      new FormData(stage.querySelector('form') as HTMLFormElement).get('a');
    if (box !== null) box.checked = true;
    expect([submitted(), box?.matches(':state(checked)')]).toEqual(['yes', true]);
    await userEvent.click(stage.querySelector('label') as Element);
    await box?.updateComplete;
    expect([submitted(), box?.checked]).toEqual([null, false]);
  });
});
