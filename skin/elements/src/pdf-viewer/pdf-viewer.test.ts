import axe from 'axe-core';
import { html } from 'lit';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import { makeLockedPdf, makePdf, type TestPage } from '../../test/pdf.ts';
import { findAll } from './find.ts';
import type { PdfViewerCell } from './pdf-viewer.ts';
import './pdf-viewer.ts';

const book = (count: number, more: Partial<TestPage> = {}): Uint8Array<ArrayBuffer> =>
  makePdf(
    Array.from({ length: count }, (_, at) => ({
      lines: [`Page ${at + 1} begins`, 'Ätna and quakes', 'the end'],
      ...more,
    })),
    'Quakes',
  );

const setUp = async (more: Partial<PdfViewerCell> = {}): Promise<PdfViewerCell> => {
  const stage = await show(html`<skin-pdf-viewer style="block-size:500px;inline-size:700px"></skin-pdf-viewer>`);
  const element = stage.querySelector('skin-pdf-viewer') as PdfViewerCell;
  Object.assign(element, more);
  await element.updateComplete;
  return element;
};
const open = async (bytes: Uint8Array<ArrayBuffer>, more: Partial<PdfViewerCell> = {}): Promise<PdfViewerCell> => {
  const element = await setUp({ file: bytes, ...more });
  await expect.poll(() => element.pages).toBeGreaterThan(0);
  await expect.poll(() => sheet(element, 1).querySelector('canvas') !== null || element.page > 1).toBe(true);
  return element;
};
const all = (element: PdfViewerCell, selector: string): HTMLElement[] => [
  ...(element.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? []),
];
const sheet = (element: PdfViewerCell, number: number): HTMLElement => all(element, '.page')[number - 1] as HTMLElement;
const frameOf = (element: PdfViewerCell): HTMLElement => all(element, '.frame')[0] as HTMLElement;
const textOf = (element: PdfViewerCell, number: number): string =>
  sheet(element, number).querySelector('.text')?.textContent ?? '';
/** Share of the pixels of a page that are not white. */
const inkOf = (canvas: HTMLCanvasElement): number => {
  const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
    0,
    0,
    canvas.width,
    canvas.height,
  );
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 128) dark += 1;
  return dark / (data.length / 4);
};
const expectAccessibleNow = async (element: PdfViewerCell): Promise<void> => {
  const { violations } = await axe.run(element, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
  expect(violations.map(({ id }) => id)).toEqual([]);
};
const fails = async (more: Partial<PdfViewerCell>): Promise<unknown> => {
  const element = await setUp();
  const told = new Promise((resolve) => {
    element.addEventListener('pdf-error', (event) => resolve((event as CustomEvent<{ reason: string }>).detail.reason));
  });
  Object.assign(element, more);
  const reason = await told;
  await expect.element(page.getByRole('alert')).toBeVisible();
  expect([element.matches(':state(failed)'), element.pages]).toEqual([true, 0]);
  return reason;
};

// pdf.js and its worker are large: the first test is not to wait for a server that prepares them.
beforeAll(async () => {
  const element = await setUp({ file: book(1) });
  await new Promise((resolve) => element.addEventListener('pdf-load', resolve));
}, 120_000);

describe('skin-pdf-viewer', () => {
  it('is accessible: empty, open, searched, with its side, and failed', async () => {
    const bytes = book(3, { link: 'https://example.org/' });
    await expectAccessible(html`<skin-pdf-viewer label="None"></skin-pdf-viewer>`);
    const element = await open(bytes, { side: 'thumbnails', printable: true });
    await expectAccessible(html`${element}`);
    await fails({ file: new TextEncoder().encode('hello') });
    await expectAccessible(html`${document.querySelector('skin-pdf-viewer')}`);
  });

  it('draws the pages that are seen, with their text, and tells what it has opened', async () => {
    const told: unknown[] = [];
    document.addEventListener('pdf-load', (event) => told.push((event as CustomEvent).detail), { once: true });
    const element = await open(book(40));
    expect(told).toEqual([{ pages: 40, title: 'Quakes' }]);
    await expect.poll(() => textOf(element, 1)).toContain('Page 1 begins');
    const canvas = sheet(element, 1).querySelector('canvas') as HTMLCanvasElement;
    expect(inkOf(canvas)).toBeGreaterThan(0.005);
    expect(canvas.width).toBeGreaterThanOrEqual(Math.floor(sheet(element, 1).clientWidth * devicePixelRatio) - 1);
    await expect.element(page.getByRole('region', { name: 'Quakes' })).toBeVisible();
    await expect.element(page.getByRole('group', { name: 'Page 1', exact: true })).toBeVisible();
    expect(all(element, 'canvas').length).toBeLessThan(6);
    for (const number of [12, 23, 34, 40]) {
      element.page = number;
      await expect.poll(() => textOf(element, number)).toContain(`Page ${number} begins`);
    }
    // What is long out of sight is let go.
    await expect.poll(() => all(element, 'canvas').length).toBeLessThan(16);
  });

  it('text lies where it is seen, and can be selected', async () => {
    const element = await open(book(1), { zoom: 1 });
    await expect.poll(() => textOf(element, 1)).toContain('begins');
    const span = sheet(element, 1).querySelector('.text span') as HTMLElement;
    const [box, around] = [span.getBoundingClientRect(), sheet(element, 1).getBoundingClientRect()];
    // 40 points from the left, its base line 60 from the top, at 96 pixels to 72 points.
    expect(Math.abs(box.left - around.left - 40 * (96 / 72))).toBeLessThan(2);
    expect(Math.abs(box.bottom - around.top - 64 * (96 / 72))).toBeLessThan(8);
    getSelection()?.selectAllChildren(span);
    expect(getSelection()?.toString()).toContain('Page 1 begins');
  });

  it('goes to pages by its field, its keys and by scrolling, and tells it', async () => {
    const element = await open(book(10), { zoom: 'page' });
    const told: number[] = [];
    element.addEventListener('page-change', (event) => told.push((event as CustomEvent<{ page: number }>).detail.page));
    const field = page.getByRole('textbox', { name: /^Page/ });
    await userEvent.fill(field, '7');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => element.page).toBe(7);
    await expect.poll(() => textOf(element, 7)).toContain('Page 7');
    frameOf(element).focus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.poll(() => element.page).toBe(8);
    frameOf(element).scrollTo({ top: 0, behavior: 'instant' });
    await expect.poll(() => element.page).toBe(1);
    await expect.element(field).toHaveValue('1');
    expect(told).toEqual([7, 8, 1]);
    element.page = 99;
    await expect.poll(() => element.page).toBe(10);
    await userEvent.fill(field, 'x');
    await userEvent.keyboard('{Enter}');
    await expect.element(field).toHaveValue('10');
  });

  it('zooms by buttons, keys and wheel, fits width and page, and stays where it was', async () => {
    const element = await open(book(10), { zoom: 1 });
    const width = (): number => Math.round(sheet(element, 1).getBoundingClientRect().width);
    expect(width()).toBe(400);
    element.page = 5;
    await expect.poll(() => frameOf(element).scrollTop).toBeGreaterThan(1000);
    await userEvent.click(page.getByRole('button', { name: 'Zoom in' }));
    await expect.poll(width).toBe(440);
    expect(element.page).toBe(5);
    frameOf(element).focus();
    await userEvent.keyboard('{Control>}-{/Control}');
    await expect.poll(width).toBe(400);
    const wheel = new WheelEvent('wheel', { deltaY: -300, ctrlKey: true, cancelable: true });
    frameOf(element).dispatchEvent(wheel);
    await expect.poll(width).toBe(Math.round(400 * Math.E));
    await userEvent.click(page.getByRole('button', { name: 'Fit page' }));
    await expect
      .poll(() => sheet(element, 1).getBoundingClientRect().height)
      .toBeLessThan(frameOf(element).clientHeight);
    await userEvent.click(page.getByRole('button', { name: 'Fit width' }));
    await expect.poll(width).toBe(frameOf(element).clientWidth - 24);
    await expect.element(page.getByRole('button', { name: 'Fit width' })).toHaveAttribute('aria-pressed', 'true');
    // Drawn anew, sharp for the new size.
    await expect.poll(() => sheet(element, 5).querySelector('canvas')?.width ?? 0).toBeGreaterThanOrEqual(width() - 1);
    element.zoom = 'nonsense';
    await element.updateComplete;
    expect(width()).toBe(frameOf(element).clientWidth - 24);
  });

  it('turns the pages, and their text with them', async () => {
    const element = await open(book(2), { zoom: 1 });
    await expect.poll(() => textOf(element, 1)).toContain('begins');
    await userEvent.click(page.getByRole('button', { name: 'Rotate' }));
    await expect.poll(() => textOf(element, 1)).toContain('begins');
    const { width, height, right, top } = sheet(element, 1).getBoundingClientRect();
    expect([Math.round(width), Math.round(height)]).toEqual([533, 400]);
    const span = sheet(element, 1).querySelector('.text span')?.getBoundingClientRect() as DOMRect;
    expect(Math.abs(right - span.right - 44 * (96 / 72))).toBeLessThan(14);
    expect(Math.abs(span.top - top - 40 * (96 / 72))).toBeLessThan(3);
  });

  it('finds text in all pages, whatever case and accents, and leads from place to place', async () => {
    const element = await open(book(12));
    const field = page.getByRole('searchbox', { name: 'Search' });
    await userEvent.fill(field, 'PAGE 1');
    // Pages 1, 10, 11 and 12.
    await expect.element(page.getByText('1 of 4')).toBeVisible();
    await expect.poll(() => sheet(element, 1).querySelectorAll('.marks .current').length).toBe(1);
    const mark = sheet(element, 1).querySelector('.current')?.getBoundingClientRect() as DOMRect;
    const span = sheet(element, 1).querySelector('.text span')?.getBoundingClientRect() as DOMRect;
    expect(Math.abs(mark.left - span.left) + Math.abs(mark.top - span.top)).toBeLessThan(6);
    expect(mark.width).toBeLessThan(span.width * 0.7);
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('2 of 4')).toBeVisible();
    await expect.poll(() => element.page).toBe(10);
    await userEvent.keyboard('{Shift>}{Enter}{Enter}{/Shift}');
    await expect.element(page.getByText('4 of 4')).toBeVisible();
    await expect.poll(() => sheet(element, 12).querySelectorAll('.current').length).toBe(1);
    await userEvent.fill(field, 'atna');
    await expect.element(page.getByText('12 of 12')).toBeVisible();
    await userEvent.fill(field, 'nothing of it');
    await expect.element(page.getByText('No matches')).toBeVisible();
    await userEvent.fill(field, '');
    await expect.poll(() => all(element, '.marks div').length).toBe(0);
    frameOf(element).focus();
    await userEvent.keyboard('{Control>}f{/Control}');
    expect(element.shadowRoot?.activeElement?.id).toBe('search');
  });

  it('follows links to pages, opens safe addresses elsewhere, and no others', async () => {
    const element = await open(
      makePdf([
        { lines: ['To page 3'], link: 3 },
        { lines: ['Out'], link: 'https://example.org/a' },
        { lines: ['Hostile'], link: 'javascript:window.hacked=1' },
      ]),
      { zoom: 0.5 },
    );
    await expect.poll(() => all(element, '.links a').length).toBe(2);
    const [inner, outer] = all(element, '.links a') as HTMLAnchorElement[];
    expect([outer?.href, outer?.target, outer?.rel]).toEqual([
      'https://example.org/a',
      '_blank',
      'noopener noreferrer',
    ]);
    element.zoom = 'page';
    await element.updateComplete;
    inner?.click();
    await expect.poll(() => element.page).toBe(3);
    await expect.poll(() => textOf(element, 3)).toContain('Hostile');
    expect([sheet(element, 3).querySelector('a'), 'hacked' in window]).toEqual([null, false]);
  });

  it('shows small pages and the outline at its side', async () => {
    const element = await open(book(30), { zoom: 'page' });
    await userEvent.click(page.getByRole('button', { name: 'Thumbnails' }));
    await expect.poll(() => all(element, '.thumb').length).toBe(30);
    await expect.poll(() => all(element, '.thumb canvas').length).toBeGreaterThan(1);
    expect(all(element, '.thumb canvas').length).toBeLessThan(20);
    all(element, '.thumb')[3]?.click();
    await expect.poll(() => element.page).toBe(4);
    expect(all(element, '.thumb[aria-current]').map((one) => one.ariaLabel)).toEqual(['Page 4']);
    await userEvent.click(page.getByRole('button', { name: 'Outline' }));
    await userEvent.click(page.getByRole('button', { name: 'Chapter 9' }));
    await expect.poll(() => element.page).toBe(9);
    await userEvent.click(page.getByRole('button', { name: 'Outline' }));
    await expect.poll(() => all(element, '.side').length).toBe(0);
  });

  it('its toolbar is reached by Tab once, and walked through by arrows', async () => {
    const element = await open(book(1));
    const tools = all(element, '.tools button');
    expect(tools.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
    tools[0]?.focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(element.shadowRoot?.activeElement?.ariaLabel).toBe('Zoom out');
    await userEvent.keyboard('{End}');
    expect(element.shadowRoot?.activeElement?.ariaLabel).toBe('Download');
    expect(tools.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
  });

  it('saves the document as it is', async () => {
    const bytes = book(2);
    const element = await open(bytes, { file: new File([bytes], 'quakes.pdf') });
    const saved: { name: string; url: string }[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push({ name: this.download, url: this.href });
    });
    const made = vi.spyOn(URL, 'createObjectURL');
    await element.download();
    const blob = made.mock.calls.at(-1)?.[0] as Blob;
    expect([saved[0]?.name, new Uint8Array(await blob.arrayBuffer())]).toEqual(['quakes.pdf', bytes]);
    click.mockRestore();
    made.mockRestore();
  });

  it.each([
    [1e9, 1e9],
    [1e6, 10],
    [10, 1e6],
  ])('draws a page of %d by %d points as finely as a canvas can', async (width, height) => {
    const element = await open(book(1, { size: [width, height] }), { side: 'thumbnails' });
    await expect.poll(() => all(element, 'canvas').length).toBe(2);
    for (const canvas of all(element, 'canvas') as HTMLCanvasElement[])
      expect([
        Math.max(canvas.width, canvas.height) < 32_768,
        canvas.getContext('2d')?.getImageData(0, 0, 1, 1).data[3],
      ]).toEqual([true, 255]);
  });

  it('prints every page', async () => {
    const element = await open(book(3));
    let images = 0;
    const frame = vi.spyOn(document.body, 'append').mockImplementation((node) => {
      Node.prototype.appendChild.call(document.body, node as Node);
      // pdf.js measures text with a canvas of its own.
      if (!(node instanceof HTMLIFrameElement)) return;
      const view = node.contentWindow as Window;
      view.print = () => {
        images = view.document.images.length;
        view.dispatchEvent(new Event('afterprint'));
      };
    });
    await element.print();
    frame.mockRestore();
    expect([images, document.querySelector('iframe[aria-hidden]')]).toEqual([3, null]);
  });

  it.each<[string, Partial<PdfViewerCell>]>([
    ['type', { file: new TextEncoder().encode('<html>no</html>') }],
    ['type', { file: new Blob([]) }],
    ['type', { src: 'data:text/plain,hello' }],
    ['broken', { file: book(1).slice(0, 60) }],
    ['broken', { file: new Blob([new TextEncoder().encode('%PDF-1.7\nnonsense')]) }],
    ['network', { src: '/no-such-document.pdf' }],
    ['network', { src: 'http://127.0.0.1:9/a.pdf' }],
    ['network', { src: 'javascript:window.hacked=1' }],
    ['engine', { file: book(1), workerSrc: '/no-such-worker.js' }],
  ])('says what is wrong with a document: %s %#', async (reason, more) => {
    expect(await fails(more)).toBe(reason);
    expect('hacked' in window).toBe(false);
  });

  it('asks for the password of a locked document, again where it is wrong, and opens it', async () => {
    const asked: unknown[] = [];
    const element = await setUp();
    element.addEventListener('password-needed', (event) => asked.push((event as CustomEvent).detail));
    element.file = await makeLockedPdf([{ lines: ['Secret'] }], 'open sesame');
    const field = page.getByLabelText('Password');
    await userEvent.fill(field, 'wrong');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('This password is wrong.')).toBeVisible();
    await expectAccessibleNow(element);
    await userEvent.fill(field, 'open sesame');
    await userEvent.click(page.getByRole('button', { name: 'Open' }));
    await expect.poll(() => textOf(element, 1)).toBe('Secret');
    expect(asked).toEqual([{ isWrong: false }, { isWrong: true }]);
  });

  it('a page may answer for the user, and the user may give up', async () => {
    const element = await setUp({ file: await makeLockedPdf([{ lines: ['Secret'] }], 'a') });
    element.addEventListener('password-needed', () => element.unlock('a'), { once: true });
    await expect.poll(() => element.pages).toBe(1);
    const told = new Promise((resolve) => {
      element.addEventListener('pdf-error', (event) =>
        resolve((event as CustomEvent<{ reason: string }>).detail.reason),
      );
    });
    element.file = await makeLockedPdf([{ lines: ['Secret'] }], 'b');
    await userEvent.click(page.getByRole('button', { name: 'Cancel' }));
    expect(await told).toBe('password');
    await expect.element(page.getByRole('alert')).toHaveTextContent('This document is locked by a password.');
  });

  it('opens an address, and another in its place; the last one wins', async () => {
    const urls = [book(3), book(5), book(2)].map((bytes) =>
      URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' })),
    );
    const element = await setUp();
    for (const url of urls) {
      element.src = url;
      await element.updateComplete;
    }
    await expect.poll(() => element.pages).toBe(2);
    await expect.poll(() => textOf(element, 1)).toContain('Page 1');
    await userEvent.fill(page.getByRole('searchbox'), 'begins');
    await expect.element(page.getByText('1 of 2')).toBeVisible();
    element.page = 2;
    await expect.poll(() => textOf(element, 2)).toContain('Page 2');
    // Another begins at its first page, searched for the same.
    element.src = urls[1] ?? '';
    await expect.poll(() => element.pages).toBe(5);
    expect(element.page).toBe(1);
    await expect.element(page.getByText('1 of 5')).toBeVisible();
    element.src = '';
    await expect.poll(() => element.pages).toBe(0);
    await expect.element(page.getByText('No document')).toBeVisible();
  });

  it('works in the page where there can be no worker', async () => {
    vi.stubGlobal('Worker', function Worker() {
      throw new DOMException('Not here.', 'SecurityError');
    });
    const element = await open(book(2));
    vi.unstubAllGlobals();
    await expect.poll(() => textOf(element, 1)).toContain('Page 1 begins');
  });

  it('lets go of all when it is taken away, also while it loads, and opens it again', async () => {
    const element = await open(book(3));
    const home = element.parentElement as HTMLElement;
    home.append(element);
    expect(element.pages).toBe(3);
    element.remove();
    await expect.poll(() => element.pages).toBe(0);
    expect(all(element, 'canvas')).toHaveLength(0);
    home.append(element);
    await expect.poll(() => element.pages).toBe(3);
    element.file = book(7);
    await element.updateComplete;
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    home.append(element);
    await expect.poll(() => element.pages).toBe(7);
  });
});

describe('findAll', () => {
  it.each([
    ['one two ONE', 'one', ['one', 'ONE']],
    ['a\nb a  b', 'a b', ['a\nb', 'a  b']],
    ['Ätna atna', 'ätna', ['Ätna', 'atna']],
    ['ﬁre fire', 'fi', ['ﬁ', 'fi']],
    ['aaaa', 'aa', ['aa', 'aa']],
    ['x', '  ', []],
    ['A\u0308b', 'ab', ['A\u0308b']],
  ])('%j for %j', (text, wanted, found) => {
    expect(findAll(text, wanted).map(({ start, end }) => text.slice(start, end))).toEqual(found);
  });
});
