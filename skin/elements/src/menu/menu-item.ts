import {
  css,
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { SkinCell } from '../base/skin-cell.ts';

/**
 * Item of a menu: a command, or with `type="checkbox"` a setting that is on or off.
 *
 * @tag skin-menu-item
 * @slot - The text.
 * @slot start - An icon before it.
 * @slot end - A key or number after it.
 * @csspart base - Around all.
 */
export class MenuItemCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
        outline: none;
        cursor: pointer;
      }
      .base {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        min-block-size: 2rem;
        padding: 0.2rem 0.7rem;
        border-radius: calc(var(--_radius) - 3px);
      }
      .text {
        flex: 1;
      }
      svg {
        flex: none;
        inline-size: 1.25em;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2.5;
      }
      svg:not(.on) {
        visibility: hidden;
      }
      slot[name='end'] {
        color: var(--_text-muted);
        font-size: var(--_font-size-small);
      }
      :host(:hover) .base {
        background: color-mix(in oklab, var(--_text) 7%, transparent);
      }
      :host(:focus-visible) .base {
        outline: 2px solid var(--_focus);
        outline-offset: -2px;
        background: color-mix(in oklab, var(--_text) 7%, transparent);
      }
      :host([tone='danger']) .base {
        color: var(--_danger);
      }
      :host([disabled]) .base {
        opacity: 0.55;
        cursor: not-allowed;
      }
      @media (forced-colors: active) {
        :host([disabled]) .base {
          color: GrayText;
          opacity: 1;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    value: {},
    type: { reflect: true, useDefault: true },
    checked: { type: Boolean, reflect: true },
    disabled: { type: Boolean, reflect: true },
    tone: { reflect: true, useDefault: true },
  };

  /** What the menu tells when it is chosen; the text by default. */
  declare value: string | undefined;
  /** Default `command`. */
  declare type: 'command' | 'checkbox';
  /** Whether a setting is on. */
  declare checked: boolean;
  /** Whether it is off: it can have the focus, but not be chosen. */
  declare disabled: boolean;
  /** `danger` for what can't be undone. */
  declare tone: 'neutral' | 'danger';

  constructor() {
    super();
    this.type = 'command';
    this.checked = false;
    this.disabled = false;
    this.tone = 'neutral';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasAttribute('tabindex')) this.tabIndex = -1;
  }

  /** What it says in plain text, by which typing finds it. */
  get text(): string {
    const own = [...this.childNodes].filter((node) => !(node instanceof Element && node.slot !== ''));
    return own
      .map(({ textContent }) => textContent ?? '')
      .join('')
      .trim();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const isSetting = this.type === 'checkbox';
    this.setAttribute('role', isSetting ? 'menuitemcheckbox' : 'menuitem');
    for (const [name, value] of [
      ['aria-checked', isSetting ? String(this.checked) : null],
      ['aria-disabled', this.disabled ? 'true' : null],
    ] as const) {
      if (value === null) this.removeAttribute(name);
      else this.setAttribute(name, value);
    }
  }

  protected override render(): TemplateResult {
    return html`<div class="base" part="base">
      ${
        this.type === 'checkbox'
          ? html`<svg class=${this.checked ? 'on' : ''} viewBox="0 0 24 24" aria-hidden="true">
              <path d="M5 12.5l4.5 4.5L19 7" />
            </svg>`
          : nothing
      }<slot name="start"></slot><span class="text"><slot></slot></span><slot name="end"></slot>
    </div>`;
  }
}

MenuItemCell.define('skin-menu-item');

declare global {
  interface HTMLElementTagNameMap {
    'skin-menu-item': MenuItemCell;
  }
}
