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
  #asked = false;

  constructor() {
    super();
    this.label = '';
    this.expanded = false;
    this.selected = false;
    this.disabled = false;
    this.lazy = false;
  }

  /** Its children. */
  get items(): TreeItemCell[] {
    return [...this.children].filter((child) => child instanceof TreeItemCell);
  }

  /** Whether it has children, or may have. */
  get isParent(): boolean {
    return this.lazy || this.items.length > 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'treeitem');
    if (!this.hasAttribute('tabindex')) this.tabIndex = -1;
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

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const isLoading = this.lazy && this.expanded;
    for (const [name, value] of [
      ['aria-expanded', this.isParent ? String(this.expanded) : null],
      ['aria-disabled', this.disabled ? 'true' : null],
      ['aria-busy', isLoading ? 'true' : null],
    ] as const) {
      if (value === null) this.removeAttribute(name);
      else this.setAttribute(name, value);
    }
    // The children are no part of its name.
    this.internals.ariaLabel = [this.label, ...[...this.querySelectorAll(':scope > [slot=end]')].map((end) => end.textContent)]
      .join(' ')
      .trim();
    this.setState('loading', isLoading);
    if (isLoading && !this.#asked) this.emit('load-children', { item: this, value: this.value ?? this.label });
    this.#asked = isLoading;
  }

  protected override render(): TemplateResult {
    const { expanded, isParent } = this;
    const mark =
      this.lazy && expanded
        ? html`<span class="wait"></span>`
        : html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 6l6 6-6 6" /></svg>`;
    return html`<div class="row" part="row">
        <span class="toggle">${isParent ? mark : nothing}</span><slot name="start"></slot
        ><span class="label" part="label"><slot name="label">${this.label}</slot></span
        ><slot name="end"></slot>
      </div>
      <div role=${isParent ? 'group' : nothing} part="children" ?hidden=${!expanded || !isParent}>
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
