import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './card.ts';

describe('skin-card', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-card
        ><h2 slot="header">Title</h2>
        Content<span slot="footer">Footer</span></skin-card
      >`,
    );
  });

  it('shows header and footer only when there are any', async () => {
    const stage = await show(
      html`<skin-card>Content</skin-card><skin-card><b slot="header">Title</b>Content</skin-card>`,
    );
    const heights = [...stage.querySelectorAll('skin-card')].map(
      (card) => card.shadowRoot?.querySelector<HTMLElement>('slot[name=header]')?.offsetHeight ?? -1,
    );
    expect([heights[0], (heights[1] ?? 0) > 0]).toEqual([0, true]);
  });
});
