import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import '../flex/flex.ts';
import './spacer.ts';

describe('skin-spacer', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-flex><b>a</b><skin-spacer></skin-spacer><b>b</b></skin-flex>`);
  });

  it('pushes what comes after it to the end of the row', async () => {
    const stage = await show(html`<skin-flex><b>a</b><skin-spacer></skin-spacer><b id="last">b</b></skin-flex>`);
    const row = stage.querySelector('skin-flex')?.getBoundingClientRect();
    expect(stage.querySelector('#last')?.getBoundingClientRect().right).toBe(row?.right);
  });
});
