import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import './stat.ts';

describe('skin-stat', () => {
  it('is accessible, in every tone', async () => {
    await expectAccessible(
      html`${(['neutral', 'success', 'warning', 'danger'] as const).map(
        (tone) =>
          html`<skin-stat label="Events" tone=${tone}>412<span slot="change">+12 % since Monday</span></skin-stat>`,
      )}`,
    );
  });

  it('is a term with its value', async () => {
    await show(html`<skin-stat label="Depth" unit="km">31</skin-stat>`);
    await expect.element(page.getByRole('term')).toHaveTextContent('Depth');
    const [value] = page.getByRole('definition').elements();
    expect(value?.textContent?.replaceAll(/\s+/g, ' ').trim()).toBe('km');
  });

  it('takes its number as a property, and writes it as its language does', async () => {
    const stage = await show(html`<skin-stat lang="de" label="Events" .value=${1234.5}></skin-stat>`);
    const stat = stage.querySelector('skin-stat') as HTMLElementTagNameMap['skin-stat'];
    expect(stat.shadowRoot?.textContent).toContain('1.234,5');
    stat.value = 'none';
    await stat.updateComplete;
    expect(stat.shadowRoot?.textContent).toContain('none');
  });
});
