import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { panelStyles } from '../base/panel.styles.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';

const longestName = 80;

/**
 * Item of a drag list, with a handle by which it is moved.
 *
 * @tag skin-drag-item
 * @slot - The content; it may hold controls of its own.
 * @slot handle - Another sign on the handle.
 * @csspart handle - The button that lifts it.
 * @csspart content - Around the content.
 * @cssState lifted - It is being moved.
 */
export class DragItemCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    panelStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 0.35rem;
        min-inline-size: 0;
        padding: 0.4rem;
        padding-inline: 0.3rem 0.6rem;
        background: var(--_surface);
        border: 1px solid var(--_border);
        border-radius: var(--_radius);
        box-shadow: var(--_shadow);
      }
      button {
        flex: none;
        display: grid;
        place-items: center;
        inline-size: 1.75rem;
        block-size: 1.75rem;
        padding: 0;
        color: var(--_text-muted);
        background: none;
        border: 0;
        border-radius: calc(var(--_radius) - 2px);
        cursor: grab;
        touch-action: none;
        user-select: none;
      }
      button:hover {
        color: var(--_text);
        background: color-mix(in oklab, currentcolor 12%, transparent);
      }
      :host([disabled]) button {
        visibility: hidden;
      }
      svg {
        inline-size: 1.1rem;
        fill: currentcolor;
      }
      .content {
        flex: 1;
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      :host(:state(lifted)) {
        box-shadow: var(--_shadow-large);
        border-color: var(--_accent);
        opacity: 0.96;
      }
      :host(:state(lifted)) button {
        color: var(--_accent);
        cursor: grabbing;
      }
      @media (forced-colors: active) {
        :host(:state(lifted)) {
          outline: 3px solid Highlight;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    value: { reflect: true, useDefault: true },
    label: {},
    disabled: { type: Boolean, reflect: true },
    isLifted: { state: true },
  };

  /** What stands for it in the order that `reorder` tells. */
  declare value: string;
  /** What it is called, by those who can't see it; its text by default. */
  declare label: string;
  /** Whether it stays where it is; others may still be moved past it. */
  declare disabled: boolean;
  /** Whether it is being moved; its list sets this. @ignore */
  declare isLifted: boolean;

  constructor() {
    super();
    this.value = '';
    this.label = '';
    this.disabled = false;
    this.isLifted = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasAttribute('role')) this.setAttribute('role', 'listitem');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.dispatchEvent(new Event('skin-drag-gone'));
  }

  /** Gives the focus to its handle. */
  override focus(options?: FocusOptions): void {
    this.renderRoot?.querySelector('button')?.focus(options);
  }

  /** Its name: `label`, or else its text. */
  get text(): string {
    return String(this.label || (this.textContent ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, longestName));
  }

  /** Whether an event comes from its handle. */
  isHandle(event: Event): boolean {
    const handle = this.renderRoot?.querySelector('button');
    return handle !== null && handle !== undefined && event.composedPath().includes(handle);
  }

  protected override updated(): void {
    this.setState('lifted', this.isLifted);
  }

  protected override render(): TemplateResult {
    return html`<button
        type="button"
        part="handle"
        ?disabled=${this.disabled}
        aria-label=${term(this, 'dragHandle', 'Move {item}').replace('{item}', () => this.text)}
        aria-pressed=${this.isLifted}
        aria-description=${
          this.disabled
            ? nothing
            : term(this, 'dragHelp', 'Space lifts it, arrow keys move it, Space puts it down, Escape puts it back.')
        }
      >
        <slot name="handle" @slotchange=${() => this.requestUpdate()}
          ><svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M8 4h3v3H8zM13 4h3v3h-3zM8 10.5h3v3H8zM13 10.5h3v3h-3zM8 17h3v3H8zM13 17h3v3h-3z" /></svg
        ></slot>
      </button>
      <div class="content" part="content"><slot @slotchange=${() => this.requestUpdate()}></slot></div>`;
  }
}

DragItemCell.define('skin-drag-item');

declare global {
  interface HTMLElementTagNameMap {
    'skin-drag-item': DragItemCell;
  }
}
