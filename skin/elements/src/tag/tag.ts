import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Tone } from '../badge/badge.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import { toneStyles } from '../base/tone.styles.ts';

/**
 * Tag: a word that something is filed under, which the user may take away.
 *
 * @tag skin-tag
 * @slot - The word.
 * @fires remove - Before the user takes it away; cancelable.
 * @csspart base - The pill.
 * @csspart remove - The button that takes it away.
 */
export class TagCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    toneStyles,
    css`
      :host {
        display: inline-flex;
        max-inline-size: 100%;
      }
      .base {
        display: inline-flex;
        align-items: center;
        gap: 0.15rem;
        min-inline-size: 0;
        min-block-size: 1.75rem;
        padding-inline: 0.6rem;
        font-size: var(--_font-size-small);
        color: var(--_ink);
        background: var(--_soft);
        border: 1px solid transparent;
        border-radius: var(--_radius);
      }
      .text {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      button {
        display: grid;
        flex: none;
        place-items: center;
        inline-size: 1.5rem;
        block-size: 1.5rem;
        margin-inline-end: -0.4rem;
        padding: 0;
        color: inherit;
        background: none;
        border: 0;
        border-radius: var(--_radius);
        cursor: pointer;
      }
      button:hover {
        background: color-mix(in oklab, currentcolor 15%, transparent);
      }
      svg {
        inline-size: 0.9rem;
        stroke: currentcolor;
        stroke-width: 2.5;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    tone: { reflect: true, useDefault: true },
    removable: { type: Boolean },
  };

  /** Default `neutral`. */
  declare tone: Tone;
  /** Whether the user can take it away. */
  declare removable: boolean;

  constructor() {
    super();
    this.tone = 'neutral';
    this.removable = false;
  }

  #remove(): void {
    if (this.emit('remove', undefined, { cancelable: true })) this.remove();
  }

  protected override render(): TemplateResult {
    const text = (this.textContent ?? '').trim();
    return html`<span class="base" part="base"
      ><span class="text"><slot @slotchange=${() => this.requestUpdate()}></slot></span>${
        this.removable
          ? html`<button
              type="button"
              part="remove"
              aria-label=${`${term(this, 'remove', 'Remove')} ${text}`}
              @click=${this.#remove}
            >
              <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
            </button>`
          : nothing
      }</span
    >`;
  }
}

TagCell.define('skin-tag');

declare global {
  interface HTMLElementTagNameMap {
    'skin-tag': TagCell;
  }
}
