import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { Description } from './descriptions.ts';
import './descriptions.ts';

const items: readonly Description[] = [
  { term: 'Place', value: 'Hualien' },
  { term: 'Depth', value: '31 km' },
];

describe('skin-descriptions', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-descriptions .items=${items}></skin-descriptions>`);
  });

  it('is a list of terms and values', async () => {
    await show(html`<skin-descriptions .items=${items}></skin-descriptions>`);
    expect(
      page
        .getByRole('term')
        .elements()
        .map(({ textContent }) => textContent),
    ).toEqual(['Place', 'Depth']);
    expect(
      page
        .getByRole('definition')
        .elements()
        .map(({ textContent }) => textContent),
    ).toEqual(['Hualien', '31 km']);
  });

  it('shows markup as text, a dash for what is absent, and leaves out what is no description', async () => {
    const odd = [{ term: '<b>x</b>' }, null, 3, 'x'] as unknown as readonly Description[];
    const stage = await show(html`<skin-descriptions .items=${odd}></skin-descriptions>`);
    const root = stage.querySelector('skin-descriptions')?.shadowRoot;
    expect([root?.querySelector('dt')?.textContent, root?.querySelector('dd')?.textContent]).toEqual(['<b>x</b>', '–']);
    expect(root?.querySelectorAll('dt')).toHaveLength(1);
  });
});
