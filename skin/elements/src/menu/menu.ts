import { css, type CSSResultGroup, html, type TemplateResult } from 'lit';
import { OpenerCell } from '../base/opener-cell.ts';
import { rove } from '../base/roving.ts';
import { TypeAhead } from '../base/type-ahead.ts';
import './menu-item.ts';
import type { MenuItemCell } from './menu-item.ts';

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
  readonly #typing = new TypeAhead();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#typing.stop();
  }

  /** Its items. */
  get items(): MenuItemCell[] {
    return [...this.querySelectorAll<MenuItemCell>('skin-menu-item')].filter(
      (item) => item.closest('skin-menu, skin-dropdown, skin-context-menu') === this,
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
    const path = new Set(event.composedPath());
    const item = this.items.find((one) => path.has(one));
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
    const next =
      rove(event, items, current, 'vertical') ?? this.#typing.find(event, items, current, ({ text }) => text);
    if (next !== undefined) next.focus();
    else if (event.key === 'Enter' || event.key === ' ') {
      if (current !== undefined) this.#choose(current);
    } else if (event.key === 'Tab') {
      this.open = false;
      return;
    } else return;
    event.preventDefault();
  }

  protected override render(): TemplateResult {
    return html`${this.renderTrigger()}
      <div
        id="panel"
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
