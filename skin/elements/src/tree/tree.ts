import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { TypeAhead } from '../base/type-ahead.ts';
import { treeKey } from './tree-keys.ts';
import { TreeItemCell, type TreePlace } from './tree-item.ts';

/** Detail of `selection-change`. */
export interface TreeSelection {
  readonly values: readonly string[];
  readonly items: readonly TreeItemCell[];
}

const isOpen = (item: TreeItemCell): boolean => item.expanded && item.isParent;
const visible = (items: readonly TreeItemCell[]): TreeItemCell[] =>
  items.flatMap((item) => (isOpen(item) ? [item, ...visible(item.items)] : [item]));
const isSame = (one: TreePlace, other: TreePlace): boolean =>
  one.level === other.level &&
  one.size === other.size &&
  one.position === other.position &&
  one.isSelectable === other.isSelectable &&
  one.isCurrent === other.isCurrent;
const valueOf = (item: TreeItemCell): string => item.value ?? item.label;

/**
 * Tree view: items in items, opened and closed. Arrow keys, Home, End, `*` and typing the first letters move in it, Enter
 * activates. With `selection="multiple"` Space, Shift with arrows, Ctrl+Shift+Home and End, and Ctrl+A select.
 *
 * @tag skin-tree
 * @slot - `<skin-tree-item>` elements.
 * @fires activate - When an item was activated by Enter or double click, or by a click where none can be selected;
 * detail: `{ item, value }`.
 * @fires selection-change - When the user has selected other items; detail: `{ values, items }`.
 * @csspart tree - Around all.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/treeview/
 */
export class TreeCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    label: {},
    selection: { reflect: true, useDefault: true },
  };

  /** Accessible name. */
  declare label: string;
  /** How many items can be selected. Default `none`. */
  declare selection: 'none' | 'single' | 'multiple';
  readonly #typing = new TypeAhead();
  #observer: MutationObserver | undefined;
  #current: TreeItemCell | undefined;
  #path: readonly TreeItemCell[] = [];
  #hadFocus = false;
  #anchor: TreeItemCell | undefined;

  constructor() {
    super();
    this.label = '';
    this.selection = 'none';
    this.addEventListener('focusin', (event) => {
      const item = this.#itemOf(event);
      if (item !== undefined) this.#enter(item);
    });
    this.addEventListener('focusout', ({ relatedTarget }) => {
      // An item that was hidden or taken away loses the focus to nothing; the tree then gives it to another.
      queueMicrotask(() => {
        if (relatedTarget === null ? this.#current?.checkVisibility() === true : !this.matches(':focus-within'))
          this.#hadFocus = false;
      });
    });
  }

  /** The items of the first level. */
  get items(): TreeItemCell[] {
    return [...this.children].filter((child) => child instanceof TreeItemCell);
  }

  /** The selected items, in their order. */
  get selectedItems(): TreeItemCell[] {
    return this.#all.filter(({ selected }) => selected);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new MutationObserver(() => this.requestUpdate());
    this.#observer.observe(this, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['expanded', 'selected', 'lazy'],
    });
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#typing.stop();
  }

  get #all(): TreeItemCell[] {
    return [...this.querySelectorAll('skin-tree-item')].filter(
      (item) => item instanceof TreeItemCell && item.closest('skin-tree') === this,
    );
  }

  #itemOf(event: Event): TreeItemCell | undefined {
    const item = event.composedPath().find((target) => target instanceof TreeItemCell);
    return item?.closest('skin-tree') === this ? item : undefined;
  }

  #enter(item: TreeItemCell): void {
    this.#hadFocus = true;
    if (item === this.#current) return;
    this.#become(item);
    this.#number(this.items, 1);
  }

  #become(item: TreeItemCell | undefined): void {
    this.#current = item;
    const path: TreeItemCell[] = [];
    for (let at: Element | null | undefined = item; at instanceof TreeItemCell; at = at.parentElement) path.push(at);
    this.#path = path;
  }

  #focus(item: TreeItemCell | undefined): void {
    item?.focus();
    item?.scrollIntoView({ block: 'nearest' });
  }

  protected override updated(): void {
    const hadFocus = this.#hadFocus;
    const shown = new Set(visible(this.items));
    const old = this.#current;
    const isLost = old === undefined || !shown.has(old);
    // What was hidden or taken away leaves the focus to the nearest item around it.
    if (isLost)
      this.#become(
        this.#path.find((item) => shown.has(item)) ?? [...shown].find(({ selected }) => selected) ?? [...shown][0],
      );
    else this.#become(old);
    this.#number(this.items, 1);
    if (isLost && hadFocus) this.#focus(this.#current);
  }

  #number(items: readonly TreeItemCell[], level: number): void {
    const isSelectable = this.selection === 'single' || this.selection === 'multiple';
    const size = items.length;
    for (const [at, item] of items.entries()) {
      const place = { level, size, position: at + 1, isSelectable, isCurrent: item === this.#current };
      if (!isSame(item.place, place)) item.place = place;
      this.#number(item.items, level + 1);
    }
  }

  #select(wanted: ReadonlySet<TreeItemCell>): void {
    let isNew = false;
    for (const item of this.#all) {
      const selected = wanted.has(item) && !item.disabled;
      isNew ||= selected !== item.selected;
      item.selected = selected;
    }
    if (!isNew) return;
    const items = this.selectedItems;
    this.emit<TreeSelection>('selection-change', { values: items.map(valueOf), items });
  }

  /** Selects one item, beside the others or instead of them. */
  #choose(item: TreeItemCell, isAdded: boolean): void {
    if (item.disabled) return;
    this.#anchor = item;
    if (this.selection === 'single') this.#select(new Set([item]));
    else if (this.selection === 'multiple') {
      const wanted = new Set(isAdded ? this.selectedItems : []);
      if (isAdded && item.selected) wanted.delete(item);
      else wanted.add(item);
      this.#select(wanted);
    }
  }

  #chooseTo(item: TreeItemCell): void {
    const shown = visible(this.items);
    const anchor = this.#anchor !== undefined && shown.includes(this.#anchor) ? this.#anchor : item;
    const [from = 0, to = 0] = [shown.indexOf(anchor), shown.indexOf(item)].sort((a, b) => a - b);
    this.#select(new Set(shown.slice(from, to + 1)));
  }

  #activate(item: TreeItemCell): void {
    if (!item.disabled) this.emit('activate', { item, value: valueOf(item) });
  }

  #click(event: MouseEvent): void {
    const item = this.#itemOf(event);
    if (item === undefined) return;
    this.#focus(item);
    const isToggle = event
      .composedPath()
      .some((target) => target instanceof Element && target.classList.contains('toggle'));
    if (isToggle && item.isParent) item.toggle();
    else if (this.selection === 'multiple' && event.shiftKey) this.#chooseTo(item);
    else if (this.selection === 'multiple' || this.selection === 'single')
      this.#choose(item, event.ctrlKey || event.metaKey);
    else {
      item.toggle();
      this.#activate(item);
    }
  }

  #doubleClick(event: MouseEvent): void {
    const item = this.#itemOf(event);
    if (item !== undefined && this.selection !== 'none') this.#activate(item);
  }

  #keydown(event: KeyboardEvent): void {
    const item = this.#itemOf(event);
    if (item === undefined || event.target !== item) return;
    const shown = visible(this.items);
    const { selection } = this;
    const isRange = selection === 'multiple' && event.shiftKey;
    const step = treeKey(event, shown, item, this.#typing.isTyping);
    const found = step === undefined ? this.#typing.find(event, shown, item, ({ label }) => String(label)) : undefined;
    if (step === undefined && found === undefined) return;
    event.preventDefault();
    if (found !== undefined || step === undefined) this.#focus(found);
    else if (step.does === 'move') {
      this.#anchor ??= item;
      this.#focus(step.to);
      if (isRange && step.to !== undefined) this.#chooseTo(step.to);
    } else if (step.does === 'toggle') item.toggle();
    else if (step.does === 'expand')
      for (const one of item.parentElement === this ? this.items : ((item.parentElement as TreeItemCell).items ?? []))
        one.toggle(true);
    else if (step.does === 'all' && selection === 'multiple') {
      const some = shown.filter(({ disabled }) => !disabled);
      this.#select(new Set(some.every(({ selected }) => selected) ? [] : some));
    } else if (step.does === 'choose') {
      if (isRange) this.#chooseTo(item);
      else if (selection === 'none') this.#activate(item);
      else this.#choose(item, true);
    } else if (step.does === 'activate') {
      if (selection === 'single') this.#choose(item, false);
      this.#activate(item);
    }
  }

  protected override render(): TemplateResult {
    return html`<div
      role="tree"
      part="tree"
      aria-label=${this.label || nothing}
      aria-multiselectable=${this.selection === 'multiple' ? 'true' : nothing}
      @click=${this.#click}
      @dblclick=${this.#doubleClick}
      @keydown=${this.#keydown}
    >
      <slot></slot>
    </div>`;
  }
}

TreeCell.define('skin-tree');

declare global {
  interface HTMLElementTagNameMap {
    'skin-tree': TreeCell;
  }
}
