import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { controlStyles } from '../base/control.styles.ts';
import { type EngineFailure, toEngineError } from '../base/engine.ts';
import { proseStyles } from '../base/prose.styles.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import { toneStyles } from '../base/tone.styles.ts';
import { headingPrefix, type LoadMarkdown, type MarkdownEngine, type MarkdownRendering } from './contract.ts';
import { markdownStyles } from './markdown.styles.ts';
import { cut, dedent, split } from './split.ts';

const load: LoadMarkdown = async () => (await import('./engine.ts')).loadMarkdown();
/** Lets the page do what it has to between two pieces of work. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Markdown, shown as formatted text. Nothing in it runs: markup is reduced to formatting, links and pictures lead to no
 * script. It needs the packages `marked` and `dompurify`; until they are loaded, and if they can't be, the text is shown
 * as it is.
 *
 * @tag skin-markdown
 * @slot - The text; best in a `<script type="text/markdown">`, which the browser leaves as it is. Or in `text`.
 * @fires rendered - When all of a text is shown.
 * @fires engine-error - When the text can only be shown as it is; `detail.error`.
 * @csspart content - Around the text.
 * @cssState rendered - It is shown as formatted text.
 * @cssState failed - It can only be shown as it is.
 */
export class MarkdownCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, controlStyles, toneStyles, proseStyles, markdownStyles];
  static override properties: PropertyDeclarations = {
    text: {},
    headingOffset: { type: Number, attribute: 'heading-offset' },
    breaks: { type: Boolean },
    engine: { attribute: false },
    rendered: { state: true },
  };

  /** The text; it replaces what stands in the element. */
  declare text: string | undefined;
  /** How many levels headings are moved down, so that they fit the page: 1 makes `#` an `<h2>`. Default 0. */
  declare headingOffset: number;
  /** Whether each line break of the text is one, as in messages. */
  declare breaks: boolean;
  /** Loads another engine than the one of the kit. */
  declare engine: LoadMarkdown | undefined;
  declare protected rendered: boolean;
  #engine: MarkdownEngine | undefined;
  #turn = 0;
  readonly #wide =
    typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver((entries) => this.#measure(entries));
  readonly #children =
    typeof MutationObserver === 'undefined' ? undefined : new MutationObserver(() => this.requestUpdate('text', null));

  constructor() {
    super();
    this.headingOffset = 0;
    this.breaks = false;
    this.rendered = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#children?.observe(this, { childList: true, characterData: true, subtree: true });
    if (this.hasUpdated) this.requestUpdate('text', null);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#children?.disconnect();
    this.#wide?.disconnect();
    this.#turn += 1;
  }

  get #source(): string {
    const { text } = this;
    return text === undefined || text === null ? dedent(this.textContent ?? '') : String(text);
  }

  get #content(): HTMLElement {
    return this.renderRoot.querySelector('#content') as HTMLElement;
  }

  /** A box that can be scrolled must be reached by keyboard; one that can't would only be in the way. */
  #measure(entries: readonly ResizeObserverEntry[]): void {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }
  }

  async #show(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      this.#engine ??= await (typeof this.engine === 'function' ? this.engine : load)();
      if (turn === this.#turn) await this.#renderPieces(this.#engine, turn);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#content.replaceChildren();
      this.#settle(false);
      this.emit<EngineFailure>('engine-error', { error: toEngineError('skin-markdown', error) });
    }
  }

  #settle(rendered: boolean): void {
    this.rendered = rendered;
    this.setState('rendered', rendered);
    this.setState('failed', !rendered);
    this.#content.removeAttribute('aria-busy');
  }

  async #renderPieces(engine: MarkdownEngine, turn: number): Promise<void> {
    const pieces = split(this.#source);
    const rendering: MarkdownRendering = {
      headingOffset: Math.min(5, Math.max(0, Math.trunc(Number(this.headingOffset)) || 0)),
      breaks: Boolean(this.breaks),
      words: {
        table: term(this, 'table', 'Table'),
        code: term(this, 'code', 'Code'),
        done: term(this, 'done', 'Done'),
        open: term(this, 'toDo', 'To do'),
      },
      names: new Map(),
    };
    const content = this.#content;
    for (const [index, { text, plain }] of pieces.entries()) {
      if (index > 0) await pause();
      if (turn !== this.#turn) return;
      const nodes = plain ? this.#plain(text) : engine.render(text, rendering);
      const holder = pieces.length === 1 ? content : document.createElement('section');
      holder.replaceChildren(nodes);
      if (holder !== content) content[index === 0 ? 'replaceChildren' : 'append'](holder);
      for (const box of holder.querySelectorAll('.scroll')) this.#wide?.observe(box);
      this.#settle(true);
      if (index < pieces.length - 1) content.setAttribute('aria-busy', 'true');
    }
    if (pieces.length === 0) content.replaceChildren();
    this.#settle(true);
    this.emit('rendered');
  }

  #plain(text: string): HTMLElement {
    const box = document.createElement('div');
    box.className = 'plain';
    box.textContent = text;
    return box;
  }

  /** Within a shadow root the browser itself follows no link to a heading. */
  #follow(event: Event): void {
    const link = (event.target as Element).closest('a');
    const name = link?.getAttribute('href')?.replace(/^#/, '\u0000') ?? '';
    if (!name.startsWith('\u0000') || event.defaultPrevented) return;
    const target = this.#findHeading(name.slice(1));
    if (target === null) return;
    event.preventDefault();
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  }

  #findHeading(name: string): HTMLElement | null {
    try {
      return this.#content.querySelector(`#${CSS.escape(headingPrefix + decodeURIComponent(name))}`);
    } catch {
      return null;
    }
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('engine')) this.#engine = undefined;
    if (['text', 'headingOffset', 'breaks', 'engine'].some((name) => changed.has(name))) void this.#show();
  }

  protected override firstUpdated(): void {
    if (customElements.get('skin-code-block') === undefined)
      void customElements.whenDefined('skin-code-block').then(() => this.requestUpdate('text', null));
  }

  protected override render(): TemplateResult {
    const { rendered, text } = this;
    const isGiven = text !== undefined && text !== null;
    return html`<div id="content" part="content" ?hidden=${!rendered} @click=${this.#follow}></div>
      ${rendered || !isGiven ? nothing : cut(String(text)).map((part) => html`<div class="plain">${part}</div>`)}
      <slot ?hidden=${rendered || isGiven}></slot>`;
  }
}

MarkdownCell.define('skin-markdown');

declare global {
  interface HTMLElementTagNameMap {
    'skin-markdown': MarkdownCell;
  }
}
