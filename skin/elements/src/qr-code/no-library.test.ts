import { html } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { show } from '../../test/helpers.ts';
import type { QrError } from './qr-code.ts';
import './qr-code.ts';

vi.mock('lean-qr', () => {
  throw new Error('It is not there.');
});

describe('skin-qr-code without its library', () => {
  it('says so, tells why, and is well again without a value', async () => {
    const told: QrError[] = [];
    const stage = await show(
      html`<skin-qr-code
        value="a"
        @qr-error=${({ detail }: CustomEvent<QrError>) => told.push(detail)}
      ></skin-qr-code>`,
    );
    const element = stage.querySelector('skin-qr-code');
    await expect.element(page.getByText('The QR code could not be drawn.')).toBeVisible();
    expect([told.map(({ reason }) => reason), told[0]?.error instanceof Error]).toEqual([['engine'], true]);
    expect([element?.matches(':state(failed)'), element?.toSvg()]).toEqual([true, '']);
    if (element) element.value = '';
    await element?.updateComplete;
    expect([element?.matches(':state(failed)'), told.length]).toEqual([false, 1]);
  });
});
