import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './search-field.ts';

describe('skin-search-field', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-search-field label="Find"></skin-search-field
        ><skin-search-field label="Found" value="Hualien"></skin-search-field>`,
    );
  });

  it('is cleared by its button and by Escape, and tells it', async () => {
    const { stage, submitted, log } = await showForm(
      html`<skin-search-field name="it" label="Find" value="a"></skin-search-field>`,
    );
    const field = stage.querySelector('skin-search-field');
    await userEvent.click(page.getByRole('button', { name: 'Clear' }));
    expect([submitted(), log, document.activeElement]).toEqual([[''], ['input', 'change'], field]);
    await expect.poll(() => field?.shadowRoot?.querySelector('button')).toBeNull();
    await userEvent.keyboard('b{Escape}');
    expect([submitted(), inside(field, 'input').value]).toEqual([[''], '']);
  });

  it('leaves Escape to the dialog around it once it is empty', async () => {
    let escapes = 0;
    const stage = await show(
      html`<div @keydown=${() => (escapes += 1)}><skin-search-field label="F" value="a"></skin-search-field></div>`,
    );
    stage.querySelector('skin-search-field')?.focus();
    await userEvent.keyboard('{Escape}');
    expect(escapes).toBe(0);
    await userEvent.keyboard('{Escape}');
    expect(escapes).toBe(1);
  });

  it('submits its form by Enter, and cannot be cleared when it is off or only to be read', async () => {
    const { stage, log, submitted } = await showForm(
      html`<skin-search-field name="it" label="F" value="a" readonly></skin-search-field
        ><skin-search-field label="G" value="a" disabled></skin-search-field>`,
    );
    stage.querySelector('skin-search-field')?.focus();
    await userEvent.keyboard('{Escape}{Enter}');
    expect([submitted(), log, page.getByRole('button').elements()]).toEqual([['a'], ['submit'], []]);
  });
});
