import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { panelStyles } from '../base/panel.styles.ts';
import { lockScroll } from '../base/scroll-lock.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import { commandPaletteStyles } from './command-palette.styles.ts';
import { type CommandGroup, findCommands, isCommand, labelOf, type PaletteCommand } from './command.ts';
import { isHotkey } from './hotkey.ts';

export type { PaletteCommand } from './command.ts';

/** Commands shown at once at most; typing more narrows them down. */
const most = 100;

/**
 * Command palette: a modal list of commands, found by typing. A key opens and closes it from anywhere on the page. Arrow
 * keys, Page Up and Page Down move in the list, Enter chooses, Escape closes it; then the focus is where it was.
 *
 * @tag skin-command-palette
 * @fires select - When a command is chosen; detail: `{ value, command }`; cancelable, then the palette stays open.
 * @fires open - When it has opened; does not bubble.
 * @fires close - When it has closed; does not bubble.
 * @csspart dialog - The native dialog.
 * @csspart input - Where the user types.
 * @csspart list - The list.
 * @csspart option - A command.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export class CommandPaletteCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, panelStyles, commandPaletteStyles];
  static override properties: PropertyDeclarations = {
    commands: { attribute: false },
    open: { type: Boolean, reflect: true },
    label: {},
    placeholder: {},
    hotkey: {},
    query: { state: true },
    active: { state: true },
  };

  /** The commands. */
  declare commands: readonly PaletteCommand[];
  /** Whether it is open. */
  declare open: boolean;
  /** Accessible name; also the placeholder, where there is none. Default `Commands`. */
  declare label: string;
  /** Shown while nothing is typed. */
  declare placeholder: string;
  /** The key that opens it: modifiers and a key, as in `Mod+K` (the default) or `Ctrl+Shift+P`. Empty for none. */
  declare hotkey: string;
  declare protected query: string;
  declare protected active: PaletteCommand | undefined;
  #unlockScroll: (() => void) | undefined;
  #ending: AbortController | undefined;

  constructor() {
    super();
    this.commands = [];
    this.open = false;
    this.label = '';
    this.placeholder = '';
    this.hotkey = 'Mod+K';
    this.query = '';
    this.active = undefined;
  }

  /** Opens it. */
  show(): void {
    this.open = true;
  }

  /** Closes it. */
  close(): void {
    this.open = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ending = new AbortController();
    this.ownerDocument.addEventListener('keydown', (event) => this.#hotkey(event), { signal: this.#ending.signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#ending?.abort();
    this.#unlock();
    this.open = false;
  }

  #unlock(): void {
    this.#unlockScroll?.();
    this.#unlockScroll = undefined;
  }

  #hotkey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || !isHotkey(event, this.hotkey)) return;
    event.preventDefault();
    this.open = !this.open;
  }

  get #groups(): CommandGroup[] {
    const { commands } = this;
    return findCommands(Array.isArray(commands) ? commands.filter(isCommand) : [], String(this.query), most);
  }

  get #usable(): PaletteCommand[] {
    return this.#groups.flatMap(({ commands }) => commands).filter(({ disabled }) => disabled !== true);
  }

  #choose(command: PaletteCommand | undefined): void {
    if (command === undefined || command.disabled === true) return;
    // It closes first, so that what the command shows may take the focus.
    const dialog = this.renderRoot.querySelector('dialog');
    dialog?.close();
    if (this.emit('select', { value: command.value, command }, { cancelable: true })) this.open = false;
    else if (this.isConnected) dialog?.showModal();
  }

  #move(step: number, isRound: boolean): void {
    const usable = this.#usable;
    const { length } = usable;
    if (length === 0) return;
    const at = (this.active === undefined ? -1 : usable.indexOf(this.active)) + step;
    this.active = usable[isRound ? (at + length) % length : Math.max(0, Math.min(length - 1, at))];
  }

  #keydown(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === 'ArrowDown') this.#move(1, true);
    else if (key === 'ArrowUp') this.#move(-1, true);
    else if (key === 'PageDown') this.#move(8, false);
    else if (key === 'PageUp') this.#move(-8, false);
    else if (key === 'Enter') this.#choose(this.active);
    else return;
    event.preventDefault();
  }

  #input(event: Event): void {
    event.stopPropagation();
    this.query = (event.target as HTMLInputElement).value;
    this.active = this.#usable[0];
  }

  #press(event: PointerEvent): void {
    const dialog = event.currentTarget as HTMLDialogElement;
    if (event.target !== dialog) {
      // The focus stays in the input.
      if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
      return;
    }
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < left || x > right || y < top || y > bottom) this.open = false;
  }

  #closed({ currentTarget }: Event): void {
    // Kept open by the page.
    if ((currentTarget as HTMLDialogElement).open) return;
    this.open = false;
    this.#unlock();
    this.emit('close', undefined, { bubbles: false });
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('open') && this.open) {
      this.query = '';
      this.active = this.#usable[0];
    } else if (changed.has('commands') && this.open && !this.#usable.includes(this.active as PaletteCommand))
      this.active = this.#usable[0];
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog === null || !this.isConnected) return;
    if (changed.has('open') && dialog.open !== Boolean(this.open)) {
      if (this.open) {
        dialog.showModal();
        this.#unlockScroll ??= lockScroll();
        this.emit('open', undefined, { bubbles: false });
      } else dialog.close();
    }
    if (this.open) dialog.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }

  #option(command: PaletteCommand, at: number): TemplateResult {
    return html`<div
      role="option"
      part="option"
      id="option-${at}"
      aria-selected=${command === this.active}
      aria-disabled=${command.disabled === true ? 'true' : nothing}
      @click=${() => this.#choose(command)}
    >
      <span>${labelOf(command)}</span>${command.keys ? html`<kbd>${String(command.keys)}</kbd>` : nothing}
    </div>`;
  }

  #list(groups: readonly CommandGroup[]): TemplateResult[] {
    let at = 0;
    return groups.map(({ name, commands }) => {
      const options = commands.map((command) => this.#option(command, at++));
      return html`<div role=${name ? 'group' : nothing} aria-label=${name || nothing}>
        ${name ? html`<div class="name" aria-hidden="true">${name}</div>` : nothing}${options}
      </div>`;
    });
  }

  protected override render(): TemplateResult {
    const groups = this.open ? this.#groups : [];
    const shown = groups.flatMap(({ commands }) => commands);
    const at = this.active === undefined ? -1 : shown.indexOf(this.active);
    const name = this.label || term(this, 'commands', 'Commands');
    const isEmpty = shown.length === 0;
    return html`<dialog part="dialog" aria-label=${name} @close=${this.#closed} @pointerdown=${this.#press}>
      <input
        part="input"
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        autofocus
        aria-label=${name}
        placeholder=${this.placeholder || name}
        aria-autocomplete="list"
        aria-expanded=${!isEmpty}
        aria-controls="list"
        aria-activedescendant=${at < 0 ? nothing : `option-${at}`}
        .value=${this.query}
        @input=${this.#input}
        @change=${(event: Event) => event.stopPropagation()}
        @keydown=${this.#keydown}
      />
      <div id="list" class="list" part="list" role="listbox" aria-label=${name} ?hidden=${isEmpty} tabindex="-1">
        ${this.#list(groups)}
      </div>
      <div role="status" class=${isEmpty ? 'none' : 'count'}>
        ${isEmpty ? term(this, 'noMatches', 'No matches') : shown.length}
      </div>
    </dialog>`;
  }
}

CommandPaletteCell.define('skin-command-palette');

declare global {
  interface HTMLElementTagNameMap {
    'skin-command-palette': CommandPaletteCell;
  }
}
