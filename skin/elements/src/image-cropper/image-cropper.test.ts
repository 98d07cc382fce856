import { html } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { ImageCropperReceptor } from './image-cropper.ts';
import './image-cropper.ts';

const colors = ['#ff0000', '#00ff00', '#0000ff', '#ffff00'];
/** A picture whose quarters are red, green, blue and yellow, in reading order. */
const picture = async (width = 400, height = 200, type = 'image/png'): Promise<Blob> => {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  for (const [at, color] of colors.entries()) {
    context.fillStyle = color;
    context.fillRect((at % 2) * (width / 2), Math.floor(at / 2) * (height / 2), width / 2, height / 2);
  }
  return canvas.convertToBlob({ type, quality: 1 });
};
/** The same, told by its EXIF data to be turned. */
const turnedJpeg = async (orientation: number): Promise<Blob> => {
  const bytes = new Uint8Array(await (await picture(400, 200, 'image/jpeg')).arrayBuffer());
  const exif = [0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1];
  const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  return new Blob([bytes.slice(0, 2), new Uint8Array([...exif, ...entry]), bytes.slice(2)], { type: 'image/jpeg' });
};

const names = new Map([
  ['255,0,0', 'red'],
  ['0,255,0', 'green'],
  ['0,0,255', 'blue'],
  ['255,255,0', 'yellow'],
]);
/** Size of an image, and the colours of its four corners. */
const read = async (blob: Blob | undefined): Promise<{ size: string; corners: string[]; alpha: number[] }> => {
  const bitmap = await createImageBitmap(blob as Blob);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  const at = (x: number, y: number): Uint8ClampedArray => context.getImageData(x, y, 1, 1).data;
  const all = [at(1, 1), at(width - 2, 1), at(1, height - 2), at(width - 2, height - 2)];
  const corners = all.map((data) => {
    const rounded = Array.from(data.slice(0, 3), (channel) => (channel > 200 ? 255 : channel < 55 ? 0 : channel));
    return names.get(rounded.join(',')) ?? rounded.join(',');
  });
  return { size: `${width}×${height}`, corners, alpha: all.map((data) => data[3] ?? 0) };
};

const load = async (
  file: Blob | undefined,
  more: Partial<ImageCropperReceptor> = {},
): Promise<ImageCropperReceptor> => {
  const stage = await show(
    html`<skin-image-cropper label="Photo" style="inline-size:400px;--skin-crop-height:300px"></skin-image-cropper>`,
  );
  const element = stage.querySelector('skin-image-cropper') as ImageCropperReceptor;
  Object.assign(element, more);
  if (file === undefined) return element;
  element.file = file;
  await expect.poll(() => element.crop !== undefined && element.shadowRoot?.querySelector('.box')).toBeTruthy();
  // Laid out once its stage has a size.
  await expect
    .poll(() => (element.shadowRoot?.querySelector('.box')?.getBoundingClientRect().width ?? 0) > 20)
    .toBe(true);
  return element;
};
const part = (element: ImageCropperReceptor, at: string): HTMLElement =>
  element.shadowRoot?.querySelector(`[data-at=${at}]`) as HTMLElement;
const numbers = ({ crop }: ImageCropperReceptor): number[] =>
  crop === undefined ? [] : [crop.x, crop.y, crop.width, crop.height];
const press = async (element: ImageCropperReceptor, at: string, keys: string): Promise<number[]> => {
  part(element, at).focus();
  await userEvent.keyboard(keys);
  await element.updateComplete;
  return numbers(element);
};
const drag = (target: HTMLElement, id: number, type: string, x: number, y: number): void => {
  target.dispatchEvent(
    new PointerEvent(type, { bubbles: true, composed: true, pointerId: id, clientX: x, clientY: y, button: 0 }),
  );
};

describe('skin-image-cropper', () => {
  it('is accessible, empty, with an image, and with an error', async () => {
    const url = URL.createObjectURL(await picture());
    await expectAccessible(
      html`<skin-image-cropper label="A" help="Help"></skin-image-cropper
        ><skin-image-cropper label="B" src=${url} round></skin-image-cropper
        ><skin-image-cropper label="C" src="data:text/plain,x"></skin-image-cropper>`,
    );
    const element = await load(await picture());
    await expectAccessible(html`${element}`);
  });

  it('begins with the whole image, or the most of it that has the ratio', async () => {
    const element = await load(await picture());
    expect(numbers(element)).toEqual([0, 0, 400, 200]);
    expect(await read(await element.toBlob())).toMatchObject({
      size: '400×200',
      corners: ['red', 'green', 'blue', 'yellow'],
    });
    element.aspectRatio = '1';
    await element.updateComplete;
    expect(numbers(element)).toEqual([0, 0, 200, 200]);
    element.aspectRatio = '4/1';
    element.crop = { x: 0, y: 100, width: 400, height: 1 };
    await element.updateComplete;
    expect(numbers(element)).toEqual([0, 100, 400, 100]);
    expect(await read(await element.toBlob({ width: 200 }))).toMatchObject({
      size: '200×50',
      corners: ['blue', 'yellow', 'blue', 'yellow'],
    });
  });

  it('moves and resizes by arrow keys, in larger steps with Shift', async () => {
    const element = await load(await picture());
    element.crop = { x: 100, y: 50, width: 200, height: 100 };
    await element.updateComplete;
    expect(await press(element, 'box', '{ArrowRight}')).toEqual([101, 50, 200, 100]);
    expect(await press(element, 'box', '{Shift>}{ArrowDown}{ArrowLeft}{/Shift}')).toEqual([91, 60, 200, 100]);
    expect(await press(element, 'se', '{ArrowRight}{ArrowDown}')).toEqual([91, 60, 201, 101]);
    expect(await press(element, 'nw', '{Shift>}{ArrowLeft}{/Shift}{ArrowUp}')).toEqual([81, 59, 211, 102]);
    expect(await press(element, 'n', '{ArrowDown}{ArrowRight}')).toEqual([81, 60, 211, 101]);
    expect(await press(element, 'e', '{ArrowLeft}{ArrowDown}')).toEqual([81, 60, 210, 101]);
  });

  it('each handle has a name and a value for assistive technology', async () => {
    const element = await load(await picture());
    element.crop = { x: 100, y: 50, width: 200, height: 100 };
    await expect
      .element(page.getByRole('slider', { name: 'Crop area' }))
      .toHaveAttribute('aria-valuetext', '200 × 100 pixels, 100 from the left, 50 from the top');
    await expect
      .element(page.getByRole('slider', { name: 'Bottom right corner' }))
      .toHaveAttribute('aria-valuenow', '200');
    await expect.element(page.getByRole('slider', { name: 'Top edge' })).toHaveAttribute('aria-valuenow', '100');
    expect(element.shadowRoot?.querySelectorAll('[role=slider]')).toHaveLength(9);
    element.lang = 'ar-EG';
    element.requestUpdate();
    await element.updateComplete;
    expect(part(element, 'box').ariaValueText).toContain('٢٠٠');
  });

  it('keeps least and largest size', async () => {
    const element = await load(await picture(), { minWidth: 80, minHeight: 60, maxWidth: 300 });
    expect(numbers(element)).toEqual([50, 0, 300, 200]);
    element.crop = { x: 0, y: 0, width: 1, height: 1 };
    expect(numbers(element)).toEqual([0, 0, 80, 60]);
    element.zoom = 100;
    await element.updateComplete;
    expect(numbers(element).slice(2)).toEqual([80, 60]);
  });

  it('follows the pointer, tells it, and goes back when it is taken away', async () => {
    const element = await load(await picture());
    const log: string[] = [];
    for (const type of ['input', 'change']) element.addEventListener(type, () => log.push(type));
    element.crop = { x: 100, y: 50, width: 200, height: 100 };
    await element.updateComplete;
    const stage = part(element, 'box').parentElement as HTMLElement;
    stage.setPointerCapture = () => {};
    // The box shows 200 pixels of the image.
    const scale = part(element, 'box').getBoundingClientRect().width / 200;
    drag(part(element, 'box'), 1, 'pointerdown', 300, 300);
    drag(stage, 1, 'pointermove', 300 + 30 * scale, 300 + 10 * scale);
    drag(stage, 1, 'pointerup', 330, 310);
    await element.updateComplete;
    expect([numbers(element), log]).toEqual([
      [130, 60, 200, 100],
      ['input', 'change'],
    ]);
    drag(part(element, 'sw'), 1, 'pointerdown', 300, 300);
    drag(stage, 1, 'pointermove', 300 + 20 * scale, 300 + 500 * scale);
    expect(numbers(element)).toEqual([150, 60, 180, 140]);
    drag(stage, 1, 'pointercancel', 0, 0);
    expect(numbers(element)).toEqual([130, 60, 200, 100]);
  });

  it('is zoomed by wheel, slider, keys and two fingers; the box stays where it is on the screen', async () => {
    const element = await load(await picture());
    element.crop = { x: 100, y: 50, width: 200, height: 100 };
    await element.updateComplete;
    const box = part(element, 'box');
    const stage = box.parentElement as HTMLElement;
    const { left, top, width } = box.getBoundingClientRect();
    const wheel = new WheelEvent('wheel', {
      deltaY: -277,
      cancelable: true,
      clientX: left + width / 2,
      clientY: top + 10,
    });
    stage.dispatchEvent(wheel);
    await element.updateComplete;
    expect([element.zoom.toFixed(1), numbers(element).slice(2), wheel.defaultPrevented]).toEqual([
      '2.0',
      [100, 50],
      true,
    ]);
    expect(Math.round(box.getBoundingClientRect().left)).toBe(Math.round(left));
    await press(element, 'box', '-');
    expect(element.zoom).toBeLessThan(1.9);
    const slider = page.getByRole('slider', { name: 'Zoom' });
    await userEvent.fill(slider, '0');
    expect(element.zoom).toBeCloseTo(1, 3);
    const out = new WheelEvent('wheel', { deltaY: 300, cancelable: true });
    stage.dispatchEvent(out);
    expect(out.defaultPrevented).toBe(false);
    stage.setPointerCapture = () => {};
    drag(stage, 1, 'pointerdown', left, top);
    drag(stage, 2, 'pointerdown', left + 50, top);
    drag(stage, 2, 'pointermove', left + 100, top);
    drag(stage, 1, 'pointerup', left, top);
    drag(stage, 2, 'pointerup', left, top);
    expect(element.zoom).toBeCloseTo(2, 1);
  });

  it.each([
    ['rotateRight', 'Rotate right', '200×400', ['blue', 'red', 'yellow', 'green']],
    ['rotateLeft', 'Rotate left', '200×400', ['green', 'yellow', 'red', 'blue']],
    ['flipAcross', 'Flip horizontally', '400×200', ['green', 'red', 'yellow', 'blue']],
    ['flipDown', 'Flip vertically', '400×200', ['blue', 'yellow', 'red', 'green']],
  ])('%s', async (_, name, size, corners) => {
    const element = await load(await picture());
    await userEvent.click(page.getByRole('button', { name }));
    expect(await read(await element.toBlob())).toMatchObject({ size, corners });
    await userEvent.click(page.getByRole('button', { name: 'Reset' }));
    expect(await read(await element.toBlob())).toMatchObject({
      size: '400×200',
      corners: ['red', 'green', 'blue', 'yellow'],
    });
  });

  it('a mirrored image turns the way that the button says, and the part goes with it', async () => {
    const element = await load(await picture());
    element.crop = { x: 0, y: 0, width: 200, height: 100 };
    element.flip('x');
    expect(numbers(element)).toEqual([200, 0, 200, 100]);
    element.rotate(1);
    expect(numbers(element)).toEqual([100, 200, 100, 200]);
    expect((await read(await element.toBlob())).corners).toEqual(['red', 'red', 'red', 'red']);
    element.crop = { x: 0, y: 0, width: 200, height: 400 };
    expect((await read(await element.toBlob())).corners).toEqual(['yellow', 'green', 'blue', 'red']);
  });

  it('cuts a circle out of a square, with corners that are clear', async () => {
    const element = await load(await picture(), { round: true });
    const { size, alpha } = await read(await element.toBlob());
    expect([size, alpha]).toEqual(['200×200', [0, 0, 0, 0]]);
    const jpeg = await element.toBlob({ type: 'image/jpeg' });
    expect([jpeg?.type, (await read(jpeg)).alpha]).toEqual(['image/jpeg', [255, 255, 255, 255]]);
  });

  it.each([
    [3, '400×200', ['yellow', 'blue', 'green', 'red']],
    [6, '200×400', ['blue', 'red', 'yellow', 'green']],
    [8, '200×400', ['green', 'yellow', 'red', 'blue']],
  ])('follows EXIF orientation %i', async (orientation, size, corners) => {
    const element = await load(await turnedJpeg(orientation));
    expect(await read(await element.toBlob({ type: 'image/png' }))).toMatchObject({ size, corners });
  });

  it('scales down what is too large for memory, and still counts its pixels', async () => {
    const element = await load(await picture(2000, 1000), { maxPixels: 20_000 });
    expect(numbers(element)).toEqual([0, 0, 2000, 1000]);
    element.crop = { x: 1000, y: 0, width: 1000, height: 500 };
    expect(await read(await element.toBlob({ width: 100 }))).toMatchObject({
      size: '100×50',
      corners: ['green', 'green', 'green', 'green'],
    });
  });

  it.each<[string, Blob | string, Partial<ImageCropperReceptor>, string, string]>([
    ['another type', new File(['x'], 'a.txt', { type: 'text/plain' }), {}, 'type', 'This file is not an image.'],
    ['damaged', new File(['x'], 'a.png', { type: 'image/png' }), {}, 'broken', 'damaged'],
    ['too large', new File(['xxxx'], 'a.png', { type: 'image/png' }), { maxBytes: 3 }, 'size', 'too large'],
    ['missing', '/no-such-image.png', {}, 'network', 'could not be loaded'],
    ['out of reach', 'http://127.0.0.1:9/a.png', {}, 'network', 'could not be loaded'],
    ['a script', 'javascript:window.hacked=1', {}, 'network', 'could not be loaded'],
  ])('tells of an image that can’t be cropped: %s', async (_, source, more, reason, text) => {
    const element = await load(undefined, more);
    const log: unknown[] = [];
    element.addEventListener('image-error', (event) => log.push((event as CustomEvent).detail.reason));
    if (typeof source === 'string') element.src = source;
    else element.file = source;
    await expect.element(page.getByText(new RegExp(text))).toBeVisible();
    expect(log).toEqual([reason]);
    expect([element.crop, await element.toBlob(), 'hacked' in window]).toEqual([undefined, undefined, false]);
    element.maxBytes = undefined;
    element.file = await picture();
    await expect.poll(() => numbers(element)).toEqual([0, 0, 400, 200]);
  });

  it('tells of an image that another site does not share', async () => {
    const url = URL.createObjectURL(await picture());
    const fetching = vi.spyOn(globalThis, 'fetch').mockRejectedValueOnce(new TypeError('Failed to fetch'));
    const element = await load(undefined);
    element.src = url;
    await expect.element(page.getByText(/does not allow/)).toBeVisible();
    expect(element.matches(':state(loading)')).toBe(false);
    fetching.mockRestore();
  });

  it('shows the last of images that come at once, and none after it was taken away', async () => {
    const element = await load(undefined);
    element.file = await picture(100, 100);
    await element.updateComplete;
    element.file = await picture(60, 30);
    await expect.poll(() => numbers(element)).toEqual([0, 0, 60, 30]);
    await userEvent.click(page.getByRole('button', { name: 'Remove' }));
    await expect.poll(() => element.crop).toBeUndefined();
    await expect.poll(() => element.shadowRoot?.activeElement?.id).toBe('control');
  });

  it('takes a file that is chosen or dropped, and tells it', async () => {
    const element = await load(undefined);
    const changes = vi.fn<(event: Event) => void>();
    element.addEventListener('change', changes);
    const data = new DataTransfer();
    data.items.add(new File([await picture(50, 40)], 'p.png', { type: 'image/png' }));
    const zone = element.shadowRoot?.querySelector('.zone') as HTMLElement;
    zone.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer: data }));
    expect(element.matches(':state(dragging)')).toBe(true);
    zone.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
    await expect.poll(() => numbers(element)).toEqual([0, 0, 50, 40]);
    const input = element.shadowRoot?.querySelector('input[type=file]') as HTMLInputElement;
    const other = new DataTransfer();
    other.items.add(new File([await picture(30, 20)], 'q.png', { type: 'image/png' }));
    input.files = other.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    await expect.poll(() => numbers(element)).toEqual([0, 0, 30, 20]);
    expect(changes).toHaveBeenCalledTimes(2);
  });

  it('submits the part as a file, requires one, is off with its fieldset, and is reset', async () => {
    const { stage, form, fieldset, submitted } = await showForm(
      html`<skin-image-cropper
        name="it"
        label="Photo"
        required
        output-width="50"
        output-type="image/webp"
      ></skin-image-cropper>`,
    );
    const element = stage.querySelector('skin-image-cropper') as ImageCropperReceptor;
    expect([submitted(), element.validity.valueMissing, form.checkValidity()]).toEqual([[], true, false]);
    element.file = new File([await picture()], 'station.png', { type: 'image/png' });
    await expect.poll(() => element.crop).toBeDefined();
    await expect.poll(() => element.validity.valid).toBe(true);
    element.crop = { x: 200, y: 0, width: 200, height: 100 };
    const [file] = submitted() as File[];
    expect([file?.name, file?.type]).toEqual(['station.webp', 'image/webp']);
    expect(await read(file)).toMatchObject({ size: '50×25', corners: ['green', 'green', 'green', 'green'] });
    fieldset.disabled = true;
    expect(submitted()).toEqual([]);
    fieldset.disabled = false;
    form.reset();
    await expect.poll(() => element.crop).toBeUndefined();
    expect(submitted()).toEqual([]);
    element.file = await picture();
    await expect.poll(() => element.crop).toBeDefined();
    form.append(element);
    expect(submitted()).toHaveLength(1);
    document.body.append(element);
    expect(new FormData(form).getAll('it')).toEqual([]);
  });
});
