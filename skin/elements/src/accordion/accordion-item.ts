import {
  css,
  type CSSResultGroup,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from 'lit';
import { SkinCell } from '../base/skin-cell.ts';

/**
 * Accordion item: a heading that shows and hides what stands under it. What is hidden can still be found by the
 * browser's search, which opens it. Works alone, too.
 *
 * @tag skin-accordion-item
 * @slot - The content.
 * @fires toggle - When the user has opened or closed it; detail: `{ open }`; bubbles.
 * @csspart header - The button in the heading.
 * @csspart content - Around the content.
 */
export class AccordionItemCell extends SkinCell {
  /** @ignore */
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
        border-block-end: 1px solid var(--_border);
      }
      button {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem;
        inline-size: 100%;
        min-block-size: 2.75rem;
        padding: 0.4rem 0.5rem;
        font: inherit;
        font-weight: 560;
        color: inherit;
        text-align: start;
        background: none;
        border: 0;
        border-radius: var(--_radius);
        cursor: pointer;
      }
      button:hover:enabled {
        color: var(--_accent);
      }
      button:disabled {
        opacity: 0.55;
        cursor: not-allowed;
      }
      svg {
        flex: none;
        inline-size: 1.1rem;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2;
        transition: rotate var(--_duration);
      }
      button[aria-expanded='true'] svg {
        rotate: 180deg;
      }
      .content {
        padding: 0.2rem 0.5rem 1rem;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    label: {},
    level: { type: Number },
    open: { type: Boolean, reflect: true },
    disabled: { type: Boolean, reflect: true },
  };

  /** What the heading says. */
  declare label: string;
  /** Level of the heading, from 1 to 6. Default 3. */
  declare level: number;
  /** Whether the content is shown. */
  declare open: boolean;
  /** Whether it can't be opened or closed. */
  declare disabled: boolean;

  constructor() {
    super();
    this.label = '';
    this.level = 3;
    this.open = false;
    this.disabled = false;
  }

  #toggle(): void {
    this.open = !this.open;
    this.emit('toggle', { open: this.open });
  }

  protected override render(): TemplateResult {
    return html`<div role="heading" aria-level=${Math.max(1, Math.min(6, Math.trunc(Number(this.level)) || 3))}>
        <button
          type="button"
          part="header"
          id="header"
          aria-expanded=${this.open}
          aria-controls="content"
          ?disabled=${this.disabled}
          @click=${this.#toggle}
        >
          ${this.label}<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 9l6 6 6-6" /></svg>
        </button>
      </div>
      <div
        id="content"
        role="group"
        aria-labelledby="header"
        hidden=${this.open ? nothing : 'until-found'}
        @beforematch=${this.#toggle}
      >
        <div class="content" part="content"><slot></slot></div>
      </div>`;
  }
}

AccordionItemCell.define('skin-accordion-item');

declare global {
  interface HTMLElementTagNameMap {
    'skin-accordion-item': AccordionItemCell;
  }
}
