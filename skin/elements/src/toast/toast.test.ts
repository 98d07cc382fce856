import { html } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
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
