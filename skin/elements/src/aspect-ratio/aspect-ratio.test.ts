import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './aspect-ratio.ts';

describe('skin-aspect-ratio', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-aspect-ratio><p>Content</p></skin-aspect-ratio>`);
  });

  it('keeps the ratio, and falls back to 16/9', async () => {
    const stage = await show(
      html`${['1', '4/3', '2', 'nonsense', 'red;position:fixed'].map(
        (ratio) => html`<skin-aspect-ratio ratio=${ratio}><b>x</b></skin-aspect-ratio>`,
      )}`,
      'inline-size:320px',
    );
    const heights = [...stage.querySelectorAll('skin-aspect-ratio')].map(({ offsetHeight }) => offsetHeight);
    expect(heights).toEqual([320, 240, 160, 180, 180]);
  });

  it('follows a change', async () => {
    const stage = await show(html`<skin-aspect-ratio><b>x</b></skin-aspect-ratio>`, 'inline-size:320px');
    const box = stage.querySelector('skin-aspect-ratio');
    if (box !== null) box.ratio = '1/2';
    await box?.updateComplete;
    expect(box?.offsetHeight).toBe(640);
  });
});
