import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './flex.ts';

const box = html`<i style="inline-size:100px;flex:none">a</i>`;

describe('skin-flex', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-flex
        ><p>One</p>
        <p>Two</p></skin-flex
      >`,
    );
  });

  it('goes to a new line where there is no room, unless told not to', async () => {
    const stage = await show(
      html`<skin-flex>${box}${box}${box}</skin-flex><skin-flex nowrap>${box}${box}${box}</skin-flex>`,
      'inline-size:250px',
    );
    const rows = [...stage.querySelectorAll('skin-flex')].map(
      (flex) => new Set([...flex.children].map((item) => item.getBoundingClientRect().top)).size,
    );
    expect(rows).toEqual([2, 1]);
  });

  it.each(['ltr', 'rtl'])('stands at the end of the line: %s', async (dir) => {
    const stage = await show(
      html`<div dir=${dir}><skin-flex justify="end">${box}</skin-flex></div>`,
      'inline-size:250px',
    );
    const flex = stage.querySelector('skin-flex')?.getBoundingClientRect();
    const item = stage.querySelector('i')?.getBoundingClientRect();
    expect(dir === 'ltr' ? item?.right : item?.left).toBe(dir === 'ltr' ? flex?.right : flex?.left);
  });
});
