import { css, type CSSResultGroup, html, type TemplateResult } from 'lit';
import { term } from '../base/terms.ts';
import { MenuCell } from '../menu/menu.ts';

/** How long a finger rests, in milliseconds, and how far it may move meanwhile, in pixels. */
const longPress = { ms: 500, pixels: 10 };

/**
 * Context menu: commands for what it stands around, opened there by the second button, a long press, Shift+F10 or the
 * menu key. In the menu the keys are those of `<skin-menu>`. Whatever is in it must be within reach in another way, too.
 *
 * @tag skin-context-menu
 * @slot target - What the commands are for. Something in it should be able to have the focus.
 * @slot - `<skin-menu-item>` elements, with `<skin-divider>` in between if need be.
 * @fires select - When an item is chosen; detail: `{ value, item }`; cancelable, then the menu stays open.
 * @fires open - When it has opened; does not bubble.
 * @fires close - When it has closed; does not bubble.
 * @csspart menu - The list.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/menubar/
 */
export class ContextMenuCell extends MenuCell {
  static override styles: CSSResultGroup = [
    MenuCell.styles,
    css`
      :host {
        display: block;
      }
      .point {
        position: fixed;
        inline-size: 1px;
        block-size: 1px;
        pointer-events: none;
      }
      ::slotted([slot='target']) {
        -webkit-touch-callout: none;
      }
    `,
  ];
  #from: HTMLElement | undefined;
  #press: { readonly x: number; readonly y: number; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  #ending: AbortController | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#endPress();
    this.#ending?.abort();
  }

  protected override get panelLabel(): string {
    return this.label || term(this, 'contextMenu', 'Context menu');
  }

  /** The menu stands beside the point that was pressed. */
  protected override get trigger(): HTMLElement | undefined {
    return this.renderRoot?.querySelector<HTMLElement>('.point') ?? undefined;
  }

  /** Opens it at a point of the viewport, in pixels. */
  openAt(x: number, y: number): void {
    const { trigger } = this;
    if (trigger === undefined) return;
    trigger.style.left = `${Number.isFinite(x) ? x : 0}px`;
    trigger.style.top = `${Number.isFinite(y) ? y : 0}px`;
    if (!this.open) this.#remember();
    this.open = true;
  }

  #remember(): void {
    const { activeElement } = this.getRootNode() as Document | ShadowRoot;
    if (activeElement instanceof HTMLElement && activeElement !== document.body) this.#from = activeElement;
  }

  protected override onBeforeToggle(event: ToggleEvent): void {
    const { activeElement } = this.getRootNode() as Document | ShadowRoot;
    if (event.newState === 'closed' && this.items.some((item) => item === activeElement))
      this.#from?.focus({ preventScroll: true });
  }

  #endPress(): void {
    clearTimeout(this.#press?.timer);
    this.#press = undefined;
  }

  /** A release after it has opened would count as a press beside it, and close it. */
  #openOnRelease(x: number, y: number): void {
    this.#ending?.abort();
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    const release = (): void => {
      this.#ending?.abort();
      setTimeout(() => this.isConnected && this.openAt(x, y));
    };
    addEventListener('pointerup', release, { signal });
    addEventListener('pointercancel', release, { signal });
  }

  #contextMenu(event: MouseEvent): void {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (this.#ending?.signal.aborted === false) return;
    this.#endPress();
    if (event.buttons === 0) this.openAt(event.clientX, event.clientY);
    else this.#openOnRelease(event.clientX, event.clientY);
  }

  #pointerDown({ pointerType, isPrimary, clientX: x, clientY: y }: PointerEvent): void {
    this.#endPress();
    // The press itself may take the focus away.
    if (!this.open) this.#remember();
    if (pointerType !== 'touch' || !isPrimary) return;
    const timer = setTimeout(() => {
      this.#press = undefined;
      this.#openOnRelease(x, y);
    }, longPress.ms);
    this.#press = { x, y, timer };
  }

  #pointerMove({ clientX, clientY }: PointerEvent): void {
    const press = this.#press;
    if (press !== undefined && Math.hypot(clientX - press.x, clientY - press.y) > longPress.pixels) this.#endPress();
  }

  #keydown(event: KeyboardEvent): void {
    if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return;
    event.preventDefault();
    const { target } = event;
    if (!(target instanceof Element)) return;
    const { left, right, bottom } = target.getBoundingClientRect();
    this.openAt(this.matches(':dir(rtl)') ? right : left, bottom);
  }

  protected override renderTrigger(): TemplateResult {
    return html`<slot
        name="target"
        @contextmenu=${this.#contextMenu}
        @pointerdown=${this.#pointerDown}
        @pointermove=${this.#pointerMove}
        @pointerup=${this.#endPress}
        @pointercancel=${this.#endPress}
        @keydown=${this.#keydown}
      ></slot
      ><span class="point" aria-hidden="true"></span>`;
  }
}

ContextMenuCell.define('skin-context-menu');

declare global {
  interface HTMLElementTagNameMap {
    'skin-context-menu': ContextMenuCell;
  }
}
