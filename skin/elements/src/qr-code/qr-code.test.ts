import { html } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { QrCodeCell, QrLevel } from './qr-code.ts';
import './qr-code.ts';

const setUp = async (value: string, more: Partial<QrCodeCell> = {}, style = ''): Promise<QrCodeCell> => {
  const stage = await show(html`<skin-qr-code .value=${value} style=${style}></skin-qr-code>`);
  const element = stage.querySelector('skin-qr-code') as QrCodeCell;
  Object.assign(element, more);
  if (value !== '' && !element.matches(':state(failed)'))
    await expect.poll(() => element.shadowRoot?.querySelector('svg, p')).not.toBeNull();
  return element;
};

/** What a picture of a code shows: its modules, sampled in their middle, without the quiet zone. */
const readModules = async (blob: Blob, margin: number, size = 600): Promise<boolean[][]> => {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  const context = new OffscreenCanvas(size, size).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, 0, 0, size, size);
  const { data } = context.getImageData(0, 0, size, size);
  const isDark = (x: number, y: number): boolean => (data[4 * (Math.floor(y) * size + Math.floor(x))] ?? 255) < 128;
  // The finder pattern's upper edge is seven modules long.
  let first = 0;
  while (!isDark(first, first)) first += 1;
  let end = first;
  while (isDark(end, first + 1)) end += 1;
  const module = (end - first) / 7;
  expect(Math.round(first / module)).toBe(margin);
  const count = Math.round(size / module) - 2 * margin;
  const exact = size / (count + 2 * margin);
  return Array.from({ length: count }, (_, y) =>
    Array.from({ length: count }, (__, x) => isDark((x + margin + 0.5) * exact, (y + margin + 0.5) * exact)),
  );
};

const masks: readonly ((y: number, x: number) => boolean)[] = [
  (y, x) => (y + x) % 2 === 0,
  (y) => y % 2 === 0,
  (_, x) => x % 3 === 0,
  (y, x) => (y + x) % 3 === 0,
  (y, x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (y, x) => ((y * x) % 2) + ((y * x) % 3) === 0,
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2 === 0,
  (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2 === 0,
];

/** Reads a code back, by the rules of ISO/IEC 18004, where its words stand in one block (versions 1 to 5 at level L). */
const decode = (modules: boolean[][]): { level: string; text: string } => {
  const count = modules.length;
  const at = (y: number, x: number): boolean => modules[y]?.[x] === true;
  const formatBits =
    [0, 1, 2, 3, 4].map((x) => (at(8, x) ? 1 : 0)).reduce<number>((sum, bit) => sum * 2 + bit, 0) ^ 0b10101;
  const level = ['M', 'L', 'H', 'Q'][formatBits >> 3] ?? '';
  const mask = masks[formatBits & 7] as (y: number, x: number) => boolean;
  const isFunction = (y: number, x: number): boolean =>
    (y < 9 && x < 9) ||
    (y < 9 && x >= count - 8) ||
    (y >= count - 8 && x < 9) ||
    y === 6 ||
    x === 6 ||
    (count > 21 && Math.abs(y - (count - 7)) <= 2 && Math.abs(x - (count - 7)) <= 2);
  const bits: number[] = [];
  let isUp = true;
  for (let right = count - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < count; step += 1) {
      const y = isUp ? count - 1 - step : step;
      for (const x of [right, right - 1]) if (!isFunction(y, x)) bits.push(at(y, x) !== mask(y, x) ? 1 : 0);
    }
    isUp = !isUp;
  }
  const take = (length: number): number => bits.splice(0, length).reduce((sum, bit) => sum * 2 + bit, 0);
  const mode = take(4);
  if (mode === 1) {
    let left = take(10);
    let text = '';
    for (; left > 0; left -= 3)
      text += String(take([0, 4, 7, 10][Math.min(3, left)] ?? 10)).padStart(Math.min(3, left), '0');
    return { level, text };
  }
  if (mode === 2) {
    const signs = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
    let left = take(9);
    let text = '';
    for (; left > 1; left -= 2) {
      const pair = take(11);
      text += `${signs[Math.floor(pair / 45)]}${signs[pair % 45]}`;
    }
    return { level, text: left === 1 ? text + signs[take(6)] : text };
  }
  const bytes = Array.from({ length: take(8) }, () => take(8));
  return { level, text: new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes)) };
};

describe('skin-qr-code', () => {
  it('is accessible, with a code, empty and too long', async () => {
    await expectAccessible(
      html`<skin-qr-code value="a" label="A"></skin-qr-code><skin-qr-code></skin-qr-code
        ><skin-qr-code .value=${'a'.repeat(5000)}></skin-qr-code>`,
    );
  });

  it.each([
    ['https://example.org/a?b=c&d', 'L'],
    ['Ätna 火山 🌋 <script>', 'L'],
    ['0123456789012345678901', 'L'],
    ['HELLO WORLD: $1.50', 'M'],
    ['a', 'H'],
    ['ab', 'Q'],
  ] as const)('what a scanner reads is the value: %s, level %s', async (value, level) => {
    const element = await setUp(value, { level });
    await expect.poll(async () => element.toSvg() !== '').toBe(true);
    await element.updateComplete;
    for (const type of ['image/svg+xml', 'image/png'] as const) {
      const blob = (await element.toBlob({ type, size: 580 })) as Blob;
      expect(blob.type).toBe(type);
      // The level may have been drawn after the first one.
      await expect
        .poll(async () => decode(await readModules((await element.toBlob({ type, size: 580 })) as Blob, 4)))
        .toEqual({ level, text: value });
    }
  });

  it('keeps the quiet zone that it is told to', async () => {
    const element = await setUp('abc', { margin: 1 });
    await element.updateComplete;
    expect((await readModules((await element.toBlob()) as Blob, 1)).length).toBe(21);
    expect(element.shadowRoot?.querySelector('svg')?.getAttribute('viewBox')).toBe('0 0 23 23');
  });

  it('is an image that is named by its label, or else by what it holds', async () => {
    const element = await setUp('https://example.org');
    await expect.element(page.getByRole('img', { name: 'QR code: https://example.org' })).toBeVisible();
    element.label = 'Home';
    await expect.element(page.getByRole('img', { name: 'Home' })).toBeVisible();
  });

  it('tells of a value that no code holds, whatever its length, and recovers', async () => {
    const element = await setUp('ok');
    const log: unknown[] = [];
    element.addEventListener('qr-error', (event) => log.push((event as CustomEvent).detail.reason));
    for (const value of ['ä'.repeat(1500), 'x'.repeat(10_000_000)]) {
      element.value = value;
      await expect.element(page.getByText('This text is too long for a QR code.')).toBeVisible();
      expect([element.matches(':state(failed)'), await element.toBlob(), element.toSvg()]).toEqual([
        true,
        undefined,
        '',
      ]);
      element.value = 'ok';
      await expect.element(page.getByRole('img')).toBeVisible();
    }
    expect([log, element.matches(':state(failed)')]).toEqual([['too-long', 'too-long'], false]);
  });

  it.each([
    ['#777', '#888', true],
    ['#fff', '#000', true],
    ['light-dark(#333, #444)', 'rgb(255 255 255 / 50%)', false],
  ])('warns of colours that scanners fail on: %s on %s', async (dark, light, isLow) => {
    const warned = vi.fn<(event: Event) => void>();
    document.addEventListener('low-contrast', warned);
    const element = await setUp('abc', {}, `--skin-qr-color:${dark};--skin-qr-background:${light}`);
    element.size = 100;
    await element.updateComplete;
    expect([warned.mock.calls.length, element.matches(':state(low-contrast)')]).toEqual([isLow ? 1 : 0, isLow]);
    document.removeEventListener('low-contrast', warned);
  });

  it('saves itself under a name', async () => {
    const element = await setUp('abc');
    const saved: string[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download);
    });
    await element.download('code');
    await element.download('code', { type: 'image/png' });
    element.value = '';
    await element.updateComplete;
    await element.download('nothing');
    expect(saved).toEqual(['code.svg', 'code.png']);
    click.mockRestore();
  });

  it('shows the last of values that come at once, and is not confused by wrong levels', async () => {
    const element = await setUp('one');
    element.value = 'two';
    await element.updateComplete;
    element.value = 'three';
    element.level = 'X' as QrLevel;
    await expect.poll(async () => decode(await readModules((await element.toBlob()) as Blob, 4)).text).toBe('three');
    element.level = 'constructor' as QrLevel;
    await element.updateComplete;
    expect(decode(await readModules((await element.toBlob()) as Blob, 4))).toEqual({ level: 'M', text: 'three' });
  });

  it('puts digits within a text together, so that the code stays small', async () => {
    const element = await setUp(`https://example.org/${'0123456789'.repeat(4)}`, { level: 'L' });
    await expect.poll(async () => (await readModules((await element.toBlob()) as Blob, 4)).length).toBe(29);
  });

  it('keeps its room before the library is there', async () => {
    const stage = await show(html`<skin-qr-code value="a" size="123"></skin-qr-code>`);
    expect(stage.querySelector('skin-qr-code')?.getBoundingClientRect().width).toBe(123);
  });
});
