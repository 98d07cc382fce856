import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { panelStyles } from './panel.styles.ts';
import { SkinCell } from './skin-cell.ts';
import { term } from './terms.ts';
import { modalStyles } from './modal.styles.ts';
import { firstFocus } from './first-focus.ts';
import { type Invocable, takeCommands } from './invoke.ts';
import { lockScroll } from './scroll-lock.ts';

/** Why a dialog closed. */
export type CloseReason = 'escape' | 'button' | 'backdrop' | 'form' | 'api';

/**
 * Modal base class, on the platform's own dialog: keeps the focus inside, closes on Escape, and gives the focus back.
 * Buttons of the page open and close it by `commandfor` and one of the commands of a dialog.
 */
export abstract class ModalCell extends SkinCell implements Invocable {
  static override styles: CSSResultGroup = [SkinCell.styles, panelStyles, modalStyles];
  static override properties: PropertyDeclarations = {
    open: { type: Boolean, reflect: true },
    label: {},
    lightDismiss: { type: Boolean, attribute: 'light-dismiss' },
  };

  /** Whether it is open. */
  declare open: boolean;
  /** What the form or script that closed it gave as its outcome, as of a native dialog. */
  returnValue: string = '';
  /** Visible title; also the accessible name. */
  declare label: string;
  /** Whether a click beside the dialog closes it. */
  declare lightDismiss: boolean;
  /** What it is for assistive technology; a dialog by default. */
  protected readonly dialogRole: 'dialog' | 'alertdialog' = 'dialog';
  #reason: CloseReason = 'api';
  #unlockScroll: (() => void) | undefined;

  constructor() {
    super();
    this.open = false;
    this.label = '';
    this.lightDismiss = false;
    this.addEventListener('submit', (event) => this.#submit(event));
  }

  /** Opens it as a modal. */
  show(): void {
    this.returnValue = '';
    this.open = true;
  }

  /** Closes it, with an outcome if one is given. */
  close(returnValue?: string): void {
    if (returnValue !== undefined) this.returnValue = returnValue;
    this.#reason = 'api';
    this.open = false;
  }

  /** @ignore */
  invoke(command: string, source: HTMLElement): void {
    if (command === 'show-modal') this.show();
    else if (command === 'close') this.close(source.getAttribute('value') ?? undefined);
    else if (command === 'request-close') this.#request('button');
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    takeCommands(this, 'dialog');
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
    this.#unlockScroll?.();
    this.#unlockScroll = undefined;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const dialog = this.#dialog;
    if (!changed.has('open') || dialog === null || dialog.open === this.open) return;
    if (this.open) {
      dialog.showModal();
      this.#unlockScroll ??= lockScroll();
      this.#focusFirst();
      this.emit('open', undefined, { bubbles: false });
    } else dialog.close();
  }

  #focusFirst(): void {
    const target: (HTMLElement & { updateComplete?: Promise<unknown> }) | null =
      firstFocus(this) ?? this.renderRoot.querySelector<HTMLElement>('footer [autofocus]');
    target?.focus();
    // One of the kit's own may not have rendered yet, and then has nothing that takes the focus.
    void target?.updateComplete?.then(() => this.open && !this.querySelector(':focus') && target.focus());
  }

  #request(reason: CloseReason): void {
    if (!this.emit('request-close', { reason }, { cancelable: true, bubbles: false })) return;
    this.#reason = reason;
    this.open = false;
  }

  #submit(event: SubmitEvent): void {
    const form = event.target;
    // The platform looks for the dialog around the form, but not across a slot.
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== 'dialog') return;
    if (form.closest('dialog, skin-dialog, skin-drawer, skin-confirm') !== this) return;
    event.preventDefault();
    this.returnValue = event.submitter?.getAttribute('value') ?? '';
    this.#request('form');
  }

  #cancel(event: Event): void {
    // A file input inside has an event of this name, too, and it bubbles.
    if (event.target !== this.#dialog) return;
    event.preventDefault();
    this.#request('escape');
  }

  #closed(event: Event): void {
    if (event.target !== this.#dialog) return;
    this.open = false;
    this.#unlock();
    const reason = this.#reason;
    this.#reason = 'api';
    this.emit('close', { reason }, { bubbles: false });
  }

  #press(event: PointerEvent): void {
    const dialog = this.#dialog;
    if (!this.lightDismiss || event.target !== dialog || dialog === null) return;
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    if (event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom)
      this.#request('backdrop');
  }

  /** Whether there is something below the content. */
  protected get hasFooter(): boolean {
    return this.querySelector(':scope > [slot=footer]') !== null;
  }

  /** Actions of its own, where the page brings none. */
  protected renderActions(): TemplateResult | typeof nothing {
    return nothing;
  }

  protected override render(): TemplateResult {
    return html`<dialog
      id="dialog"
      part="dialog"
      role=${this.dialogRole === 'dialog' ? nothing : this.dialogRole}
      aria-labelledby="title"
      @cancel=${this.#cancel}
      @close=${this.#closed}
      @command=${(event: CommandEvent) => {
        event.preventDefault();
        this.invoke(event.command, event.source as HTMLElement);
      }}
      @pointerdown=${this.#press}
    >
      <header part="header">
        <h2 id="title" part="title">${this.label}</h2>
        <button
          type="button"
          class="close"
          aria-label=${term(this, 'close', 'Close')}
          part="close"
          @click=${() => this.#request('button')}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
        </button>
      </header>
      <div class="body" part="body"><slot></slot></div>
      <footer part="footer" ?hidden=${!this.hasFooter}>
        <slot name="footer" @slotchange=${() => this.requestUpdate()}>${this.renderActions()}</slot>
      </footer>
    </dialog>`;
  }
}
