import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { controlStyles } from '../base/control.styles.ts';
import { rove } from '../base/roving.ts';
import { localeOf } from '../base/terms.ts';
import type { PdfZoom } from './contract.ts';
import { PdfCore } from './pdf-core.ts';
import { pdfViewerStyles } from './pdf-viewer.styles.ts';
import { failureWords, type Word } from './words.ts';

export type { PdfFailure, PdfSource, PdfZoom } from './contract.ts';
export type { PdfError, PdfLoaded } from './pdf-core.ts';

const icons = {
  thumbnails: 'M4 5h7v6H4zM4 14h7v5H4zM15 6h5M15 9h5M15 15h5M15 18h5',
  outline: 'M4 6h3M4 12h3M4 18h3M10 6h10M10 12h10M10 18h10',
  out: 'M5 12h14',
  in: 'M5 12h14M12 5v14',
  width: 'M4 5v14M20 5v14M7 12h10M10 9l-3 3 3 3M14 9l3 3-3 3',
  page: 'M6 3h12v18H6zM12 7v10M10 9l2-2 2 2M10 15l2 2 2-2',
  turn: 'M20 12a8 8 0 1 1-2.6-5.9M20 3v4h-4',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  up: 'M6 15l6-6 6 6',
  down: 'M6 9l6 6 6-6',
};
/**
 * PDF viewer: pages that can be read, searched, selected, turned and saved. It draws only the pages that are seen, sharp
 * at every zoom, with their text for assistive technology and their links. The package `pdfjs-dist` does the work; it is
 * loaded when there is a document. Scripts in documents never run.
 *
 * Ctrl or ⌘ with +, − and 0 zooms, with F searches and with G finds the next place; arrow keys turn the pages.
 *
 * @tag skin-pdf-viewer
 * @slot empty - What is shown without a document.
 * @fires pdf-load - When a document is open; detail: `{ pages, title }`.
 * @fires pdf-error - When it can't be shown; detail: `{ reason, error }`, where the reason is `type`, `broken`, `password`,
 *   `network` or `engine`.
 * @fires password-needed - When the document is locked; detail: `{ isWrong }`. `unlock()` answers, or the user does.
 * @fires page-change - When another page is seen; detail: `{ page }`.
 * @fires zoom-change - When it is seen larger or smaller; detail: `{ scale }`.
 * @csspart toolbar - Around the controls.
 * @csspart button - A button of the toolbar.
 * @csspart side - The panel of small pages or of the outline.
 * @csspart frame - The scrolling frame.
 * @csspart page - A page.
 * @cssState loading - A document is on its way.
 * @cssState failed - It can't be shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/toolbar/
 */
export class PdfViewerCell extends PdfCore {
  static override styles: CSSResultGroup = [PdfCore.styles, controlStyles, pdfViewerStyles];
  static override properties: PropertyDeclarations = {
    label: {},
    side: {},
    printable: { type: Boolean },
    tool: { state: true },
  };

  /** Accessible name; the document’s title by default. */
  declare label: string;
  /** What stands at the side: `thumbnails`, `outline`, or nothing. */
  declare side: 'thumbnails' | 'outline' | '';
  /** Whether there is a button that prints. */
  declare printable: boolean;
  /** The button of the toolbar that Tab reaches. */
  declare protected tool: number;
  #drawn = '';
  #drawnFor: unknown;

  constructor() {
    super();
    this.label = '';
    this.side = '';
    this.printable = false;
    this.tool = 0;
  }

  get #name(): string {
    return this.label || this.session?.title || this.say(['pdfDocument', 'PDF document']);
  }

  #keydown(event: KeyboardEvent): void {
    const { session } = this;
    const isFind = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f';
    if (isFind && session !== undefined) this.renderRoot.querySelector<HTMLInputElement>('#search')?.select();
    else if (session?.press(event, (event.target as Element).matches('.frame')) !== true) return;
    event.preventDefault();
  }

  #toolKeydown(event: KeyboardEvent): void {
    const tools = [...this.renderRoot.querySelectorAll<HTMLElement>('.tools button')];
    const next = rove(event, tools, event.target as HTMLElement, 'horizontal');
    if (next === undefined) return;
    event.preventDefault();
    this.tool = tools.indexOf(next);
    next.focus();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.setState('loading', this.state === 'loading');
    this.setState('failed', this.state === 'failed');
    const { session, side } = this;
    const panel = this.renderRoot.querySelector<HTMLElement>('.side') ?? undefined;
    const drawn = panel === undefined ? '' : side;
    if (session !== this.#drawnFor || drawn !== this.#drawn) session?.showSide(panel, drawn || 'thumbnails');
    this.#drawnFor = session;
    this.#drawn = drawn;
    if (!changed.has('state')) return;
    // Asked anew, the user goes on where the last answer was given.
    if (this.state === 'locked' && this.isWrong) this.renderRoot.querySelector<HTMLElement>('.note input')?.focus();
    if (this.state === 'ready') this.search(this.renderRoot.querySelector<HTMLInputElement>('#search')?.value ?? '');
  }

  #icon(path: string): TemplateResult {
    return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;
  }

  #tools(): TemplateResult {
    const side = (name: 'thumbnails' | 'outline', word: Word) =>
      [word, icons[name], () => (this.side = this.side === name ? '' : name), this.side === name] as const;
    const fit = (zoom: PdfZoom, word: Word, icon: string) =>
      [word, icon, () => (this.zoom = zoom), this.zoom === zoom] as const;
    const all: readonly (readonly [Word, string, () => unknown, boolean?])[] = [
      side('thumbnails', ['thumbnails', 'Thumbnails']),
      ...(this.session?.hasOutline === true ? [side('outline', ['outline', 'Outline'])] : []),
      [['zoomOut', 'Zoom out'], icons.out, () => this.session?.step(-1)],
      [['zoomIn', 'Zoom in'], icons.in, () => this.session?.step(1)],
      fit('width', ['fitWidth', 'Fit width'], icons.width),
      fit('page', ['fitPage', 'Fit page'], icons.page),
      [['rotate', 'Rotate'], icons.turn, () => this.rotate()],
      [['download', 'Download'], icons.download, () => this.download()],
      ...(this.printable ? [[['print', 'Print'], icons.print, () => this.print()] as const] : []),
    ];
    const isOff = this.state !== 'ready';
    const reached = Math.min(this.tool, all.length - 1);
    return html`<div
      class="tools"
      role="toolbar"
      aria-label=${this.say(['pdfTools', 'Document'])}
      @keydown=${this.#toolKeydown}
    >
      ${all.map(
        ([word, icon, act, isPressed], at) =>
          html`<button
            type="button"
            part="button"
            tabindex=${at === reached ? 0 : -1}
            aria-label=${this.say(word)}
            title=${this.say(word)}
            aria-pressed=${isPressed ?? nothing}
            aria-disabled=${isOff ? 'true' : nothing}
            @click=${() => {
              this.tool = at;
              if (!isOff) void act();
            }}
          >
            ${this.#icon(icon)}
          </button>`,
      )}
    </div>`;
  }

  #pageField(): TemplateResult {
    return html`<label class="at"
      >${this.say(['page', 'Page'])}<input
        inputmode="numeric"
        autocomplete="off"
        .value=${String(this.page)}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          this.page = Math.trunc(Number(input.value)) || this.page;
          // What it became, also where it is the page that was.
          void this.updateComplete.then(() => (input.value = String(this.page)));
        }}
      />${this.say(['pdfOf', 'of #'], this.pages)}</label
    >`;
  }

  #search(): TemplateResult {
    const { current, count, busy } = this.found;
    const isOff = this.state !== 'ready';
    const text = count > 0 ? this.say(['matchOf', '# of #'], current, count) : this.say(['noMatch', 'No matches']);
    const hasText = Boolean(this.renderRoot?.querySelector<HTMLInputElement>('#search')?.value);
    const step = (way: 1 | -1, word: Word, icon: string): TemplateResult =>
      html`<button
        type="button"
        part="button"
        aria-label=${this.say(word)}
        title=${this.say(word)}
        aria-disabled=${count === 0 ? 'true' : nothing}
        @click=${() => this.findNext(way)}
      >
        ${this.#icon(icon)}
      </button>`;
    return html`<form
      role="search"
      aria-label=${`${this.say(['search', 'Search'])}: ${this.#name}`}
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        this.findNext();
      }}
    >
      <output>${count > 0 || (hasText && !busy) ? text : nothing}</output>
      <input
        id="search"
        type="search"
        autocomplete="off"
        ?disabled=${isOff}
        aria-label=${this.say(['search', 'Search'])}
        placeholder=${this.say(['search', 'Search'])}
        @input=${(event: Event) => {
          event.stopPropagation();
          this.search((event.target as HTMLInputElement).value);
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== 'Enter' || !event.shiftKey) return;
          event.preventDefault();
          this.findNext(-1);
        }}
      />
      ${step(-1, ['previousMatch', 'Previous match'], icons.up)}${step(1, ['nextMatch', 'Next match'], icons.down)}
    </form>`;
  }

  #side(): TemplateResult | typeof nothing {
    const { session, side } = this;
    if (session === undefined || (side !== 'thumbnails' && side !== 'outline')) return nothing;
    const name = side === 'outline' ? this.say(['outline', 'Outline']) : this.say(['thumbnails', 'Thumbnails']);
    return html`<nav class=${`side ${side}`} part="side" aria-label=${`${name}: ${this.#name}`}></nav>`;
  }

  #note(): TemplateResult | typeof nothing {
    const { state } = this;
    if (state === 'ready') return nothing;
    if (state === 'locked') return html`<div class="note">${this.#passwordForm()}</div>`;
    const value = this.loaded;
    const loading = this.say(['loading', 'Loading']);
    return html`<div class="note">
      ${
        state === 'failed'
          ? html`<p class="error" role="alert">${this.say(failureWords[this.failure])}</p>`
          : state === 'loading'
            ? html`<p role="status">${loading}</p>
                <progress aria-label=${loading} max="1" .value=${value ?? 0} value=${value ?? nothing}></progress>`
            : html`<slot name="empty"><p>${this.say(['pdfEmpty', 'No document'])}</p></slot>`
      }
    </div>`;
  }

  #passwordForm(): TemplateResult {
    const text = this.isWrong
      ? this.say(['pdfWrongPassword', 'This password is wrong.'])
      : this.say(['pdfLocked', 'This document is locked by a password.']);
    return html`<p class=${this.isWrong ? 'error' : ''} role="alert">${text}</p>
      <form
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          this.unlock((event.target as HTMLFormElement).querySelector('input')?.value ?? '');
        }}
      >
        <label
          >${this.say(['pdfPassword', 'Password'])}<input
            type="password"
            autocomplete="off"
            aria-invalid=${this.isWrong}
        /></label>
        <button type="submit">${this.say(['open', 'Open'])}</button>
        <button type="button" @click=${() => this.answer?.(undefined)}>${this.say(['cancel', 'Cancel'])}</button>
      </form>`;
  }

  protected override render(): TemplateResult {
    const percent = this.scale.toLocaleString(localeOf(this), { style: 'percent' });
    return html`<section aria-label=${this.#name} @keydown=${this.#keydown}>
      <div class="bar" part="toolbar">
        ${this.#tools()}${this.session === undefined ? nothing : html`<output class="zoom">${percent}</output>${this.#pageField()}`}
        ${this.#search()}
      </div>
      <div class="body">
        ${this.#side()}
        <div
          class="frame"
          part="frame"
          role="group"
          aria-label=${this.say(['pdfPages', 'Pages'])}
          tabindex=${this.state === 'ready' ? 0 : nothing}
        >
          <div class="pages"></div>
        </div>
        ${this.#note()}
      </div>
    </section>`;
  }
}

PdfViewerCell.define('skin-pdf-viewer');

declare global {
  interface HTMLElementTagNameMap {
    'skin-pdf-viewer': PdfViewerCell;
  }
}
