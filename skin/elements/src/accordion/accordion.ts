import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { rove } from '../base/roving.ts';
import { SkinCell } from '../base/skin-cell.ts';
import './accordion-item.ts';
import type { AccordionItemCell } from './accordion-item.ts';

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
      const items = this.#items;
      const opened = items.find((item) => item === target);
      if (this.exclusive && opened?.open === true) for (const item of items) if (item !== opened) item.open = false;
    });
    this.addEventListener('keydown', (event) => {
      const items = this.#items.filter(({ disabled }) => !disabled);
      const current = items.find((item) => item === event.target);
      // Keys pressed in the content are the content's.
      if (current === undefined) return;
      const next = rove(event, items, current, 'vertical');
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
    });
  }

  /** By name: another copy of the kit on the page may have defined them. */
  get #items(): AccordionItemCell[] {
    return [...this.children].filter((child): child is AccordionItemCell => child.localName === 'skin-accordion-item');
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
