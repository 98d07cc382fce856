import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './icon.ts';
import { registerIcon } from './icons.ts';

describe('skin-icon', () => {
  it('is accessible: hidden without a label, a picture with one', async () => {
    await expectAccessible(
      html`<p>Text <skin-icon name="check"></skin-icon></p>
        <skin-icon name="search" label="Search"></skin-icon>`,
    );
    const stage = await show(
      html`<skin-icon name="check"></skin-icon><skin-icon name="search" label="Search"></skin-icon>`,
    );
    const [plain, labelled] = [...stage.querySelectorAll('skin-icon')].map((icon) =>
      icon.shadowRoot?.querySelector('svg'),
    );
    expect([
      plain?.getAttribute('aria-hidden'),
      labelled?.getAttribute('role'),
      labelled?.getAttribute('aria-label'),
    ]).toEqual(['true', 'img', 'Search']);
  });

  it('draws what was registered, and nothing for what was not', async () => {
    registerIcon('dot', 'M12 12h.01');
    const stage = await show(
      html`<skin-icon name="dot"></skin-icon><skin-icon name='"><script>alert(1)</script>'></skin-icon>`,
    );
    const [dot, unknown] = stage.querySelectorAll('skin-icon');
    expect([
      dot?.shadowRoot?.querySelector('path')?.getAttribute('d'),
      unknown?.shadowRoot?.querySelector('svg'),
    ]).toEqual(['M12 12h.01', null]);
  });
});
