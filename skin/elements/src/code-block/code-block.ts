import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { controlStyles } from '../base/control.styles.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';

/** Lines of a piece, and how long a text is at least that is shown in pieces. */
const pieceLines = 200;
const longText = 20_000;

/** A long text in pieces of some lines, without the line breaks between them. */
const piecesOf = (text: string): readonly string[] => {
  if (text.length < longText) return [text];
  const lines = text.split('\n');
  return Array.from({ length: Math.ceil(lines.length / pieceLines) }, (_, at) =>
    lines.slice(at * pieceLines, (at + 1) * pieceLines).join('\n'),
  );
};

/**
 * Code block: source text as it is, with a button that copies it.
 *
 * @tag skin-code-block
 * @slot - The text, in a `<pre>` if its first line matters; or in the `code` property.
 * @fires copy-code - When it was copied; detail: `{ code }`.
 * @csspart code - Around the text.
 * @csspart copy - The button.
 */
export class CodeBlockCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    controlStyles,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      figure {
        position: relative;
        margin: 0;
        background: var(--_surface-sunken);
        border: 1px solid var(--_border);
        border-radius: var(--_radius);
      }
      pre {
        margin: 0;
        padding: 0.8rem 1rem;
        padding-inline-end: 5rem;
        overflow: auto;
        font:
          0.85rem/1.55 ui-monospace,
          monospace;
        tab-size: 2;
        text-align: start;
        border-radius: inherit;
      }
      /* Of a long text the browser lays out only what is seen. */
      .piece {
        display: block;
        inline-size: max-content;
        min-inline-size: 100%;
        content-visibility: auto;
        contain-intrinsic-block-size: auto 200lh;
      }
      :host([wrap]) .piece {
        inline-size: auto;
      }
      :host([wrap]) pre {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      button {
        position: absolute;
        inset-block-start: 0.45rem;
        inset-inline-end: 0.45rem;
        min-block-size: 1.75rem;
        padding: 0 0.6rem;
        font: inherit;
        font-size: var(--_font-size-small);
        color: var(--_text);
        background: var(--_surface);
        border: 1px solid var(--_border-control);
        border-radius: var(--_radius);
        cursor: pointer;
      }
      button:hover {
        border-color: var(--_text-muted);
      }
      /* Of a single line the button would cover the end, which is half of what there is to see. */
      .line {
        display: flex;
        align-items: start;
      }
      .line pre {
        flex: 1;
        min-inline-size: 0;
        padding-inline-end: 1rem;
      }
      .line button {
        position: static;
        flex: none;
        margin: 0.45rem;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    code: {},
    label: {},
    wrap: { type: Boolean, reflect: true },
    copied: { state: true },
  };

  /** The text; it replaces what stands in the element. */
  declare code: string | undefined;
  /** What it is, for assistive technology, as in “Example”. */
  declare label: string;
  /** Whether long lines are wrapped. */
  declare wrap: boolean;
  declare protected copied: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.label = '';
    this.wrap = false;
    this.copied = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.copied = false;
  }

  get #text(): string {
    return String(this.code ?? this.textContent?.replace(/^\s*\n|\s+$/g, '') ?? '');
  }

  async #copy(): Promise<void> {
    const code = this.#text;
    try {
      await navigator.clipboard.writeText(code);
    } catch {
      // Not allowed here: selecting it leaves the copying to the user.
      const pre = this.renderRoot.querySelector('pre');
      if (pre !== null) getSelection()?.selectAllChildren(pre);
      return;
    }
    this.copied = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.copied = false), 2000);
    this.emit('copy-code', { code });
  }

  protected override render(): TemplateResult {
    const text = this.#text;
    const pieces = piecesOf(text);
    const code =
      pieces.length === 1 ? pieces : pieces.map((piece) => html`<span class="piece">${piece || '\n'}</span>`);
    return html`<figure dir="ltr" class=${text.includes('\n') ? nothing : 'line'}>
      <pre part="code" tabindex="0" role="region" aria-label=${this.label || 'Code'}><code>${code}</code></pre>
      <button type="button" part="copy" aria-live="polite" @click=${this.#copy}>
        ${this.copied ? term(this, 'copied', 'Copied') : term(this, 'copy', 'Copy')}
      </button>
      <slot hidden @slotchange=${() => this.requestUpdate()}></slot>
    </figure>`;
  }
}

CodeBlockCell.define('skin-code-block');

declare global {
  interface HTMLElementTagNameMap {
    'skin-code-block': CodeBlockCell;
  }
}
