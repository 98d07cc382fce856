import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { DialogCell } from './dialog.ts';
import './dialog.ts';

const open = async (
  template = html`<button>opener</button
    ><skin-dialog label="Title"><input aria-label="first" /><button>last</button></skin-dialog>`,
): Promise<{ stage: HTMLElement; dialog: DialogCell; log: unknown[] }> => {
  const stage = await show(template);
  const dialog = stage.querySelector('skin-dialog') as DialogCell;
  const log: unknown[] = [];
  dialog.addEventListener('close', (event) => log.push((event as CustomEvent).detail));
  stage.querySelector('button')?.focus();
  dialog.show();
  await dialog.updateComplete;
  return { stage, dialog, log };
};

describe('skin-dialog', () => {
  it('is accessible when open', async () => {
    await expectAccessible(
      html`<skin-dialog label="Start over?" open>All is forgotten.<button slot="footer">Yes</button></skin-dialog>`,
    );
  });

  it('closes on Escape and by its button, says why, and gives the focus back', async () => {
    const { stage, dialog, log } = await open();
    expect([inside(dialog, 'dialog').open, document.documentElement.style.overflow]).toEqual([true, 'hidden']);
    await userEvent.keyboard('{Escape}');
    await dialog.updateComplete;
    await expect.poll(() => log.length).toBe(1);
    expect([dialog.open, log, document.activeElement, document.documentElement.style.overflow]).toEqual([
      false,
      [{ reason: 'escape' }],
      stage.querySelector('button'),
      '',
    ]);
    dialog.show();
    await dialog.updateComplete;
    await userEvent.click(inside(dialog, 'button'));
    await dialog.updateComplete;
    await expect.poll(() => log.length).toBe(2);
    expect(log[1]).toEqual({ reason: 'button' });
  });

  it('keeps the focus inside', async () => {
    const { stage, dialog } = await open();
    for (let step = 0; step < 8; step += 1) {
      await userEvent.tab();
      const { activeElement } = document;
      expect([dialog, document.body, ...dialog.querySelectorAll('*')]).toContain(activeElement);
      expect(activeElement).not.toBe(stage.querySelector('button'));
    }
    dialog.close();
  });

  it('can be kept open by the page', async () => {
    const { dialog } = await open();
    dialog.addEventListener('request-close', (event) => event.preventDefault(), { once: true });
    await userEvent.click(inside(dialog, 'button'));
    await dialog.updateComplete;
    expect(dialog.open).toBe(true);
    dialog.close();
  });

  it('closes on a click beside it only when asked to', async () => {
    for (const light of [true, false]) {
      const { dialog, log } = await open(
        html`<button>opener</button><skin-dialog label="T" ?light-dismiss=${light}>x</skin-dialog>`,
      );
      inside(dialog, 'dialog').dispatchEvent(
        new PointerEvent('pointerdown', { clientX: 1, clientY: 1, bubbles: true }),
      );
      await dialog.updateComplete;
      expect(dialog.open).toBe(!light);
      if (light) await expect.poll(() => log).toEqual([{ reason: 'backdrop' }]);
      dialog.close();
      await dialog.updateComplete;
    }
  });

  it('lets the page scroll again when it is taken away while open', async () => {
    const { dialog } = await open();
    dialog.remove();
    expect(document.documentElement.style.overflow).toBe('');
  });

  it('opens with the focus on the first control of its content, or on what has autofocus', async () => {
    const { dialog } = await open();
    expect(document.activeElement).toBe(dialog.querySelector('input'));
    const { dialog: other } = await open(
      html`<button>opener</button
        ><skin-dialog label="T"
          ><input disabled /><button>a</button><button id="wanted" autofocus>b</button></skin-dialog
        >`,
    );
    expect(document.activeElement?.id).toBe('wanted');
    const { dialog: bare } = await open(html`<button>opener</button><skin-dialog label="T">Text</skin-dialog>`);
    expect(document.activeElement).toBe(bare);
    for (const each of [dialog, other, bare]) each.close();
  });

  it('closes by a form in it, with its outcome', async () => {
    const { dialog, log } = await open(
      html`<button>opener</button
        ><skin-dialog label="T"
          ><form method="dialog"><button value="yes">Yes</button></form></skin-dialog
        >`,
    );
    await userEvent.click(dialog.querySelector('button') as Element);
    await expect.poll(() => log).toEqual([{ reason: 'form' }]);
    expect(dialog.returnValue).toBe('yes');
  });

  it('takes no notice of what happens in dialogs and file inputs inside it', async () => {
    const { dialog, log } = await open(
      html`<button>opener</button
        ><skin-dialog label="Outer"
          ><input type="file" /><skin-dialog id="inner" label="Inner">x</skin-dialog></skin-dialog
        >`,
    );
    dialog.querySelector('input')?.dispatchEvent(new Event('cancel', { bubbles: true }));
    await dialog.updateComplete;
    expect(dialog.open).toBe(true);
    const inner = dialog.querySelector('skin-dialog');
    inner?.show();
    await inner?.updateComplete;
    inner?.close();
    await inner?.updateComplete;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect([dialog.open, log, document.documentElement.style.overflow]).toEqual([true, [], 'hidden']);
    dialog.close();
    await expect.poll(() => document.documentElement.style.overflow).toBe('');
  });

  it('shows hostile titles as text', async () => {
    const hostile = '<img src=x onerror="window.hacked=1">';
    const { dialog } = await open(html`<button>o</button><skin-dialog label=${hostile}>x</skin-dialog>`);
    expect([inside(dialog, 'h2').textContent, dialog.shadowRoot?.querySelector('img')]).toEqual([hostile, null]);
    dialog.close();
  });
});
