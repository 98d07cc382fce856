import { largestScale, type PageView } from './page-view.ts';

/** Width of a small page, in pixels. */
const width = 96;

/** Small pages in a panel, each a button; only those that are seen are drawn. */
export class Thumbnails {
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #observer: IntersectionObserver;

  constructor(panel: HTMLElement, views: readonly PageView[], goTo: (page: number) => void) {
    const byButton = new Map<Element, PageView>();
    this.#buttons = views.map((view) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'thumb';
      button.ariaLabel = view.element.ariaLabel;
      const sheet = document.createElement('span');
      const [wide, high] = view.size;
      sheet.style.aspectRatio = `${wide} / ${high}`;
      button.append(sheet, String(view.number));
      button.addEventListener('click', () => goTo(view.number));
      byButton.set(button, view);
      return button;
    });
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          const view = byButton.get(target);
          if (!isIntersecting || view === undefined) continue;
          this.#observer.unobserve(target);
          // A page that can't be drawn stays an empty sheet.
          void this.#draw(target, view).catch(() => {});
        }
      },
      { root: panel, rootMargin: '200px' },
    );
    panel.replaceChildren(...this.#buttons);
    for (const button of this.#buttons) this.#observer.observe(button);
  }

  async #draw(button: Element, view: PageView): Promise<void> {
    const page = await view.page();
    const dense = devicePixelRatio || 1;
    const { width: wide, height: high } = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: Math.min((width / wide) * dense, largestScale(wide, high)) });
    const canvas = document.createElement('canvas');
    Object.assign(canvas, {
      width: Math.max(1, Math.floor(viewport.width)),
      height: Math.max(1, Math.floor(viewport.height)),
      ariaHidden: 'true',
    });
    await page.render({ canvas, viewport }).promise;
    const sheet = button.querySelector('span');
    sheet?.style.setProperty('aspect-ratio', `${viewport.width} / ${viewport.height}`);
    sheet?.replaceChildren(canvas);
  }

  /** Marks the page that is seen. */
  mark(page: number): void {
    for (const [at, button] of this.#buttons.entries()) {
      if (at + 1 !== page) button.removeAttribute('aria-current');
      else if (!button.hasAttribute('aria-current')) {
        button.setAttribute('aria-current', 'page');
        button.scrollIntoView({ block: 'nearest' });
      }
    }
  }

  close(): void {
    this.#observer.disconnect();
    for (const button of this.#buttons) button.remove();
  }
}
