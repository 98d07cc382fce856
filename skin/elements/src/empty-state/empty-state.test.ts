import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import './empty-state.ts';

const nothing = html`<skin-empty-state label="No stations yet"
  >Add one to see its readings.<button slot="action">Add</button></skin-empty-state
>`;

describe('skin-empty-state', () => {
  it('is accessible', async () => {
    await expectAccessible(nothing);
  });

  it('says what is missing and what to do', async () => {
    await show(nothing);
    await expect.element(page.getByText('No stations yet')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Add' })).toBeVisible();
  });
});
