import { css, type CSSResultGroup, html, type TemplateResult } from 'lit';
import { OpenerCell } from '../base/opener-cell.ts';
import { rove } from '../base/roving.ts';
import { MenuItemCell } from './menu-item.ts';

/**
 * Menu button: a button with a list of commands. Arrow keys, Home, End and typing the first letters move in it; Enter
 * and Space choose; Escape and Tab leave it.
 *
 * @tag skin-menu
 * @slot trigger - The button.
 * @slot - `<skin-menu-item>` elements, with `<skin-divider>` in between if need be.
 * @fires select - When an item is chosen; detail: `{ value, item }`; cancelable, then the menu stays open.
 * @fires open - When it has opened; does not bubble.
 * @fires close - When it has closed; does not bubble.
 * @csspart menu - The list.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/
 */
export class MenuCell extends OpenerCell {
  static override styles: CSSResultGroup = [
    OpenerCell.styles,
    css`
      [popover] {
        min-inline-size: 10rem;
        padding: 0.3rem;
      }
      ::slotted(skin-divider) {
        margin-block: 0.3rem;
      }
    `,
  ];
  protected override readonly popup = 'menu';
  #start: 'first' | 'last' = 'first';
  #typed = '';
  #typing: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
  }

  /** Its items. */
  get items(): MenuItemCell[] {
    return [...this.querySelectorAll<MenuItemCell>('skin-menu-item')].filter(
      (item) => item.closest('skin-menu') === this,
    );
  }

  protected override opened(): void {
    this.items.at(this.#start === 'last' ? -1 : 0)?.focus();
    this.#start = 'first';
  }

  #choose(item: MenuItemCell): void {
    if (item.disabled) return;
    if (item.type === 'checkbox') item.checked = !item.checked;
    const goes = this.emit('select', { value: item.value ?? item.text, item }, { cancelable: true });
    if (goes) this.open = false;
  }

  #click(event: Event): void {
    const item = event.composedPath().find((target) => target instanceof MenuItemCell);
    if (item !== undefined) this.#choose(item);
  }

  protected override onTriggerKeydown(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    this.#start = event.key === 'ArrowUp' ? 'last' : 'first';
    this.open = true;
  }

  #onKeydown(event: KeyboardEvent): void {
    const { items } = this;
    const current = items.find((item) => item.matches(':focus'));
    const next = rove(event, items, current, 'vertical') ?? this.#find(event, items, current);
    if (next !== undefined) next.focus();
    else if (event.key === 'Enter' || event.key === ' ') {
      if (current !== undefined) this.#choose(current);
    } else if (event.key === 'Tab') {
      this.open = false;
      return;
    } else return;
    event.preventDefault();
  }

  /** The next item that begins with what was typed within the last half second. */
  #find(
    event: KeyboardEvent,
    items: readonly MenuItemCell[],
    current: MenuItemCell | undefined,
  ): MenuItemCell | undefined {
    const { key } = event;
    if (key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (key === ' ' && this.#typed === '') return undefined;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => (this.#typed = ''), 500);
    this.#typed += key.toLowerCase();
    const at = current === undefined ? 0 : items.indexOf(current) + (this.#typed.length === 1 ? 1 : 0);
    return [...items.slice(at), ...items.slice(0, at)].find((item) => item.text.toLowerCase().startsWith(this.#typed));
  }

  protected override render(): TemplateResult {
    return html`${this.renderTrigger()}
      <div
        popover
        part="menu"
        role="menu"
        aria-label=${this.panelLabel}
        @beforetoggle=${this.onBeforeToggle}
        @toggle=${this.onToggle}
        @click=${this.#click}
        @keydown=${this.#onKeydown}
      >
        <slot></slot>
      </div>`;
  }
}

MenuCell.define('skin-menu');

declare global {
  interface HTMLElementTagNameMap {
    'skin-menu': MenuCell;
  }
}
