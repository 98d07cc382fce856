import { type CSSResultGroup, LitElement } from 'lit';
import { baseStyles } from './base.styles.ts';

/**
 * Element base class: shared styles and tokens, and typed events. Importing an element's module defines it, once:
 * a second copy of the kit on the page leaves the first in charge.
 */
export class SkinCell extends LitElement {
  static override styles: CSSResultGroup = baseStyles;

  /** Defines the element under a tag name, unless the name is taken. */
  static define(tag: string): void {
    // Where there are no custom elements (a server), importing must do no harm.
    const registry = globalThis.customElements as CustomElementRegistry | undefined;
    if (registry !== undefined && registry.get(tag) === undefined)
      registry.define(tag, this as unknown as CustomElementConstructor);
  }

  /**
   * Dispatches an event that bubbles out of the element.
   *
   * @returns false when a listener called `preventDefault` on a cancelable one.
   */
  protected emit<T>(type: string, detail?: T, options: { readonly cancelable?: boolean } = {}): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, ...options }));
  }
}
