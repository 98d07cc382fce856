import type { PropertyDeclarations } from 'lit';
import { optionsIn, regular, type SelectOption } from './options.ts';
import { Receptor } from './receptor.ts';

/**
 * Choosing control base class: its choices come from `options`, or from `<option>` and `<optgroup>` children, which it
 * watches.
 */
export abstract class OptionsControl extends Receptor {
  static override properties: PropertyDeclarations = { options: { attribute: false, noAccessor: true } };

  #options: readonly SelectOption[] = [];
  #childOptions: readonly SelectOption[] = [];
  #observer: MutationObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer ??= new MutationObserver(() => this.#readChildren());
    this.#observer.observe(this, { childList: true, subtree: true, characterData: true, attributes: true });
    this.#readChildren();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  /** The choices; they replace the children. Strings are choices too; what is no choice is left out. */
  get options(): readonly SelectOption[] {
    return this.#options;
  }
  set options(options: readonly (SelectOption | string)[]) {
    this.#options = regular(options);
    this.sync();
    this.requestUpdate('options');
  }

  /** The choices there are, wherever they come from. */
  protected get choices(): readonly SelectOption[] {
    return this.#options.length > 0 ? this.#options : this.#childOptions;
  }

  /** Values of the children that are marked as chosen. */
  protected get selectedChildren(): readonly string[] {
    if (this.#options.length > 0) return [];
    return Array.from(this.querySelectorAll<HTMLOptionElement>('option[selected]'), ({ value }) => value);
  }

  #readChildren(): void {
    this.#childOptions = optionsIn(this);
    this.sync();
    this.requestUpdate('options');
  }
}
