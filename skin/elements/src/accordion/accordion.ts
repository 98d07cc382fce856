import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { rove } from '../base/roving.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { AccordionItemCell } from './accordion-item.ts';

/**
 * Accordion: headings below one another, each with content to show and hide. Up and Down, Home and End move between the
 * headings.
 *
 * @tag skin-accordion
 * @slot - `<skin-accordion-item>` elements.
 * @fires toggle - When the user has opened or closed an item; detail: `{ open }`; its target is the item.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/accordion/
 */
export class AccordionCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
      }
    `,
  ];
  static override properties: PropertyDeclarations = { exclusive: { type: Boolean, reflect: true } };

  /** Whether opening one item closes the others. */
  declare exclusive: boolean;

  constructor() {
    super();
    this.exclusive = false;
    this.addEventListener('toggle', (event) => {
      const { target } = event;
      if (!this.exclusive || !(target instanceof AccordionItemCell) || !target.open) return;
      for (const item of this.#items) if (item !== target) item.open = false;
    });
    this.addEventListener('keydown', (event) => {
      // Keys pressed in the content are the content's.
      const [origin] = event.composedPath();
      if (!(origin instanceof Element) || origin.id !== 'header') return;
      const items = this.#items.filter(({ disabled }) => !disabled);
      const next = rove(
        event,
        items,
        items.find((item) => item === event.target),
        'vertical',
      );
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
    });
  }

  get #items(): AccordionItemCell[] {
    return [...this.children].filter((child) => child instanceof AccordionItemCell);
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}

AccordionCell.define('skin-accordion');

declare global {
  interface HTMLElementTagNameMap {
    'skin-accordion': AccordionCell;
  }
}
