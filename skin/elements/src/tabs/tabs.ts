import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { rove } from '../base/roving.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { TabCell } from './tab.ts';

/**
 * Tabs: several contents in one place, one of them shown. Arrow keys, Home and End move from tab to tab and show what
 * they reach; with `activation="manual"` Enter or Space shows it.
 *
 * @tag skin-tabs
 * @slot - `<skin-tab>` elements.
 * @fires change - When the user has selected another tab; detail: `{ selected }`.
 * @csspart tablist - The row of tabs.
 * @csspart tab - A tab.
 * @csspart panel - Around the content.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
 */
export class TabsCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
      }
      [role='tablist'] {
        display: flex;
        gap: 0.25rem;
        overflow-x: auto;
        scrollbar-width: none;
        box-shadow: inset 0 -1px var(--_border);
      }
      button {
        flex: none;
        min-block-size: 2.5rem;
        padding: 0 0.8rem;
        font: inherit;
        font-weight: 560;
        color: var(--_text-muted);
        background: none;
        border: solid transparent;
        border-width: 0 0 2px;
        cursor: pointer;
      }
      button:hover:enabled {
        color: var(--_text);
      }
      button:focus-visible {
        outline-offset: -2px;
        border-radius: var(--_radius);
      }
      button[aria-selected='true'] {
        color: var(--_accent);
        border-color: var(--_accent);
      }
      button:disabled {
        opacity: 0.55;
        cursor: not-allowed;
      }
      @media (forced-colors: active) {
        button {
          border-color: Canvas;
        }
        button[aria-selected='true'] {
          border-color: Highlight;
        }
      }
      [role='tabpanel'] {
        padding-block: 1rem;
      }
    `,
  ];
  static override properties: PropertyDeclarations = { selected: {}, label: {}, activation: {} };

  /** Name of the tab whose content is shown; the first that can be, by default. */
  declare selected: string;
  /** Accessible name of the row of tabs. */
  declare label: string;
  /** Whether moving to a tab shows its content at once. Default `automatic`. */
  declare activation: 'automatic' | 'manual';

  constructor() {
    super();
    this.selected = '';
    this.label = '';
    this.activation = 'automatic';
    this.addEventListener('skin-tab-change', (event) => {
      if (event.target instanceof TabCell && this.#tabs.includes(event.target)) this.requestUpdate();
    });
  }

  get #tabs(): TabCell[] {
    return [...this.children].filter((child) => child instanceof TabCell);
  }

  #nameOf(tab: TabCell): string {
    return tab.name || String(this.#tabs.indexOf(tab));
  }

  get #shown(): TabCell | undefined {
    const tabs = this.#tabs;
    return (
      tabs.find((tab) => this.#nameOf(tab) === this.selected && !tab.disabled) ?? tabs.find((tab) => !tab.disabled)
    );
  }

  protected override willUpdate(): void {
    const shown = this.#shown;
    for (const tab of this.#tabs) tab.selected = tab === shown;
  }

  #select(tab: TabCell | undefined): void {
    if (tab === undefined || tab === this.#shown) return;
    this.selected = this.#nameOf(tab);
    this.emit('change', { selected: this.selected });
  }

  #keydown(event: KeyboardEvent): void {
    const buttons = [...this.renderRoot.querySelectorAll('button')];
    const usable = buttons.filter(({ disabled }) => !disabled);
    const next = rove(
      event,
      usable,
      usable.find((button) => button.matches(':focus')),
      'horizontal',
    );
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    if (this.activation !== 'manual') this.#select(this.#tabs[buttons.indexOf(next)]);
  }

  protected override render(): TemplateResult {
    const tabs = this.#tabs;
    const shown = this.#shown;
    return html`<div role="tablist" part="tablist" aria-label=${this.label} @keydown=${this.#keydown}>
        ${tabs.map(
          (tab, at) =>
            html`<button
              type="button"
              role="tab"
              part="tab"
              id="tab-${at}"
              aria-selected=${tab === shown}
              aria-controls="panel"
              tabindex=${tab === shown ? 0 : -1}
              ?disabled=${tab.disabled}
              @click=${() => this.#select(tab)}
            >
              ${tab.label}
            </button>`,
        )}
      </div>
      <div
        id="panel"
        role="tabpanel"
        part="panel"
        tabindex="0"
        aria-labelledby="tab-${shown === undefined ? 0 : tabs.indexOf(shown)}"
      >
        <slot @slotchange=${() => this.requestUpdate()}></slot>
      </div>`;
  }
}

TabsCell.define('skin-tabs');

declare global {
  interface HTMLElementTagNameMap {
    'skin-tabs': TabsCell;
  }
}
