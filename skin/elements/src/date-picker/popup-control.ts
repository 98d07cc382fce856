import {
  css,
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { anchoredStyles, showBeside } from '../base/anchored.ts';
import { fieldButtonStyles } from '../base/field-button.styles.ts';
import { fieldStyles } from '../base/field.styles.ts';
import { panelStyles } from '../base/panel.styles.ts';
import { Receptor } from '../base/receptor.ts';

const focusable = 'button:enabled, input:enabled, [tabindex="0"]';

/**
 * Base class of a field with a button that opens a panel to choose from. The panel is a dialog that keeps the focus;
 * Escape, a choice and a press elsewhere close it, and the focus goes back to where it came from.
 */
export abstract class PopupControl extends Receptor {
  static override styles: CSSResultGroup = [
    baseStyles,
    fieldStyles,
    fieldButtonStyles,
    panelStyles,
    anchoredStyles,
    css`
      [popover] {
        padding: 0.75rem;
        box-shadow: var(--_shadow-large);
      }
    `,
  ];
  static override properties: PropertyDeclarations = { isOpen: { state: true } };

  declare protected isOpen: boolean;
  #wasOpen = false;
  #opener: HTMLElement | null = null;

  constructor() {
    super();
    this.isOpen = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.isOpen = false;
  }

  /** To be done once the panel is open: focus what comes first. */
  protected abstract opened(): void;

  /** Opens the panel. */
  showPicker(): void {
    if (!this.isDisabled) this.isOpen = true;
  }

  get #panel(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('[popover]');
  }

  /** Closes the panel before it is emptied, or the focus in it would be lost. */
  protected override update(changed: PropertyValues): void {
    const panel = this.#panel;
    if (!this.isOpen && panel?.matches(':popover-open') === true) panel.hidePopover();
    super.update(changed);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const panel = this.#panel;
    if (!this.isOpen || panel === null || !this.isConnected || panel.matches(':popover-open')) return;
    this.#opener = (this.renderRoot as ShadowRoot).activeElement as HTMLElement | null;
    showBeside(panel, this.renderRoot.querySelector<HTMLElement>('.box') ?? this, 'bottom-start');
    this.opened();
  }

  /** Whoever has the focus in the panel gets it back outside, before it goes. */
  #beforeToggle(event: ToggleEvent): void {
    const { activeElement } = this.renderRoot as ShadowRoot;
    if (event.newState !== 'closed' || this.#panel?.contains(activeElement) !== true) return;
    (this.#opener ?? this.control)?.focus();
  }

  #toggle(event: ToggleEvent): void {
    this.isOpen = event.newState === 'open';
    this.emit(this.isOpen ? 'open' : 'close', undefined, { bubbles: false });
  }

  #keydown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      // It means the panel, not the dialog around it.
      event.stopPropagation();
      event.preventDefault();
      this.isOpen = false;
    }
    if (event.key !== 'Tab') return;
    const all = [...(this.#panel?.querySelectorAll<HTMLElement>(focusable) ?? [])];
    const [first, last] = event.shiftKey ? [all.at(-1), all[0]] : [all[0], all.at(-1)];
    if ((this.renderRoot as ShadowRoot).activeElement !== last) return;
    event.preventDefault();
    first?.focus();
  }

  /** The button that opens the panel, named for assistive technology. */
  protected renderOpener(label: string, content: TemplateResult, isOff = false): TemplateResult {
    return html`<button
      type="button"
      part="opener"
      aria-haspopup="dialog"
      aria-expanded=${this.isOpen}
      aria-label=${label}
      ?disabled=${this.isDisabled || isOff}
      @pointerdown=${() => (this.#wasOpen = this.isOpen)}
      @click=${({ detail }: MouseEvent) => {
        if (detail > 0 ? this.#wasOpen : this.isOpen) this.isOpen = false;
        else this.showPicker();
      }}
    >
      ${content}
    </button>`;
  }

  /** The panel, named by the label and what is done in it, with its content while it is open. */
  protected renderPanel(label: string, content: () => TemplateResult): TemplateResult {
    return html`<div
      id="panel"
      part="panel"
      popover
      role="dialog"
      aria-modal="true"
      aria-label=${label}
      aria-labelledby="label panel"
      @beforetoggle=${this.#beforeToggle}
      @toggle=${this.#toggle}
      @keydown=${this.#keydown}
    >
      ${this.isOpen ? content() : nothing}
    </div>`;
  }
}
