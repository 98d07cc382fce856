import {
  css,
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { PlainCell } from '../base/plain-cell.ts';
import type { Terms } from '../base/terms.ts';
import { directionOf } from './direction.ts';
import { loadTerms } from './load-terms.ts';
import { retranslate, setScope, type TranslateTerm } from './scopes.ts';

/** What `terms-load` and `terms-error` tell. */
export interface TermsLoad {
  readonly locale: string;
  /** Why the words could not be loaded. */
  readonly error?: unknown;
}

/**
 * Locale provider: language, direction and words for all that is beneath it. Dates, numbers and the words that the
 * elements say by themselves follow at once. The kit brings its words in Arabic, English, German and Japanese, and loads
 * them when they are asked for; `messages` and `translate` give them in any other language, or other words.
 *
 * @tag skin-locale-provider
 * @slot - The content.
 * @fires terms-load - When the kit's words of the language are there; detail: `{ locale }`; does not bubble.
 * @fires terms-error - When they could not be loaded, and English stays; detail: `{ locale, error }`; does not bubble.
 */
export class LocaleProviderCell extends PlainCell {
  static override styles: CSSResultGroup = css`
    :host {
      display: contents;
    }
  `;
  static override properties: PropertyDeclarations = {
    locale: { reflect: true, useDefault: true },
    direction: { reflect: true, useDefault: true },
    messages: { attribute: false },
    translateTerm: { attribute: false },
    page: { type: Boolean, reflect: true },
  };

  /** Language, as a BCP 47 tag: `de`, `ar-EG`, `ja-JP-u-ca-japanese`. Empty for that of the page around it. */
  declare locale: string;
  /** Direction; by default (`auto`) the one that the language is written in. */
  declare direction: 'auto' | 'ltr' | 'rtl';
  /** Words in place of the kit's own, by their keys. */
  declare messages: Partial<Terms>;
  /** Finds a word, for pages that have a translator of their own; what it leaves undefined stays as it is. */
  declare translateTerm: TranslateTerm | undefined;
  /** Whether language and words hold for the whole page: dialogs and messages that stand elsewhere, too. */
  declare page: boolean;
  #target: Element | undefined;
  #before: readonly (readonly [name: string, value: string | null])[] = [];

  constructor() {
    super();
    this.locale = '';
    this.direction = 'auto';
    this.messages = {};
    this.page = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#apply();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release();
  }

  readonly #translate: TranslateTerm = (name, english, language) => {
    const { messages, translateTerm } = this;
    const own: unknown = (messages as Partial<Terms> | null | undefined)?.[name];
    if (typeof own === 'string') return own;
    return typeof translateTerm === 'function' ? translateTerm(name, english, language) : undefined;
  };

  /** Gives back what it had taken over. */
  #release(): void {
    const target = this.#target;
    if (target === undefined) return;
    setScope(target, undefined);
    for (const [name, value] of this.#before)
      if (value === null) target.removeAttribute(name);
      else target.setAttribute(name, value);
    this.#target = undefined;
    retranslate(target);
  }

  #apply(): void {
    const target = this.page ? this.ownerDocument.documentElement : this;
    if (this.#target !== target) {
      this.#release();
      this.#target = target;
      this.#before = ['lang', 'dir'].map((name) => [name, target.getAttribute(name)] as const);
    }
    const locale = String(this.locale ?? '');
    const isSet = this.direction === 'ltr' || this.direction === 'rtl';
    const direction = isSet ? this.direction : locale === '' ? null : directionOf(locale);
    const [lang = null, dir = null] = this.#before.map(([, value]) => value);
    for (const [name, value] of [
      ['lang', locale === '' ? lang : locale],
      ['dir', direction ?? dir],
    ] as const)
      if (value === null) target.removeAttribute(name);
      else target.setAttribute(name, value);
    setScope(target, this.#translate);
    retranslate(target);
  }

  async #load(locale: string): Promise<void> {
    try {
      if (!(await loadTerms(locale)) || !this.isConnected || this.locale !== locale) return;
      retranslate(this.#target ?? this);
      this.#tell('terms-load', { locale });
    } catch (error) {
      this.#tell('terms-error', { locale, error });
    }
  }

  #tell(type: string, detail: TermsLoad): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    // Nothing of its own: it was only asked to say its words anew, and has none.
    if (!this.isConnected || (changed.size === 0 && this.#target !== undefined)) return;
    this.#apply();
    const { locale } = this;
    if (changed.has('locale') && typeof locale === 'string' && locale !== '') void this.#load(locale);
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}

LocaleProviderCell.define('skin-locale-provider');

declare global {
  interface HTMLElementTagNameMap {
    'skin-locale-provider': LocaleProviderCell;
  }
}
