import type { OutlineEntry, PdfEvents, PdfOptions, PdfPlace, PdfSession, PdfSource, PdfZoom } from './contract.ts';
import { Finder } from './finder.ts';
import type { Match } from './find.ts';
import { type OpenDocument, openDocument } from './open-document.ts';
import { outlineList } from './outline-list.ts';
import { PageView } from './page-view.ts';
import { pagesSheet } from './pages.styles.ts';
import { nameOf, printPages, saveFile } from './paper.ts';
import { Thumbnails } from './thumbnails.ts';

/** Pixels of CSS per point of a PDF. */
const perPoint = 96 / 72;
/** Pages that stay drawn when they are out of sight. */
const mostDrawn = 12;
const padding = 24;
/** Zooms that the buttons step through. */
const steps = [0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4, 6];

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** Pages of an open document in a scrolling frame; only those that are seen are drawn. */
class PdfPages implements PdfSession {
  readonly title: string;
  readonly #outline: readonly OutlineEntry[];
  readonly #open: OpenDocument;
  readonly #source: PdfSource;
  readonly #place: PdfPlace;
  readonly #events: PdfEvents;
  readonly #views: readonly PageView[];
  readonly #finder: Finder;
  readonly #observer: IntersectionObserver;
  readonly #resizes: ResizeObserver;
  readonly #seen: Set<PageView> = new Set();
  readonly #drawn: Set<PageView> = new Set();
  readonly #over: AbortController = new AbortController();
  #thumbnails: Thumbnails | undefined;
  #zoom: PdfZoom;
  #scale = 0;
  #rotation = 0;
  #here = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    open: OpenDocument,
    place: PdfPlace,
    events: PdfEvents,
    first: readonly [number, number],
    about: { title: string; outline: readonly OutlineEntry[]; source: PdfSource },
  ) {
    this.#open = open;
    this.#place = place;
    this.#events = events;
    this.#zoom = place.zoom;
    this.title = about.title;
    this.#outline = about.outline;
    this.#source = about.source;
    const host = {
      pdfjs: open.pdfjs,
      load: (page: number) => open.document.getPage(page),
      follow: (target: unknown) => void this.follow(target),
      nameOf: events.nameOf,
      marksOf: (page: number) => this.#finder.marksOf(page),
      sized: () => this.#thumbnails?.mark(this.#here),
    };
    this.#views = Array.from({ length: open.document.numPages }, (_, at) => new PageView(at + 1, first, host));
    this.#finder = new Finder({
      views: this.#views,
      here: () => this.#here,
      show: (page, match) => void this.#reveal(page, match),
      matched: events.matched,
    });
    const { frame, pages } = place;
    const root = frame.getRootNode();
    if (root instanceof ShadowRoot) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(pagesSheet);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      this.#over.signal.addEventListener('abort', () => {
        root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== sheet);
      });
    }
    pages.replaceChildren(...this.#views.map(({ element }) => element));
    const byElement = new Map<Element, PageView>(this.#views.map((view) => [view.element, view]));
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          const view = byElement.get(target);
          if (view !== undefined) this.#seen[isIntersecting ? 'add' : 'delete'](view);
        }
        this.#draw();
      },
      // A page before and after is drawn too.
      { root: frame, rootMargin: '60% 0px' },
    );
    this.#resizes = new ResizeObserver(() => this.#fit());
    frame.addEventListener('scroll', () => this.#locate(), { signal: this.#over.signal, passive: true });
    frame.addEventListener('wheel', (event) => this.#wheel(event), { signal: this.#over.signal, passive: false });
    this.#fit();
    for (const { element } of this.#views) this.#observer.observe(element);
    this.#resizes.observe(frame);
    this.#locate();
  }

  get hasOutline(): boolean {
    return this.#outline.length > 0;
  }

  get pages(): number {
    return this.#views.length;
  }

  /** The scale that the zoom now means, in pixels per point. */
  #wantedScale(): number {
    const { frame } = this.#place;
    const zoom = this.#zoom;
    if (typeof zoom === 'number') return clamp(zoom, 0.1, 10) * perPoint;
    const [width, height] = this.#views[this.#here - 1]?.size ?? this.#views[0]?.size ?? [1, 1];
    const across = (frame.clientWidth - padding) / width;
    const down = (frame.clientHeight - padding) / height;
    return clamp(zoom === 'page' ? Math.min(across, down) : across, 0.1 * perPoint, 10 * perPoint);
  }

  /** Takes the scale that the zoom means; what is seen stays where it is. */
  #fit(): void {
    const { frame, pages } = this.#place;
    if (frame.clientWidth === 0) return;
    const scale = this.#wantedScale();
    if (Math.abs(scale - this.#scale) < 0.001) return;
    const view = this.#views[this.#here - 1];
    const share = view === undefined ? 0 : (frame.scrollTop - view.element.offsetTop) / view.element.offsetHeight;
    this.#scale = scale;
    pages.style.setProperty('--total-scale-factor', String(scale));
    if (view !== undefined) frame.scrollTop = view.element.offsetTop + share * view.element.offsetHeight;
    this.#events.zoomChanged(scale / perPoint);
    // Drawn anew once it stands still; until then the old picture is stretched.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(), 100);
  }

  #draw(): void {
    if (this.#scale === 0 || this.#over.signal.aborted) return;
    const middle = this.#here;
    const nearest = [...this.#seen].sort((a, b) => Math.abs(a.number - middle) - Math.abs(b.number - middle));
    for (const view of nearest) {
      this.#drawn.delete(view);
      this.#drawn.add(view);
      void view.draw(this.#scale);
    }
    // The longest unseen go first.
    for (const view of this.#drawn) {
      if (this.#drawn.size <= Math.max(mostDrawn, this.#seen.size)) break;
      if (this.#seen.has(view)) continue;
      this.#drawn.delete(view);
      view.clear();
    }
  }

  /** Finds the page in the middle of the frame. */
  #locate(): void {
    const { frame } = this.#place;
    const isAtEnd = frame.scrollTop > 0 && frame.scrollTop + frame.clientHeight >= frame.scrollHeight - 1;
    const line = frame.scrollTop + frame.clientHeight / 3;
    let [low, high] = [0, this.#views.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#views[middle]?.element.offsetTop ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    const here = isAtEnd && typeof this.#zoom !== 'number' && this.#zoom !== 'width' ? this.pages : low + 1;
    if (here === this.#here) return;
    this.#here = here;
    this.#thumbnails?.mark(here);
    this.#events.pageChanged(here);
  }

  goTo(page: number): void {
    const view = this.#views[clamp(Math.trunc(page) || 1, 1, this.pages) - 1];
    if (view === undefined) return;
    this.#place.frame.scrollTo({ top: view.element.offsetTop - padding / 2, behavior: 'instant' });
    this.#locate();
  }

  async follow(target: unknown): Promise<void> {
    try {
      const { document } = this.#open;
      const place: unknown = typeof target === 'string' ? await document.getDestination(target) : target;
      const [page]: readonly unknown[] = Array.isArray(place) ? place : [];
      if (typeof page === 'number') this.goTo(page + 1);
      else if (typeof page === 'object' && page !== null)
        this.goTo((await document.getPageIndex(page as Parameters<typeof document.getPageIndex>[0])) + 1);
    } catch {
      // A link that leads nowhere.
    }
  }

  zoom(zoom: PdfZoom): void {
    this.#zoom = zoom;
    this.#fit();
  }

  step(way: 1 | -1): void {
    const now = this.#scale / perPoint;
    const next = way > 0 ? steps.find((one) => one > now + 0.01) : steps.findLast((one) => one < now - 0.01);
    if (next !== undefined) this.#events.zoomed(next);
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.#events.zoomed(clamp((this.#scale / perPoint) * Math.exp(-event.deltaY / 300), 0.25, 6));
  }

  press({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent, isInFrame: boolean): boolean {
    if (altKey) return false;
    const hasCommand = ctrlKey || metaKey;
    if (key === 'F3' || (hasCommand && key.toLowerCase() === 'g')) this.nextMatch(shiftKey ? -1 : 1);
    else if (hasCommand && (key === '+' || key === '=')) this.step(1);
    else if (hasCommand && key === '-') this.step(-1);
    else if (hasCommand && key === '0') this.#events.zoomed('width');
    else return !hasCommand && isInFrame && this.#turnPage(key);
    return true;
  }

  /** Arrow keys across turn pages, where they don't scroll. */
  #turnPage(key: string): boolean {
    const { frame } = this.#place;
    const keys = ['ArrowLeft', 'ArrowRight'];
    if (frame.matches(':dir(rtl)')) keys.reverse();
    const way = keys.indexOf(key);
    if (way < 0 || frame.scrollWidth > frame.clientWidth + 1) return false;
    this.goTo(this.#here + (way === 0 ? -1 : 1));
    return true;
  }

  turn(way: 1 | -1): void {
    this.#rotation = (this.#rotation + 90 * way + 360) % 360;
    const here = this.#here;
    for (const view of this.#views) {
      view.clear();
      view.resize(this.#rotation);
    }
    this.#drawn.clear();
    this.#fit();
    this.goTo(here);
    this.#draw();
  }

  search(text: string): void {
    void this.#finder.search(text);
  }

  nextMatch(way: 1 | -1): void {
    this.#finder.next(way);
  }

  /** Brings a match into sight, once its page is drawn. */
  async #reveal(page: number, match: Match): Promise<void> {
    const view = this.#views[page - 1];
    if (view === undefined) return;
    const { frame } = this.#place;
    if (view.element.querySelector('.current') === null) this.goTo(page);
    this.#drawn.add(view);
    await view.draw(this.#scale);
    view.mark();
    const box = view.element.querySelector('.current')?.getBoundingClientRect();
    const around = frame.getBoundingClientRect();
    if (box === undefined || match.end === 0) return;
    if (box.top < around.top + 20 || box.bottom > around.bottom - 20)
      frame.scrollBy({ top: box.top - around.top - around.height / 3, behavior: 'instant' });
    if (box.left < around.left || box.right > around.right)
      frame.scrollBy({ left: box.left - around.left - around.width / 3, behavior: 'instant' });
  }

  showSide(panel: HTMLElement | undefined, kind: 'thumbnails' | 'outline'): void {
    this.#thumbnails?.close();
    this.#thumbnails = undefined;
    if (panel === undefined) return;
    if (kind === 'outline')
      return panel.replaceChildren(outlineList(this.#outline, (target) => void this.follow(target)));
    this.#thumbnails = new Thumbnails(panel, this.#views, (page) => this.goTo(page));
    this.#thumbnails.mark(this.#here);
  }

  async save(): Promise<void> {
    const bytes = new Uint8Array(await this.#open.document.getData());
    saveFile(new Blob([bytes], { type: 'application/pdf' }), nameOf(this.#source));
  }

  print(): Promise<void> {
    return printPages(this.#views);
  }

  close(): void {
    this.#over.abort();
    clearTimeout(this.#timer);
    this.#finder.stop();
    this.#observer.disconnect();
    this.#resizes.disconnect();
    this.#thumbnails?.close();
    for (const view of this.#views) view.clear();
    this.#place.pages.replaceChildren();
    this.#open.close();
  }
}

interface RawOutline {
  readonly title: string;
  readonly dest: unknown;
  readonly items: readonly RawOutline[];
}

const toEntries = (items: readonly RawOutline[]): readonly OutlineEntry[] =>
  items.map(({ title, dest, items: inner }) => ({ title, target: dest, items: toEntries(inner) }));

/**
 * Opens a document in a place.
 *
 * @throws {PdfRefusedError} when it can't be shown.
 */
export const openSession = async (options: PdfOptions, place: PdfPlace, events: PdfEvents): Promise<PdfSession> => {
  const open = await openDocument(options);
  try {
    const page = await open.document.getPage(1);
    const { width, height } = page.getViewport({ scale: 1 });
    const outline = (await open.document.getOutline().catch(() => null)) as readonly RawOutline[] | null;
    const info = (await open.document.getMetadata().catch(() => undefined))?.info as { Title?: unknown } | undefined;
    options.signal.throwIfAborted();
    const title = typeof info?.Title === 'string' ? info.Title : '';
    return new PdfPages(open, place, events, [width, height], {
      title,
      outline: toEntries(outline ?? []),
      source: options.source,
    });
  } catch (error) {
    open.close();
    throw error;
  }
};
