import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './skeleton.ts';

describe('skin-skeleton', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<div aria-busy="true"><skin-skeleton></skin-skeleton></div>`);
  });

  it('has the shape it is told', async () => {
    const stage = await show(
      html`<skin-skeleton style="font-size:20px"></skin-skeleton><skin-skeleton shape="circle"></skin-skeleton
        ><skin-skeleton shape="block"></skin-skeleton>`,
      'inline-size:300px',
    );
    const sizes = [...stage.querySelectorAll('skin-skeleton')].map((one) => [one.offsetWidth, one.offsetHeight]);
    expect(sizes).toEqual([
      [300, 20],
      [40, 40],
      [300, 128],
    ]);
  });
});
