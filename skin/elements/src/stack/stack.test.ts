import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './stack.ts';

const boxes = html`<i style="block-size:10px">a</i><i style="block-size:10px">b</i>`;

describe('skin-stack', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-stack
        ><p>One</p>
        <p>Two</p></skin-stack
      >`,
    );
  });

  it('puts its items below one another, as far apart as asked', async () => {
    const stage = await show(
      html`<skin-stack gap="none">${boxes}</skin-stack><skin-stack gap="small">${boxes}</skin-stack
        ><skin-stack>${boxes}</skin-stack><skin-stack gap="large">${boxes}</skin-stack
        ><skin-stack style="--skin-gap:50px">${boxes}</skin-stack>`,
    );
    expect([...stage.querySelectorAll('skin-stack')].map(({ offsetHeight }) => offsetHeight)).toEqual([
      20, 28, 36, 44, 70,
    ]);
  });

  it('lets items be as wide as they are, and hides', async () => {
    const stage = await show(html`<skin-stack align="end">${boxes}</skin-stack><skin-stack hidden>x</skin-stack>`);
    const [first, second] = stage.querySelectorAll('skin-stack');
    const item = first?.querySelector('i');
    expect(item?.getBoundingClientRect().right).toBe(first?.getBoundingClientRect().right);
    expect([(item?.offsetWidth ?? 999) < 50, second?.offsetHeight]).toEqual([true, 0]);
  });
});
