import { html } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './icon.ts';
import { iconNames, registerIcon } from './icons.ts';

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

  it('draws anew what is registered later, and leaves out what is no path', async () => {
    const stage = await show(html`<skin-icon name="later"></skin-icon>`);
    const icon = stage.querySelector('skin-icon');
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    registerIcon('later', '"/><script>alert(1)</script>');
    await icon?.updateComplete;
    expect([icon?.shadowRoot?.querySelector('path'), warn.mock.calls.length]).toEqual([null, 1]);
    registerIcon('later', 'M5 5h14v14H5z');
    await icon?.updateComplete;
    expect(icon?.shadowRoot?.querySelector('path')?.getAttribute('d')).toBe('M5 5h14v14H5z');
    warn.mockRestore();
  });

  it('draws every built-in icon within its grid', async () => {
    const stage = await show(html`${iconNames().map((name) => html`<skin-icon name=${name}></skin-icon>`)}`);
    for (const icon of stage.querySelectorAll('skin-icon')) {
      const path = icon.shadowRoot?.querySelector('path');
      const { x, y, width, height } = path?.getBBox() ?? new DOMRect(-1);
      expect([icon.name, x >= 1.5, y >= 1.5, x + width <= 22.5, y + height <= 22.5]).toEqual([
        icon.name,
        true,
        true,
        true,
        true,
      ]);
    }
  });
});
