import { html } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import { confirm } from '../confirm/confirm.ts';
import { toast } from './toast.ts';

describe('skin-toast', () => {
  it('is accessible in every tone', async () => {
    await expectAccessible(
      html`${['neutral', 'success', 'danger'].map((tone) => html`<skin-toast tone=${tone} duration-ms="0">Message</skin-toast>`)}`,
    );
  });

  describe('toast()', () => {
    beforeEach(() => {
      document.body.replaceChildren();
      vi.useFakeTimers();
    });
    afterEach(() => vi.useRealTimers());

    it('announces politely, and errors at once', () => {
      const [polite, urgent] = [toast('Saved'), toast('Failed', { tone: 'danger' })];
      expect([polite.parentElement?.getAttribute('role'), urgent.parentElement?.getAttribute('role')]).toEqual([
        'status',
        'alert',
      ]);
    });

    it('goes after its time, which stands still under the pointer', () => {
      const element = toast('Saved', { durationMs: 1000 });
      vi.advanceTimersByTime(900);
      element.dispatchEvent(new PointerEvent('pointerenter'));
      vi.advanceTimersByTime(5000);
      expect(element.isConnected).toBe(true);
      element.dispatchEvent(new PointerEvent('pointerleave'));
      vi.advanceTimersByTime(1000);
      expect(element.isConnected).toBe(false);
    });

    it('stands still while the focus is on it, though the pointer comes and goes', () => {
      const element = toast('Saved', { durationMs: 1500 });
      element.dispatchEvent(new FocusEvent('focusin'));
      element.dispatchEvent(new PointerEvent('pointerenter'));
      element.dispatchEvent(new PointerEvent('pointerleave'));
      vi.advanceTimersByTime(60_000);
      expect(element.isConnected).toBe(true);
      element.dispatchEvent(new FocusEvent('focusout'));
      vi.advanceTimersByTime(1499);
      expect(element.isConnected).toBe(true);
      vi.advanceTimersByTime(1);
      expect(element.isConnected).toBe(false);
    });

    it('stays until dismissed where it has no duration', () => {
      const stays = [0, Number.POSITIVE_INFINITY, Number.NaN, 1e12].map((durationMs) => toast('Stay', { durationMs }));
      vi.advanceTimersByTime(10_000_000);
      expect(stays.map(({ isConnected }) => isConnected)).toEqual([true, true, true, true]);
    });

    it('shows five at most, errors longest, stacked without overlap', () => {
      const all = Array.from({ length: 7 }, (_, n) => toast(`Message ${n}`, n % 2 === 0 ? {} : { tone: 'danger' }));
      vi.advanceTimersByTime(100);
      const shown = all.filter(({ isConnected }) => isConnected);
      expect(shown.map(({ textContent }) => textContent?.slice(-1))).toEqual(['1', '3', '4', '5', '6']);
      const boxes = shown.map((one) => one.getBoundingClientRect()).sort((a, b) => a.top - b.top);
      for (let at = 1; at < boxes.length; at += 1)
        expect(boxes[at]?.top).toBeGreaterThanOrEqual(boxes[at - 1]?.bottom ?? 0);
    });

    it('runs its action, and goes', async () => {
      vi.useRealTimers();
      let undone = 0;
      const element = toast('Deleted', { action: { label: 'Undo', run: () => (undone += 1) } });
      await element.updateComplete;
      inside(element, 'button').click();
      expect([undone, element.isConnected]).toEqual([1, false]);
    });

    it('gives the focus to the next message, then back to where it came from', async () => {
      vi.useRealTimers();
      const origin = document.createElement('button');
      document.body.append(origin);
      const [first, second] = [toast('One', { durationMs: 0 }), toast('Two', { durationMs: 0 })];
      await second.updateComplete;
      await expect.poll(() => first.hidden).toBe(false);
      origin.focus();
      inside(first, 'button').focus();
      await userEvent.keyboard('{Escape}');
      expect([first.isConnected, document.activeElement]).toEqual([false, second]);
      await userEvent.keyboard('{Escape}');
      expect([second.isConnected, document.activeElement]).toEqual([false, origin]);
    });

    it('can be reached while a modal dialog is open, and stays when that closes', async () => {
      vi.useRealTimers();
      const dialog = document.createElement('dialog');
      document.body.append(dialog);
      dialog.showModal();
      const element = toast('Saved', { durationMs: 0 });
      await element.updateComplete;
      expect(dialog.contains(element)).toBe(true);
      await expect.poll(() => element.hidden).toBe(false);
      dialog.close();
      await expect.poll(() => dialog.contains(element)).toBe(false);
      await userEvent.click(inside(element, 'button'));
      expect(element.isConnected).toBe(false);
      dialog.remove();
    });

    it('can be reached while a question is open', async () => {
      vi.useRealTimers();
      const answer = confirm('Really?', { title: 'Delete?' });
      const question = document.querySelector('skin-confirm');
      await question?.updateComplete;
      const element = toast('Saved', { durationMs: 0 });
      await expect.poll(() => element.hidden).toBe(false);
      await userEvent.click(inside(element, 'button'));
      expect(element.isConnected).toBe(false);
      const stays = toast('Stays', { durationMs: 0 });
      question?.close();
      expect(await answer).toBe(false);
      await expect.poll(() => stays.matches(':popover-open *')).toBe(true);
    });

    it('goes when dismissed, and shows hostile text as text', async () => {
      vi.useRealTimers();
      const element = toast('<img src=x onerror="window.hacked=1">', { durationMs: 0 });
      await element.updateComplete;
      expect([element.querySelector('img'), element.textContent]).toEqual([
        null,
        '<img src=x onerror="window.hacked=1">',
      ]);
      let dismissed = 0;
      element.addEventListener('dismiss', () => (dismissed += 1));
      inside(element, 'button').click();
      expect([element.isConnected, dismissed]).toEqual([false, 1]);
      await show(html``);
    });
  });
});
