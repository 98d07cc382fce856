import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import '../button/button.ts';
import './button-group.ts';

const group = html`<skin-button-group label="Zoom"
  ><skin-button>In</skin-button><skin-button pressed>Out</skin-button></skin-button-group
>`;

describe('skin-button-group', () => {
  it('is accessible', async () => {
    await expectAccessible(group);
  });

  it('is a group with a name, of which a pressed button says so', async () => {
    await show(group);
    const found = page.getByRole('group', { name: 'Zoom' });
    await expect.element(found).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Out', pressed: true })).toBeVisible();
  });

  it('has its buttons edge to edge', async () => {
    const stage = await show(group);
    const [first, second] = [...stage.querySelectorAll('skin-button')].map((one) => one.getBoundingClientRect());
    expect(Math.round((second?.left ?? 0) - (first?.right ?? 0))).toBe(-1);
  });
});
