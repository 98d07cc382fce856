import { PlainCell } from './plain-cell.ts';

/** Element base class without styles: events, states. */
export class EventCell extends PlainCell {
  /** Custom states and, for controls, the part taken in a form. */
  protected readonly internals: ElementInternals = this.attachInternals();

  /**
   * Dispatches an event from the element. It bubbles out of it, unless told otherwise.
   *
   * @returns false when a listener called `preventDefault` on a cancelable one.
   */
  protected emit<T>(type: string, detail?: T, options: EventInit = {}): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, ...options }));
  }

  /** Sets or clears a custom state, which styles see as `:state(name)`. */
  protected setState(name: string, on: unknown): void {
    this.internals.states[on ? 'add' : 'delete'](name);
  }
}
