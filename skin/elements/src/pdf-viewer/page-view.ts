import type { PDFPageProxy, RenderTask, TextLayer } from 'pdfjs-dist';
import type { Pdfjs } from './open-document.ts';
import { joinPieces, type Match, type Pieces } from './find.ts';

/** Browsers draw no larger canvas everywhere, nor one with a longer side. */
const mostPixels = 16_777_216;
const longestSide = 32_767;
const followed = /^(?:https?|mailto|tel):$/;

/** The most pixels that a point of a page can have, by its width and height in points. */
export const largestScale = (width: number, height: number): number =>
  Math.min(Math.sqrt(mostPixels / (width * height)), longestSide / Math.max(width, height));

/** A match on a page, and whether it is the one that is shown. */
export interface Mark extends Match {
  readonly isCurrent: boolean;
}

/** What a page needs from its document. */
export interface PageHost {
  readonly pdfjs: Pdfjs;
  readonly load: (page: number) => Promise<PDFPageProxy>;
  readonly follow: (target: unknown) => void;
  readonly nameOf: (page: number) => string;
  readonly marksOf: (page: number) => readonly Mark[];
  /** Called once the size of the page is known. */
  readonly sized: () => void;
}

interface LinkAnnotation {
  readonly subtype: string;
  readonly rect: readonly number[];
  readonly url?: string;
  readonly dest?: unknown;
  readonly overlaidText?: string;
}

const layer = (name: string): HTMLDivElement => {
  const element = document.createElement('div');
  element.className = name;
  return element;
};

/** One page: an empty sheet of its size, or its picture, its text and its links. */
export class PageView {
  readonly number: number;
  readonly element: HTMLDivElement = layer('page');
  readonly #host: PageHost;
  /** Size in points, upright. */
  #size: readonly [number, number];
  #rotation = 0;
  #page: PDFPageProxy | undefined;
  #task: RenderTask | undefined;
  #text: TextLayer | undefined;
  #pieces: Pieces | undefined;
  #drawn = '';
  #turn = 0;

  constructor(number: number, size: readonly [number, number], host: PageHost) {
    this.number = number;
    this.#host = host;
    this.#size = size;
    this.element.setAttribute('part', 'page');
    this.element.setAttribute('role', 'group');
    this.element.ariaLabel = host.nameOf(number);
    this.resize(0);
  }

  /** Width and height in points, as the page stands. */
  get size(): readonly [number, number] {
    const [width, height] = this.#size;
    return this.#rotation % 180 === 0 ? [width, height] : [height, width];
  }

  /** Takes the size of its sheet, turned by so many degrees. */
  resize(rotation: number): void {
    this.#rotation = rotation;
    const [width, height] = this.size;
    this.element.style.cssText = `inline-size:calc(var(--total-scale-factor) * ${width}px);block-size:calc(var(--total-scale-factor) * ${height}px)`;
  }

  /** The page itself; its true size is known from then on. */
  async page(): Promise<PDFPageProxy> {
    if (this.#page !== undefined) return this.#page;
    const page = await this.#host.load(this.number);
    this.#page = page;
    const { width, height } = page.getViewport({ scale: 1 });
    if (width !== this.#size[0] || height !== this.#size[1]) {
      this.#size = [width, height];
      this.resize(this.#rotation);
      this.#host.sized();
    }
    return page;
  }

  /** Its text in pieces, as they stand in the text layer. */
  async pieces(): Promise<Pieces> {
    if (this.#pieces !== undefined) return this.#pieces;
    const content = await (await this.page()).getTextContent();
    this.#pieces = joinPieces(content.items.filter((item) => 'str' in item));
    return this.#pieces;
  }

  /** Draws it for a scale in pixels per point, unless it is drawn so already. */
  async draw(scale: number): Promise<void> {
    const wanted = `${scale} ${this.#rotation}`;
    if (wanted === this.#drawn) return;
    this.#drawn = wanted;
    this.#turn += 1;
    const turn = this.#turn;
    this.#task?.cancel();
    try {
      const page = await this.page();
      if (turn !== this.#turn) return;
      const viewport = page.getViewport({ scale, rotation: (page.rotate + this.#rotation) % 360 });
      await this.#paint(page, scale, viewport.rotation, turn);
      if (turn !== this.#turn || this.#text !== undefined) return;
      await this.#write(page, viewport, turn);
    } catch (error) {
      if (turn !== this.#turn) return;
      // A page that can't be drawn leaves the others readable.
      this.#drawn = '';
      this.element.classList.toggle(
        'broken',
        !(error instanceof Error && error.name === 'RenderingCancelledException'),
      );
    }
  }

  async #paint(page: PDFPageProxy, scale: number, rotation: number, turn: number): Promise<void> {
    const [width, height] = this.size;
    const dense = Math.min(devicePixelRatio || 1, largestScale(width, height) / scale);
    const viewport = page.getViewport({ scale: scale * dense, rotation });
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    canvas.ariaHidden = 'true';
    this.#task = page.render({ canvas, viewport });
    await this.#task.promise;
    if (turn !== this.#turn) return;
    this.element.querySelector('canvas')?.remove();
    this.element.prepend(canvas);
  }

  async #write(page: PDFPageProxy, viewport: ReturnType<PDFPageProxy['getViewport']>, turn: number): Promise<void> {
    const [content, annotations] = await Promise.all([
      page.getTextContent(),
      page.getAnnotations({ intent: 'display' }) as Promise<LinkAnnotation[]>,
    ]);
    if (turn !== this.#turn) return;
    this.#pieces ??= joinPieces(content.items.filter((item) => 'str' in item));
    const container = layer('text');
    this.#text = new this.#host.pdfjs.TextLayer({ textContentSource: content, container, viewport });
    await this.#text.render();
    if (turn !== this.#turn) return;
    const links = layer('links');
    for (const annotation of annotations) this.#link(links, annotation, viewport);
    this.element.append(layer('marks'), container, links);
    this.mark();
  }

  #link(
    links: HTMLElement,
    { subtype, rect, url, dest, overlaidText }: LinkAnnotation,
    viewport: ReturnType<PDFPageProxy['getViewport']>,
  ): void {
    if (subtype !== 'Link') return;
    const address = url === undefined ? null : URL.parse(url);
    const isSafe = address !== null && followed.test(address.protocol);
    if (!isSafe && (dest === undefined || dest === null)) return;
    const [left = 0, bottom = 0, right = 0, top = 0] = rect;
    const [x1 = 0, y1 = 0] = viewport.convertToViewportPoint(left, bottom) as number[];
    const [x2 = 0, y2 = 0] = viewport.convertToViewportPoint(right, top) as number[];
    const { width, height } = viewport;
    const link = document.createElement('a');
    link.href = isSafe ? address.href : '#';
    link.ariaLabel = overlaidText?.trim() || address?.href || this.#host.nameOf(this.number);
    if (isSafe) Object.assign(link, { target: '_blank', rel: 'noopener noreferrer', title: address.href });
    else
      link.addEventListener('click', (event) => {
        event.preventDefault();
        this.#host.follow(dest);
      });
    const percent = (part: number, whole: number): string => `${(100 * part) / whole}%`;
    Object.assign(link.style, {
      left: percent(Math.min(x1, x2), width),
      top: percent(Math.min(y1, y2), height),
      width: percent(Math.abs(x2 - x1), width),
      height: percent(Math.abs(y2 - y1), height),
    });
    links.append(link);
  }

  /** Shows where the search has found something. */
  mark(): void {
    const place = this.element.querySelector('.marks');
    if (place === null || this.#text === undefined || this.#pieces === undefined) return;
    const page = this.element.getBoundingClientRect();
    place.replaceChildren(
      ...this.#host.marksOf(this.number).flatMap((mark) =>
        this.#rectsOf(mark).map(({ left, top, width, height }) => {
          const box = layer(mark.isCurrent ? 'current' : '');
          const [x, y] = [(left - page.left) / page.width, (top - page.top) / page.height];
          box.style.cssText = `left:${100 * x}%;top:${100 * y}%;width:${(100 * width) / page.width}%;height:${(100 * height) / page.height}%`;
          return box;
        }),
      ),
    );
  }

  #rectsOf({ start, end }: Match): DOMRect[] {
    const { starts = [], text = '' } = this.#pieces ?? {};
    const rects: DOMRect[] = [];
    for (const [at, div] of (this.#text?.textDivs ?? []).entries()) {
      const from = starts[at] ?? text.length;
      const node = div.firstChild;
      if (!(node instanceof Text) || from >= end || from + node.length <= start) continue;
      const range = document.createRange();
      range.setStart(node, Math.max(0, start - from));
      range.setEnd(node, Math.min(node.length, end - from));
      rects.push(...range.getClientRects());
    }
    return rects;
  }

  /** Leaves nothing but the sheet. */
  clear(): void {
    this.#turn += 1;
    this.#drawn = '';
    this.#task?.cancel();
    this.#text?.cancel();
    this.#text = undefined;
    this.element.replaceChildren();
    this.#page?.cleanup();
  }
}
