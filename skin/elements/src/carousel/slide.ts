import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { PlainCell } from '../base/plain-cell.ts';
import { term } from '../base/terms.ts';

declare module '../base/terms.ts' {
  interface Terms {
    readonly slide: string;
  }
}

/**
 * Slide: one of the contents of a `<skin-carousel>`.
 *
 * @tag skin-slide
 * @slot - The content.
 */
export class SlideCell extends PlainCell {
  static override styles: CSSResultGroup = css`
    :host {
      display: block;
      min-inline-size: 0;
    }
    div {
      display: grid;
      block-size: 100%;
    }
    ::slotted(img) {
      max-inline-size: 100%;
    }
  `;
  static override properties: PropertyDeclarations = { label: {}, place: { attribute: false } };

  /** Accessible name; its place, as in “2 of 5”, by default. */
  declare label: string;
  /** Its place in words; the carousel sets this. */
  declare place: string;

  constructor() {
    super();
    this.label = '';
    this.place = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // It may stand elsewhere next.
    this.inert = false;
  }

  protected override render(): TemplateResult {
    const name = [this.label, this.place].filter(Boolean).join(', ');
    return html`<div role="group" aria-roledescription=${term(this, 'slide', 'slide')} aria-label=${name || nothing}>
      <slot></slot>
    </div>`;
  }
}

SlideCell.define('skin-slide');

declare global {
  interface HTMLElementTagNameMap {
    'skin-slide': SlideCell;
  }
}
