import { type CSSResultGroup, LitElement } from 'lit';
import { baseStyles } from './base.styles.ts';
import { adoptThemes } from './themes.ts';

/**
 * Element base class: shared styles and tokens, events, states. Importing an element's module defines it, once:
 * a second copy of the kit on the page leaves the first in charge.
 */
export class SkinCell extends LitElement {
  static override styles: CSSResultGroup = baseStyles;

  /** Custom states and, for controls, the part taken in a form. */
  protected readonly internals: ElementInternals = this.attachInternals();

  /** Defines the element under a tag name, unless the name is taken. */
  static define(tag: string): void {
    // Where there are no custom elements (a server), importing must do no harm.
    const registry = globalThis.customElements as CustomElementRegistry | undefined;
    if (registry !== undefined && registry.get(tag) === undefined)
      registry.define(tag, this as unknown as CustomElementConstructor);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    adoptThemes(this.ownerDocument);
  }

  /**
   * Dispatches an event from the element. It bubbles out of it, unless told otherwise.
   *
   * @returns false when a listener called `preventDefault` on a cancelable one.
   */
  protected emit<T>(type: string, detail?: T, options: EventInit = {}): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, ...options }));
  }

  /** Sets or clears a custom state, which styles see as `:state(name)`. */
  protected setState(name: string, on: boolean): void {
    if (on) this.internals.states.add(name);
    else this.internals.states.delete(name);
  }
}
