import { html } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { show } from '../../test/helpers.ts';
import '../combobox/combobox.ts';
import '../menu/menu.ts';
import '../popover/popover.ts';
import '../tooltip/tooltip.ts';

type Openable = HTMLElement & { open: boolean; updateComplete: Promise<unknown> };

// A browser that knows no anchor positioning: it says so, and its style has no effect.
beforeEach(() => {
  const { supports } = CSS;
  vi.spyOn(CSS, 'supports').mockImplementation((...args: string[]) => {
    return !args.join(':').includes('position-area') && supports.call(CSS, ...(args as [string]));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const setUp = async (style: string, { tag = 'popover', dir = 'ltr', placement = '' } = {}) => {
  const items = html`<button slot="trigger" style="inline-size:80px;block-size:30px">Open</button>
    <div id="content" style="inline-size:120px;block-size:60px">Content</div>`;
  const at = `position:absolute;${style}`;
  const stage = await show(
    html`<div dir=${dir} style="block-size:3000px">
      ${
        tag === 'popover'
          ? html`<skin-popover style=${at} placement=${placement || 'bottom-start'}>${items}</skin-popover>`
          : html`<skin-menu style=${at}
              ><button slot="trigger" style="inline-size:80px;block-size:30px">Open</button
              ><skin-menu-item>One</skin-menu-item></skin-menu
            >`
      }
    </div>`,
  );
  const element = stage.querySelector(`skin-${tag}`) as Openable;
  const off = new CSSStyleSheet();
  off.replaceSync('[popover]{position-area:none!important;position-try-fallbacks:none!important}');
  element.shadowRoot?.adoptedStyleSheets.push(off);
  element.open = true;
  await element.updateComplete;
  const panel = element.shadowRoot?.querySelector('[popover]') as HTMLElement;
  // What places it is loaded now.
  await vi.waitFor(() => expect(panel.style.position).toBe('fixed'));
  const box = (one: Element): DOMRect => one.getBoundingClientRect();
  return { element, stage, panel: () => box(panel), anchor: () => box(element.querySelector('button') as Element) };
};

describe('without anchor positioning a panel', () => {
  it.each(['popover', 'menu'])('stands below its button: %s', async (tag) => {
    const { panel, anchor } = await setUp('inset-inline-start:200px;inset-block-start:100px', { tag });
    expect(panel().left).toBe(anchor().left);
    expect(panel().top - anchor().bottom).toBeCloseTo(4, 0);
  });

  it('stands above where there is no room below, and never outside', async () => {
    const low = await setUp(`inset-inline-start:0;inset-block-start:${innerHeight - 40}px`);
    expect(low.panel().bottom).toBeLessThanOrEqual(low.anchor().top);
    const far = await setUp('inset-inline-end:0;inset-block-start:100px');
    expect(far.panel().right).toBeLessThanOrEqual(innerWidth);
  });

  it('begins at the right from right to left, and stands at the side that it is told', async () => {
    const rtl = await setUp('inset-inline-start:100px;inset-block-start:100px', { dir: 'rtl' });
    expect(Math.round(rtl.panel().right)).toBe(Math.round(rtl.anchor().right));
    const side = await setUp('inset-inline-start:100px;inset-block-start:200px', { placement: 'end' });
    expect(side.panel().left).toBeGreaterThanOrEqual(side.anchor().right);
  });

  it('stays beside its button as the page scrolls, and as its own size changes', async () => {
    const { stage, element, panel, anchor } = await setUp('inset-inline-start:100px;inset-block-start:260px', {
      placement: 'top-start',
    });
    window.scrollTo(0, 60);
    await vi.waitFor(() => expect(anchor().top - panel().bottom).toBeCloseTo(4, 0));
    expect(anchor().top).toBeLessThan(230);
    const content = stage.querySelector('#content') as HTMLElement;
    content.style.blockSize = '20px';
    await vi.waitFor(() => expect(anchor().top - panel().bottom).toBeCloseTo(4, 0));
    element.open = false;
    await element.updateComplete;
    window.scrollTo(0, 0);
    expect(element.shadowRoot?.querySelector('[popover]:popover-open')).toBe(null);
  });
});
