import { html } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './code-block.ts';

describe('skin-code-block', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-code-block label="Example">const a = 1;</skin-code-block>`);
  });

  it('shows the text as it is, and never as markup', async () => {
    const code = '\tif (a < b) {\n  <script>window.hacked = 1</script>\n}';
    const stage = await show(html`<skin-code-block .code=${code}></skin-code-block>`);
    const block = stage.querySelector('skin-code-block');
    expect([inside(block, 'code').textContent, block?.shadowRoot?.querySelector('script')]).toEqual([code, null]);
  });

  it('copies, says so, and tells it', async () => {
    const copied: string[] = [];
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void copied.push(text));
    const log: unknown[] = [];
    await show(
      html`<skin-code-block
        .code=${'a = 1'}
        @copy-code=${(event: CustomEvent) => log.push(event.detail)}
      ></skin-code-block>`,
    );
    await userEvent.click(page.getByRole('button', { name: 'Copy' }));
    await expect.element(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect([copied, log]).toEqual([['a = 1'], [{ code: 'a = 1' }]]);
    write.mockRestore();
  });

  it('never has its button over a single line, however long', async () => {
    const stage = await show(
      html`<skin-code-block style="inline-size:12rem" .code=${'npm install '.repeat(9)}></skin-code-block>`,
    );
    const element = stage.querySelector('skin-code-block');
    expect(inside(element, 'pre').getBoundingClientRect().right).toBeLessThanOrEqual(
      inside(element, 'button').getBoundingClientRect().left,
    );
  });

  it('selects the text where copying is not allowed', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('no'));
    const stage = await show(html`<skin-code-block>a = 2</skin-code-block>`);
    await userEvent.click(inside(stage.querySelector('skin-code-block'), 'button'));
    await expect.element(page.getByRole('button', { name: 'Copy' })).toBeVisible();
    expect(write).toHaveBeenCalledOnce();
    write.mockRestore();
  });

  it('takes 10 MB, lays out what is seen of it, and copies all of it', async () => {
    const text = Array.from({ length: 400_000 }, (_, at) => `line number ${at} of many`).join('\n');
    const stage = await show(html`<skin-code-block .code=${text}></skin-code-block>`);
    const element = stage.querySelector('skin-code-block');
    const pre = inside(element, 'pre');
    expect(text.length).toBeGreaterThan(1e7);
    // All of its lines have their room, though few of them are drawn.
    const lineHeight = Number.parseFloat(getComputedStyle(pre).lineHeight);
    expect(pre.scrollHeight / lineHeight).toBeGreaterThan(390_000);
    const seen = [...pre.querySelectorAll('.piece')].filter((piece) => piece.checkVisibility());
    expect(seen[0]?.textContent.startsWith('line number 0 of many\nline number 1 ')).toBe(true);
    getSelection()?.selectAllChildren(seen[1] as Element);
    expect(getSelection()?.toString()).toBe(text.split('\n').slice(200, 400).join('\n'));
    const copied: string[] = [];
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (all) => void copied.push(all));
    await userEvent.click(page.getByRole('button', { name: 'Copy' }));
    await expect.poll(() => copied[0] === text).toBe(true);
    write.mockRestore();
  });
});
