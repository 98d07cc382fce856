import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './container.ts';

describe('skin-container', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-container><p>Content</p></skin-container>`);
  });

  it('is as wide as its size allows, and in the middle', async () => {
    const stage = await show(
      html`<skin-container size="small">x</skin-container><skin-container>x</skin-container
        ><skin-container size="large">x</skin-container><skin-container size="full">x</skin-container
        ><skin-container style="--skin-container:200px">x</skin-container>`,
      'inline-size:2000px',
    );
    const boxes = [...stage.querySelectorAll('skin-container')].map((one) => one.getBoundingClientRect());
    expect(boxes.map(({ width }) => width)).toEqual([672, 1024, 1344, 2000, 200]);
    const { left } = stage.getBoundingClientRect();
    expect((boxes[0]?.left ?? 0) - left).toBe((2000 - 672) / 2);
  });

  it('never is wider than what it stands in', async () => {
    const stage = await show(html`<skin-container>x</skin-container>`, 'inline-size:300px');
    expect(stage.querySelector('skin-container')?.offsetWidth).toBe(300);
  });
});
