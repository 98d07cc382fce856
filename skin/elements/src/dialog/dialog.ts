import { type CSSResultGroup, html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { dialogStyles } from './dialog.styles.ts';

/** Why a dialog closed. */
export type CloseReason = 'escape' | 'button' | 'backdrop' | 'api';

// Several dialogs may be open at once; the page scrolls again when the last has closed.
let scrollLocks = 0;
let pageOverflow = '';

const lockScroll = (): void => {
  const { style } = document.documentElement;
  if (scrollLocks === 0) {
    pageOverflow = style.overflow;
    style.overflow = 'hidden';
  }
  scrollLocks += 1;
};
const unlockScroll = (): void => {
  scrollLocks -= 1;
  if (scrollLocks === 0) document.documentElement.style.overflow = pageOverflow;
};

/**
 * Modal dialog on the platform's own: keeps the focus inside, closes on Escape, and gives the focus back.
 *
 * @tag skin-dialog
 * @slot - The content.
 * @slot footer - Actions below the content.
 * @fires open - When it has opened.
 * @fires request-close - Before the user closes it; detail: `{ reason }`; cancelable.
 * @fires close - When it has closed; detail: `{ reason }`.
 * @csspart dialog - The native dialog.
 */
export class DialogCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, dialogStyles];
  static override properties: PropertyDeclarations = {
    open: { type: Boolean, reflect: true },
    label: {},
    lightDismiss: { type: Boolean, attribute: 'light-dismiss' },
  };

  declare open: boolean;
  /** Visible title; also the accessible name. */
  declare label: string;
  /** Whether a click beside the dialog closes it. */
  declare lightDismiss: boolean;
  #reason: CloseReason = 'api';
  #locked = false;

  constructor() {
    super();
    this.open = false;
    this.label = '';
    this.lightDismiss = false;
  }

  /** Opens it as a modal. */
  show(): void {
    this.open = true;
  }

  /** Closes it. */
  close(): void {
    this.#reason = 'api';
    this.open = false;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot?.querySelector('dialog') ?? null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unlock();
    this.open = false;
  }

  #unlock(): void {
    if (this.#locked) unlockScroll();
    this.#locked = false;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const dialog = this.#dialog;
    if (!changed.has('open') || dialog === null || dialog.open === this.open) return;
    if (this.open) {
      dialog.showModal();
      lockScroll();
      this.#locked = true;
      this.emit('open');
    } else dialog.close();
  }

  #request(reason: CloseReason): void {
    if (!this.emit('request-close', { reason }, { cancelable: true })) return;
    this.#reason = reason;
    this.open = false;
  }

  #cancel(event: Event): void {
    event.preventDefault();
    this.#request('escape');
  }

  #closed(event: Event): void {
    event.stopPropagation();
    this.open = false;
    this.#unlock();
    const reason = this.#reason;
    this.#reason = 'api';
    this.emit('close', { reason });
  }

  #press(event: PointerEvent): void {
    const dialog = this.#dialog;
    if (!this.lightDismiss || event.target !== dialog || dialog === null) return;
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    if (event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom)
      this.#request('backdrop');
  }

  #toggleFooter(event: Event): void {
    const slot = event.target as HTMLSlotElement;
    slot.parentElement?.classList.toggle('empty', slot.assignedNodes().length === 0);
  }

  protected override render(): TemplateResult {
    return html`<dialog
      part="dialog"
      aria-labelledby="title"
      @cancel=${this.#cancel}
      @close=${this.#closed}
      @pointerdown=${this.#press}
    >
      <header>
        <h2 id="title">${this.label}</h2>
        <button type="button" class="close" aria-label="Close" @click=${() => this.#request('button')}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
        </button>
      </header>
      <div class="body"><slot></slot></div>
      <footer class="empty"><slot name="footer" @slotchange=${this.#toggleFooter}></slot></footer>
    </dialog>`;
  }
}

DialogCell.define('skin-dialog');

declare global {
  interface HTMLElementTagNameMap {
    'skin-dialog': DialogCell;
  }
}
