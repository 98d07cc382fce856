import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm, type TestForm } from '../../test/form.ts';
import { expectAccessible, inside } from '../../test/helpers.ts';
import type { TagsReceptor } from './tag-input.ts';
import './tag-input.ts';

const setUp = async (
  template = html`<skin-tag-input name="it" label="Regions" value="a, b, c"></skin-tag-input>`,
): Promise<TestForm & { field: TagsReceptor; focused: () => string | null | undefined }> => {
  const form = await showForm(html`${template}<button type="button">after</button>`);
  const field = form.stage.querySelector('skin-tag-input') as TagsReceptor;
  inside(field, 'input').focus();
  const focused = (): string | null | undefined =>
    field.shadowRoot?.activeElement?.getAttribute('aria-label') ?? field.shadowRoot?.activeElement?.localName;
  return { ...form, field, focused };
};

describe('skin-tag-input', () => {
  it('is accessible, with a name for each button', async () => {
    await expectAccessible(
      html`<skin-tag-input label="Regions" help="Any" value="Hualien, Kodiak"></skin-tag-input
        ><skin-tag-input label="Off" value="x" disabled></skin-tag-input>`,
    );
    await expect.element(page.getByRole('textbox', { name: 'Regions' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Remove Kodiak' })).toBeVisible();
  });

  it('takes what was typed on Enter, a comma and leaving, and says so', async () => {
    const { field, submitted, log } = await setUp(html`<skin-tag-input name="it" label="R"></skin-tag-input>`);
    await userEvent.keyboard('one{Enter}two,three');
    expect([submitted(), log]).toEqual([
      ['one', 'two'],
      ['input', 'change', 'input', 'change'],
    ]);
    await userEvent.tab();
    expect(submitted()).toEqual(['one', 'two', 'three']);
    expect(inside(field, 'ul').ariaLive).toBe('polite');
    inside(field, 'input').focus();
    await userEvent.keyboard('{Enter}');
    expect(log.filter((type) => type === 'submit')).toEqual([]);
  });

  it('makes a tag of each entry of a pasted list', async () => {
    const { field, submitted } = await setUp(html`<skin-tag-input name="it" label="R"></skin-tag-input>`);
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'x, y\nz');
    inside(field, 'input').dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
    expect(submitted()).toEqual(['x', 'y', 'z']);
  });

  it('leads to the tags and back by arrows, and takes them away by Delete and Backspace', async () => {
    const { submitted, focused } = await setUp();
    await userEvent.keyboard('{ArrowLeft}');
    expect(focused()).toBe('Remove c');
    await userEvent.keyboard('{ArrowLeft}{Delete}');
    await expect.poll(focused).toBe('Remove c');
    expect(submitted()).toEqual(['a', 'c']);
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowRight}{Backspace}');
    await expect.poll(focused).toBe('Remove a');
    await userEvent.keyboard('{ArrowRight}');
    expect(focused()).toBe('input');
    await userEvent.keyboard('{Backspace}{Backspace}');
    await expect.poll(focused).toBe('input');
    expect(submitted()).toEqual([]);
  });

  it('goes the other way where text runs from right to left', async () => {
    const { focused } = await setUp(
      html`<div dir="rtl"><skin-tag-input label="R" value="a, b"></skin-tag-input></div>`,
    );
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(focused()).toBe('Remove a');
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
    expect(focused()).toBe('input');
  });

  it('refuses what is there already or too much, says why, and keeps what had no room', async () => {
    const { stage, field, submitted } = await setUp(
      html`<skin-tag-input name="it" label="R" value="a" max="2"></skin-tag-input>`,
    );
    const refused: unknown[] = [];
    stage.addEventListener('refuse', (event) => refused.push((event as CustomEvent).detail));
    await userEvent.keyboard('a{Enter}b{Enter}c{Enter}');
    expect([submitted(), refused, inside(field, 'input').value]).toEqual([
      ['a', 'b'],
      [
        { text: 'a', reason: 'duplicate' },
        { text: 'c', reason: 'max' },
      ],
      'c',
    ]);
  });

  it('shows hostile tags as text', async () => {
    const { field } = await setUp();
    field.value = ['<img src=x onerror="window.hacked=1">'];
    await field.updateComplete;
    expect(field.shadowRoot?.querySelector('img')).toBeNull();
  });

  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { field, form, fieldset, submitted } = await setUp(
      html`<skin-tag-input name="it" label="R" required></skin-tag-input>`,
    );
    expect([form.checkValidity(), field.validity.valueMissing]).toEqual([false, true]);
    const state = new FormData();
    state.append('it', 'x');
    field.formStateRestoreCallback(state);
    await field.updateComplete;
    expect([form.checkValidity(), submitted()]).toEqual([true, ['x']]);
    form.reset();
    expect(submitted()).toEqual([]);
    fieldset.disabled = true;
    await expect.poll(() => inside(field, 'input').disabled).toBe(true);
  });
});
