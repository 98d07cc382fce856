import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { treeItemStyles } from './tree-item.styles.ts';

/** Where an item stands in its tree. */
export interface TreePlace {
  readonly level: number;
  readonly size: number;
  readonly position: number;
  readonly isSelectable: boolean;
  /** Whether it is in the tab order. */
  readonly isCurrent: boolean;
}

/**
 * Item of a tree. Items that stand in it are its children. One that is `lazy` asks for them by an event when it is first
 * opened, and is busy until they come, or until `lazy` is taken away.
 *
 * @tag skin-tree-item
 * @slot - `<skin-tree-item>` elements: its children.
 * @slot start - An icon before the label.
 * @slot label - The label, where it is more than plain text.
 * @slot end - A number or badge after it.
 * @fires toggle - When the user has opened or closed it; detail: `{ expanded }`; bubbles.
 * @fires load-children - When a lazy one was opened; detail: `{ item, value }`; bubbles. Append the children, or set
 * `lazy` to false where there are none, or `expanded` to false where they can't be had.
 * @csspart row - Its own line.
 * @csspart label - Around the label.
 * @csspart children - Around the children.
 * @cssprop --skin-tree-indent - How far children are moved in.
 * @cssState loading - The children are on their way.
 */
export class TreeItemCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, treeItemStyles];
  static override properties: PropertyDeclarations = {
    label: {},
    value: {},
    expanded: { type: Boolean, reflect: true },
    selected: { type: Boolean, reflect: true },
    disabled: { type: Boolean, reflect: true },
    lazy: { type: Boolean, reflect: true },
    place: { state: true },
  };

  /** What it says; also its accessible name, and the text by which typing finds it. */
  declare label: string;
  /** What the tree tells of it in its events; the label by default. */
  declare value: string | undefined;
  /** Whether its children are shown. */
  declare expanded: boolean;
  /** Whether it is selected. */
  declare selected: boolean;
  /** Whether it is off: it can have the focus, but be neither opened nor chosen. */
  declare disabled: boolean;
  /** Whether its children are yet to be loaded. */
  declare lazy: boolean;
  /** @internal Set by the tree. */
  declare place: TreePlace;
  #asked = false;

  constructor() {
    super();
    this.label = '';
    this.expanded = false;
    this.selected = false;
    this.disabled = false;
    this.lazy = false;
    this.place = { level: 1, size: 1, position: 1, isSelectable: false, isCurrent: false };
  }

  /** Its children. */
  get items(): TreeItemCell[] {
    return [...this.children].filter((child) => child instanceof TreeItemCell);
  }

  /** Whether it has children, or may have. */
  get isParent(): boolean {
    return this.lazy || this.items.length > 0;
  }

  /** Opens or closes it on the user's behalf. */
  toggle(expanded: boolean = !this.expanded): void {
    if (this.disabled || !this.isParent || expanded === this.expanded) return;
    this.expanded = expanded;
    this.emit('toggle', { expanded });
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.lazy && this.items.length > 0) this.lazy = false;
  }

  /** Gives the focus to its line. */
  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<HTMLElement>('.row')?.focus(options);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const isLoading = this.lazy && this.expanded;
    this.setState('loading', isLoading);
    if (isLoading && !this.#asked) this.emit('load-children', { item: this, value: this.value ?? this.label });
    this.#asked = isLoading;
  }

  // The children stand beside its line, not in it: they are no part of its name.
  protected override render(): TemplateResult {
    const { expanded, isParent, disabled, place } = this;
    const isLoading = this.lazy && expanded;
    const mark = isLoading
      ? html`<span class="wait"></span>`
      : html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 6l6 6-6 6" /></svg>`;
    return html`<div
        class="row"
        part="row"
        role="treeitem"
        tabindex=${place.isCurrent ? 0 : -1}
        aria-level=${place.level}
        aria-setsize=${place.size}
        aria-posinset=${place.position}
        aria-selected=${place.isSelectable && !disabled ? String(Boolean(this.selected)) : nothing}
        aria-expanded=${isParent ? String(Boolean(expanded)) : nothing}
        aria-disabled=${disabled ? 'true' : nothing}
        aria-busy=${isLoading ? 'true' : nothing}
      >
        <span class="toggle">${isParent ? mark : nothing}</span><slot name="start"></slot
        ><span class="label" part="label"><slot name="label">${this.label}</slot></span
        ><slot name="end"></slot>
      </div>
      <div class="children" part="children" ?hidden=${!expanded || !isParent}>
        <slot @slotchange=${() => this.requestUpdate()}></slot>
      </div>`;
  }
}

TreeItemCell.define('skin-tree-item');

declare global {
  interface HTMLElementTagNameMap {
    'skin-tree-item': TreeItemCell;
  }
}
