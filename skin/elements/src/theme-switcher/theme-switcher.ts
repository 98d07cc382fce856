import {
  type CSSResultGroup,
  html,
  nothing,
  svg,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { anchoredStyles, showBeside } from '../base/anchored.ts';
import { controlStyles } from '../base/control.styles.ts';
import { palettes } from '../base/palettes.ts';
import { panelStyles } from '../base/panel.styles.ts';
import type { Placement } from '../base/place.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term, type Terms } from '../base/terms.ts';
import { tokens } from '../base/tokens.ts';
import {
  applyTheme,
  choiceOf,
  type ColorScheme,
  keepTheme,
  keptTheme,
  type ThemeChoice,
  themeEvent,
  themeNames,
  themeOf,
} from './theme.ts';
import { themeSwitcherStyles } from './theme-switcher.styles.ts';

export { applyTheme, type ColorScheme, type ThemeChoice, themeScript } from './theme.ts';

/** What `change` tells. */
export interface ThemeChange extends ThemeChoice {
  /** Whether the page is dark now. */
  readonly isDark: boolean;
}

const icons: Readonly<Record<ColorScheme, TemplateResult>> = {
  system: svg`<path d="M4 5h16v11H4zM9 20h6M12 16v4" />`,
  light: svg`<circle cx="12" cy="12" r="4" /><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4" />`,
  dark: svg`<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z" />`,
};
const words: readonly (readonly [ColorScheme & keyof Terms, string])[] = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];
const prefersDark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches;

/**
 * Theme switcher: light, dark or as the system has it, and one of the kit's themes. The choice holds for the page, at
 * once, and for all switchers and tabs of the site; the browser keeps it. `themeScript` in the head of the page applies it
 * before the page is shown.
 *
 * @tag skin-theme-switcher
 * @fires change - When the user has chosen; detail: `{ scheme, theme, isDark }`.
 * @csspart button - The button, where it is compact.
 * @csspart panel - The panel that it opens.
 * @csspart group - A group of choices.
 * @csspart choice - A choice.
 */
export class ThemeSwitcherCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    controlStyles,
    panelStyles,
    anchoredStyles,
    themeSwitcherStyles,
  ];
  static override properties: PropertyDeclarations = {
    scheme: { reflect: true, useDefault: true },
    theme: { reflect: true, useDefault: true },
    themes: {},
    themeLabels: { attribute: false },
    compact: { type: Boolean, reflect: true },
    placement: { reflect: true, useDefault: true },
    remember: {},
    open: { state: true },
  };

  /** Light, dark, or as the system has it. Default `system`. */
  declare scheme: ColorScheme;
  /** Name of the theme; empty for the page's own. */
  declare theme: string;
  /** Names of the themes to choose from, with spaces between. Default: the kit's. Empty for none. */
  declare themes: string;
  /** What the themes are called, by their names. */
  declare themeLabels: Readonly<Record<string, string>>;
  /** Whether the choices stand in a panel that a button opens. */
  declare compact: boolean;
  /** Where that panel stands beside the button. Default `bottom-end`. */
  declare placement: Placement;
  /** Name under which the browser keeps the choice. Default `skin-theme`; empty to forget it. */
  declare remember: string;
  declare protected open: boolean;

  constructor() {
    super();
    this.scheme = 'system';
    this.theme = '';
    this.themes = themeNames.join(' ');
    this.themeLabels = {};
    this.compact = false;
    this.placement = 'bottom-end';
    this.remember = 'skin-theme';
    this.open = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener(themeEvent, this.#follow);
    addEventListener('storage', this.#stored);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener(themeEvent, this.#follow);
    removeEventListener('storage', this.#stored);
  }

  /** The present choice. */
  get choice(): ThemeChoice {
    return choiceOf({ scheme: this.scheme, theme: this.theme });
  }

  #take({ scheme, theme }: ThemeChoice): void {
    this.scheme = scheme;
    this.theme = theme;
  }

  readonly #follow = (event: Event): void => {
    if (event instanceof CustomEvent && event.detail !== this) this.#take((event.detail as ThemeSwitcherCell).choice);
  };

  readonly #stored = ({ key, newValue }: StorageEvent): void => {
    if (key === this.remember && newValue !== null) this.#take(keptTheme(key) ?? this.choice);
  };

  /** Begins with what the browser keeps, else with what it was told, else with what the page has. */
  protected override firstUpdated(): void {
    const kept = this.remember ? keptTheme(String(this.remember)) : undefined;
    const isTold = this.scheme !== 'system' || this.theme !== '';
    if (kept !== undefined || !isTold) this.#take(kept ?? themeOf(this.ownerDocument));
    applyTheme(this.choice, this.ownerDocument);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('scheme') || changed.has('theme')) applyTheme(this.choice, this.ownerDocument);
  }

  #choose(choice: Partial<ThemeChoice>): void {
    this.#take({ ...this.choice, ...choice });
    applyTheme(this.choice, this.ownerDocument);
    if (this.remember) keepTheme(String(this.remember), this.choice);
    document.dispatchEvent(new CustomEvent(themeEvent, { detail: this }));
    const { scheme, theme } = this.choice;
    const detail: ThemeChange = { scheme, theme, isDark: scheme === 'dark' || (scheme === 'system' && prefersDark()) };
    this.emit('change', detail);
  }

  #group<T extends string>(
    name: string,
    label: string,
    choices: readonly (readonly [T, string, TemplateResult])[],
    chosen: T,
    choose: (value: T) => void,
  ): TemplateResult {
    return html`<fieldset part="group">
      <legend>${label}</legend>
      <div class="row">
        ${choices.map(
          ([value, text, mark]) =>
            html`<label part="choice"
              ><input
                type="radio"
                name=${name}
                .value=${value}
                .checked=${value === chosen}
                @change=${(event: Event) => {
                  event.stopPropagation();
                  choose(value);
                }}
              />${mark}<span>${text}</span></label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  #choices(): TemplateResult {
    const { scheme, theme } = this.choice;
    const names = String(this.themes ?? '')
      .split(/\s+/)
      .filter(Boolean);
    const labels = (this.themeLabels ?? {}) as Readonly<Record<string, unknown>>;
    const swatch = (name: string): TemplateResult => {
      const accent = palettes[name]?.['accent'] ?? (name in palettes ? tokens['accent'] : undefined);
      return html`<i aria-hidden="true" style=${accent ? `background:${accent}` : nothing}></i>`;
    };
    const labelOf = (name: string): string => String(labels[name] ?? name.charAt(0).toUpperCase() + name.slice(1));
    return html`<div class="choices">
      ${this.#group(
        'scheme',
        term(this, 'colorScheme', 'Appearance'),
        words.map(([value, english]) => [
          value,
          term(this, value, english),
          html`<svg viewBox="0 0 24 24" aria-hidden="true">${icons[value]}</svg>`,
        ]),
        scheme,
        (value) => this.#choose({ scheme: value }),
      )}
      ${
        names.length === 0
          ? nothing
          : this.#group(
              'theme',
              term(this, 'theme', 'Theme'),
              names.map((name) => [name, labelOf(name), swatch(name)]),
              theme || names[0] || '',
              (value) => this.#choose({ theme: value }),
            )
      }
    </div>`;
  }

  #toggle(event: Event): void {
    const button = event.currentTarget as HTMLElement;
    const panel = this.renderRoot.querySelector<HTMLElement>('[popover]');
    if (panel === null) return;
    if (panel.matches(':popover-open')) panel.hidePopover();
    else {
      showBeside(panel, button, this.placement);
      panel.querySelector<HTMLElement>(':checked')?.focus();
    }
  }

  /** Whoever has the focus in the panel gets it back on the button. */
  #beforeToggle(event: ToggleEvent): void {
    const panel = event.currentTarget as HTMLElement;
    if (event.newState === 'closed' && panel.contains(this.shadowRoot?.activeElement ?? null))
      this.renderRoot.querySelector('button')?.focus();
  }

  protected override render(): TemplateResult {
    if (!this.compact) return this.#choices();
    const name = term(this, 'colorScheme', 'Appearance');
    return html`<button
        type="button"
        part="button"
        aria-label=${name}
        aria-haspopup="dialog"
        aria-expanded=${this.open}
        @click=${this.#toggle}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">${icons[this.choice.scheme]}</svg>
      </button>
      <div
        popover
        part="panel"
        role="dialog"
        aria-label=${name}
        @beforetoggle=${this.#beforeToggle}
        @toggle=${(event: ToggleEvent) => (this.open = event.newState === 'open')}
      >
        ${this.#choices()}
      </div>`;
  }
}

ThemeSwitcherCell.define('skin-theme-switcher');

declare global {
  interface HTMLElementTagNameMap {
    'skin-theme-switcher': ThemeSwitcherCell;
  }
}
