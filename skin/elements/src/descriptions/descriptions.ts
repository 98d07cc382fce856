import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';

/** A term and what is to be said of it. */
export interface Description {
  readonly term: string;
  readonly value: string;
}

const isDescription = (one: unknown): one is Description => typeof one === 'object' && one !== null && 'term' in one;

/**
 * Descriptions: what there is to say of one thing, term by term, in as many columns as there is room for.
 *
 * @tag skin-descriptions
 * @csspart list - The list.
 * @csspart term - A term.
 * @csspart value - What is said of it.
 */
export class DescriptionsCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(var(--skin-column-min, 10rem), 100%), 1fr));
        gap: 0.8rem 1.25rem;
        margin: 0;
      }
      div {
        min-inline-size: 0;
      }
      dt {
        font-size: var(--_font-size-small);
        color: var(--_text-muted);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];
  static override properties: PropertyDeclarations = { items: { attribute: false } };

  /** Terms and values, in order. A value that is absent is shown as a dash; what is no description is left out. */
  declare items: readonly Description[];

  constructor() {
    super();
    this.items = [];
  }

  protected override render(): TemplateResult {
    const items: readonly unknown[] = Array.isArray(this.items) ? this.items : [];
    return html`<dl part="list">
      ${items.filter(isDescription).map(
        ({ term, value }) =>
          html`<div>
            <dt part="term">${term}</dt>
            <dd part="value"><bdi>${value ?? '–'}</bdi></dd>
          </div>`,
      )}
    </dl>`;
  }
}

DescriptionsCell.define('skin-descriptions');

declare global {
  interface HTMLElementTagNameMap {
    'skin-descriptions': DescriptionsCell;
  }
}
