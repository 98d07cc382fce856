import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import '../button/button.ts';
import './tooltip.ts';

const isShown = (stage: HTMLElement): boolean | undefined =>
  stage.querySelector('skin-tooltip')?.shadowRoot?.querySelector('[popover]')?.matches(':popover-open');

describe('skin-tooltip', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-tooltip text="Ctrl+S"><skin-button>Save</skin-button></skin-tooltip
        ><skin-tooltip text="Ctrl+P"><button>Print</button></skin-tooltip>`,
    );
  });

  it('describes what it stands around, whether a native button or one of the kit', async () => {
    await show(
      html`<skin-tooltip text="Ctrl+S"><skin-button>Save</skin-button></skin-tooltip
        ><skin-tooltip text="Ctrl+P"><button>Print</button></skin-tooltip>`,
    );
    await expect.element(page.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-description', 'Ctrl+S');
    await expect.element(page.getByRole('button', { name: 'Print' })).toHaveAttribute('aria-description', 'Ctrl+P');
  });

  it('shows on focus, goes when the focus goes, and on Escape, which it keeps to itself', async () => {
    let escapes = 0;
    const stage = await show(
      html`<div @keydown=${(event: KeyboardEvent) => (escapes += event.key === 'Escape' ? 1 : 0)}>
        <skin-tooltip text="Ctrl+S"><skin-button>Save</skin-button></skin-tooltip
        ><button id="after">after</button>
      </div>`,
    );
    stage.querySelector('skin-button')?.focus();
    await expect.poll(() => isShown(stage)).toBe(true);
    await userEvent.tab();
    await expect.poll(() => isShown(stage)).toBe(false);
    await userEvent.tab({ shift: true });
    await expect.poll(() => isShown(stage)).toBe(true);
    await userEvent.keyboard('{Escape}');
    expect([isShown(stage), escapes]).toEqual([false, 0]);
    await userEvent.keyboard('{Escape}');
    expect(escapes).toBe(1);
  });

  it('shows under the pointer, and stays while the pointer is on it', async () => {
    const stage = await show(
      html`<div style="padding:80px">
        <skin-tooltip text="Ctrl+S" delay-ms="0"><button>Save</button></skin-tooltip>
      </div>`,
    );
    await userEvent.hover(stage.querySelector('button') as Element);
    await expect.poll(() => isShown(stage)).toBe(true);
    const tooltip = stage.querySelector('skin-tooltip');
    tooltip?.dispatchEvent(new PointerEvent('pointerleave'));
    tooltip?.dispatchEvent(new PointerEvent('pointerenter'));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(isShown(stage)).toBe(true);
    tooltip?.dispatchEvent(new PointerEvent('pointerleave'));
    await expect.poll(() => isShown(stage)).toBe(false);
  });

  it('stands above what it describes, and not over it', async () => {
    const stage = await show(
      html`<div style="padding:80px">
        <skin-tooltip text="Ctrl+S"><button>Save</button></skin-tooltip>
      </div>`,
    );
    stage.querySelector('button')?.focus();
    await expect.poll(() => isShown(stage)).toBe(true);
    const bubble = stage.querySelector('skin-tooltip')?.shadowRoot?.querySelector('[popover]')?.getBoundingClientRect();
    const button = stage.querySelector('button')?.getBoundingClientRect();
    expect(bubble?.bottom).toBeLessThanOrEqual(button?.top ?? 0);
  });

  it('shows nothing where there is nothing to say, and shows markup as text', async () => {
    const stage = await show(
      html`<skin-tooltip text=""><button>A</button></skin-tooltip
        ><skin-tooltip text='<img src=x onerror="window.hacked=1">'><button id="b">B</button></skin-tooltip>`,
    );
    stage.querySelector('button')?.focus();
    await new Promise((resolve) => setTimeout(resolve));
    expect([isShown(stage), stage.querySelector('button')?.hasAttribute('aria-description')]).toEqual([false, false]);
    const [, second] = stage.querySelectorAll('skin-tooltip');
    expect(second?.shadowRoot?.querySelector('img')).toBeNull();
  });
});
