import { LitElement } from 'lit';
import { adoptThemes } from './themes.ts';

/**
 * Element base class without styles or events, for elements that only lay out what stands in them. Importing an
 * element's module defines it, once: a second copy of the kit on the page leaves the first in charge.
 */
export class PlainCell extends LitElement {
  /** Defines the element under a tag name, unless the name is taken. */
  static define(tag: string): void {
    // Where there are no custom elements (a server), importing must do no harm.
    const registry = globalThis.customElements as CustomElementRegistry | undefined;
    if (!registry?.get(tag)) registry?.define(tag, this as unknown as CustomElementConstructor);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    adoptThemes(this.ownerDocument);
  }
}
