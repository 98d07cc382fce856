import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './sidebar.ts';

const sidebar = (width: number, at: 'start' | 'end' = 'start', dir = 'ltr'): TemplateResult =>
  html`<skin-sidebar at=${at} dir=${dir} gap="none" style="inline-size:${width}px;--skin-sidebar-width:200px"
    ><nav slot="side" aria-label="Side">side</nav>
    <p>content</p></skin-sidebar
  >`;
const boxes = async (template: TemplateResult): Promise<DOMRect[]> => {
  const stage = await show(template);
  return ['nav', 'p'].map((tag) => stage.querySelector(tag)?.getBoundingClientRect() as DOMRect);
};

describe('skin-sidebar', () => {
  it('is accessible', async () => {
    await expectAccessible(sidebar(800));
  });

  it.each([
    ['start', 'ltr', true],
    ['end', 'ltr', false],
    ['start', 'rtl', false],
    ['end', 'rtl', true],
  ] as const)('stands beside the content, at the %s, %s', async (at, dir, isLeft) => {
    const [side, content] = (await boxes(sidebar(800, at, dir))) as [DOMRect, DOMRect];
    expect(side.left < content.left).toBe(isLeft);
    expect(Math.abs(side.width - 200)).toBeLessThan(2);
  });

  it('stands above it where there is no room for both', async () => {
    const [side, content] = (await boxes(sidebar(300))) as [DOMRect, DOMRect];
    expect([side.bottom <= content.top, Math.round(side.width), Math.round(content.width)]).toEqual([true, 300, 300]);
  });
});
