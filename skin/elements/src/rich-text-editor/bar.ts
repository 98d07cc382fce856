import type { html as Html, nothing as Nothing, TemplateResult } from 'lit';
import { rove } from '../base/roving.ts';
import { safeUrl } from '../base/safe-url.ts';
import type { RichHost, RichOptions, RichState, RichTool } from './contract.ts';
import { toAddress, toolButtons, toolGroups } from './tools.ts';

/** What the bar does to the text. */
export interface BarTarget {
  readonly state: RichState;
  run(tool: RichTool, address?: string): void;
  focus(): void;
}

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);
const stop = (event: Event): void => event.stopPropagation();

/**
 * Toolbar of which one button is in the page's tab order, and arrow keys lead to the others. One that can do nothing now
 * can still be reached, so that the order stays as it is. Below it a row asks for the address of a link.
 *
 * It comes with the engine and is drawn by the element, whose Lit it uses.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/toolbar/
 */
export class Bar {
  readonly #host: RichHost;
  readonly #target: BarTarget;
  readonly #html: typeof Html;
  readonly #nothing: typeof Nothing;
  #current: RichTool | undefined;
  #isLinking = false;
  #isBad = false;

  constructor(host: RichHost, target: BarTarget) {
    this.#host = host;
    this.#target = target;
    this.#html = host.lit.html;
    this.#nothing = host.lit.nothing;
  }

  #find<T extends HTMLElement>(selector: string): T | null {
    return this.#host.root.querySelector<T>(selector);
  }

  #use(tool: RichTool): void {
    this.#current = tool;
    if (tool === 'link') this.openLink();
    else if (this.#target.state.possible.has(tool)) this.#target.run(tool);
  }

  /** Asks for the address of a link. */
  openLink(): void {
    this.#isLinking = true;
    this.#isBad = false;
    void this.#focusAddress();
  }

  async #focusAddress(): Promise<void> {
    await this.#host.moved();
    const input = this.#find<HTMLInputElement>('#address');
    if (input === null) return;
    input.value = this.#target.state.link ?? '';
    input.select();
    input.focus();
  }

  #closeLink(): void {
    this.#isLinking = false;
    void this.#host.moved();
  }

  #applyLink(): void {
    const address = toAddress(this.#find<HTMLInputElement>('#address')?.value ?? '');
    this.#isBad = address !== '' && safeUrl(address) === undefined;
    if (this.#isBad) return void this.#host.moved();
    this.#closeLink();
    this.#target.run('link', address);
  }

  #onLinkKey(event: KeyboardEvent): void {
    const { key } = event;
    const isEnter = key === 'Enter' && (event.target as Element).localName === 'input';
    if (event.isComposing || (!isEnter && key !== 'Escape')) return;
    event.preventDefault();
    event.stopPropagation();
    if (isEnter) return this.#applyLink();
    this.#closeLink();
    this.#target.focus();
  }

  #onToolKey(event: KeyboardEvent): void {
    const buttons = [...this.#host.root.querySelectorAll<HTMLButtonElement>('[role=toolbar] button')];
    const next = rove(event, buttons, (event.target as Element).closest('button') ?? undefined, 'horizontal');
    if (event.key === 'Escape') this.#target.focus();
    else if (next === undefined) return;
    next?.focus();
    event.preventDefault();
  }

  /** Keys that lead from the text to the bar. */
  onKeydown(event: KeyboardEvent): void {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (altKey && key === 'F10') this.#find('[role=toolbar] [tabindex="0"]')?.focus();
    else if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k') this.openLink();
    else return;
    event.preventDefault();
  }

  #button(tool: RichTool, isDisabled: boolean, isCurrent: boolean, state: RichState): TemplateResult {
    const html = this.#html;
    const { term, english, face, keys, toggles } = toolButtons[tool];
    const label = this.#host.say(term, english).replace('#', tool.slice(-1));
    const shown = isMac() ? keys.replace('Mod', '⌘').replaceAll('+', ' ') : keys.replace('Mod', 'Ctrl');
    return html`<button
      type="button"
      title=${`${label} (${shown})`}
      aria-label=${label}
      aria-keyshortcuts=${keys.replace('Mod', isMac() ? 'Meta' : 'Control')}
      aria-pressed=${toggles ? String(state.active.has(tool)) : this.#nothing}
      aria-disabled=${isDisabled || !state.possible.has(tool) ? 'true' : this.#nothing}
      tabindex=${isCurrent ? 0 : -1}
      @focus=${() => {
        this.#current = tool;
        void this.#host.moved();
      }}
      @click=${() => this.#use(tool)}
    >
      ${
        face.length > 2
          ? html`<svg class=${tool} viewBox="0 0 24 24" aria-hidden="true"><path d=${face} /></svg>`
          : html`<span class=${`letter ${tool}`} data-face=${face} aria-hidden="true"></span>`
      }
    </button>`;
  }

  /** Draws the bar, and below it the row for a link while one is made. */
  render({ readOnly, disabled, tools }: RichOptions): TemplateResult | typeof Nothing {
    const groups = toolGroups(tools);
    const html = this.#html;
    if (readOnly || groups.length === 0) return this.#nothing;
    const current =
      this.#current !== undefined && groups.flat().includes(this.#current) ? this.#current : groups[0]?.[0];
    const { state } = this.#target;
    return html`<div
        role="toolbar"
        part="toolbar"
        aria-label=${this.#host.say('formatting', 'Formatting')}
        @keydown=${(event: KeyboardEvent) => this.#onToolKey(event)}
        @mousedown=${(event: Event) => event.preventDefault()}
      >
        ${groups.map(
          (group, index) =>
            html`${index > 0 ? html`<span class="gap"></span>` : this.#nothing}${group.map((tool) =>
              this.#button(tool, disabled, tool === current, state),
            )}`,
        )}
      </div>
      ${this.#isLinking ? this.#linkRow(state) : this.#nothing}`;
  }

  #linkRow({ link }: RichState): TemplateResult {
    const html = this.#html;
    const { say } = this.#host;
    const isBad = this.#isBad;
    const remove = (): void => {
      this.#closeLink();
      this.#target.run('link', '');
    };
    return html`<div
      class="address"
      role="group"
      aria-label=${say('linkTool', 'Link')}
      @keydown=${(event: KeyboardEvent) => this.#onLinkKey(event)}
    >
      <label for="address">${say('linkAddress', 'Address')}</label>
      <input
        id="address"
        type="text"
        inputmode="url"
        dir="ltr"
        autocomplete="off"
        spellcheck="false"
        aria-invalid=${isBad ? 'true' : this.#nothing}
        aria-describedby=${isBad ? 'bad-address' : this.#nothing}
        @input=${stop}
        @change=${stop}
      />
      <button type="button" @click=${() => this.#applyLink()}>${say('apply', 'Apply')}</button>
      ${
        link === undefined
          ? this.#nothing
          : html`<button type="button" @click=${remove}>${say('removeLink', 'Remove link')}</button>`
      }
      <span aria-live="polite" class="error" id="bad-address"
        >${isBad ? say('badAddress', 'This address can’t be used.') : this.#nothing}</span
      >
    </div>`;
  }
}
