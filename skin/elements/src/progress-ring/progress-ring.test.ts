import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './progress-ring.ts';

describe('skin-progress-ring', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-progress-ring value="40" label="Upload"></skin-progress-ring
        ><skin-progress-ring label="Waiting"></skin-progress-ring>`,
    );
  });

  it('shows its share once, as a number for the eye and a value for the ear', async () => {
    const stage = await show(html`<skin-progress-ring value="3" max="4" label="A"></skin-progress-ring>`);
    const ring = stage.querySelector('skin-progress-ring');
    await expect.element(page.getByRole('progressbar', { name: 'A' })).toHaveAttribute('aria-valuenow', '75');
    expect([inside(ring, 'span').textContent, inside(ring, 'span').ariaHidden]).toEqual(['75%', 'true']);
  });

  it('has nothing drawn at 0, and turns while nobody knows', async () => {
    const stage = await show(
      html`<skin-progress-ring value="0"></skin-progress-ring><skin-progress-ring></skin-progress-ring>`,
    );
    const [none, unknown] = [...stage.querySelectorAll('skin-progress-ring')].map(({ shadowRoot }) => shadowRoot);
    expect([
      none?.querySelector('.done')?.getAttribute('visibility'),
      unknown?.querySelector('.done')?.getAttribute('visibility'),
      unknown?.querySelector('svg')?.classList.contains('unknown'),
    ]).toEqual(['hidden', null, true]);
  });
});
