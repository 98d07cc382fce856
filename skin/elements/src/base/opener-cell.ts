import {
  css,
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { anchoredStyles, showBeside } from './anchored.ts';
import { panelStyles } from './panel.styles.ts';
import type { Placement } from './place.ts';
import { SkinCell } from './skin-cell.ts';
import { type Invocable, takeCommands } from './invoke.ts';
import { firstIn, markTrigger, type Popup } from './trigger.ts';

/**
 * Base class of a button with a panel that it opens. Escape, a press elsewhere and the button close it. Buttons elsewhere
 * in the page open it by `popovertarget`, or by `commandfor` and one of the commands of a popover.
 */
export abstract class OpenerCell extends SkinCell implements Invocable {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    panelStyles,
    anchoredStyles,
    css`
      :host {
        display: inline-block;
      }
      [popover] {
        box-shadow: var(--_shadow-large);
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    open: { type: Boolean, reflect: true },
    label: {},
    placement: { reflect: true, useDefault: true },
  };

  /** Whether it is open. */
  declare open: boolean;
  /** Accessible name of the panel; the button's text by default. */
  declare label: string;
  /** Where the panel stands beside the button. Default `bottom-start`. */
  declare placement: Placement;
  protected abstract readonly popup: Popup;
  #wasOpen = false;
  #invoker: HTMLElement | undefined;

  constructor() {
    super();
    this.open = false;
    this.label = '';
    this.placement = 'bottom-start';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.open = false;
  }

  /** The button: what stands in the slot, else the element's own. */
  protected get trigger(): HTMLElement | undefined {
    return firstIn(this.renderRoot?.querySelector<HTMLSlotElement>('slot[name=trigger]'));
  }

  /** The button of an element that brings its own. */
  protected renderButton(): TemplateResult | typeof nothing {
    return nothing;
  }

  #mark(): void {
    const { trigger } = this;
    if (trigger !== undefined) markTrigger(trigger, this.popup, this.open);
  }

  /** @ignore */
  invoke(command: string, source: HTMLElement): void {
    this.#invoker = source;
    if (command === 'show-popover') this.open = true;
    else if (command === 'hide-popover') this.open = false;
    else if (command === 'toggle-popover') this.open = !this.open;
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    takeCommands(this, 'panel');
  }

  /** To be done once the panel is open. */
  protected opened(): void {}

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#mark();
    const panel = this.renderRoot.querySelector<HTMLElement>('[popover]');
    if (panel === null || !this.isConnected || panel.matches(':popover-open') === this.open) return;
    if (this.open) {
      showBeside(panel, this.trigger ?? this.#invoker ?? this, this.placement);
      this.opened();
    } else panel.hidePopover();
  }

  /** Whoever has the focus in the panel gets it back on the button: before it goes, or it would be lost. */
  protected onBeforeToggle(event: ToggleEvent): void {
    const { trigger } = this;
    // Chromium 156 no longer matches :focus-within here, though the focus has not yet moved.
    const { activeElement } = this.getRootNode() as Document | ShadowRoot;
    if (event.newState === 'closed' && this.contains(activeElement) && trigger?.contains(activeElement) !== true)
      trigger?.focus();
  }

  protected onToggle(event: ToggleEvent): void {
    const isOpen = event.newState === 'open';
    // Opened by the browser itself, for a button elsewhere.
    const isInvoked = isOpen && !this.open;
    this.open = isOpen;
    if (isInvoked) this.opened();
    this.emit(this.open ? 'open' : 'close', undefined, { bubbles: false });
  }

  protected onTriggerKeydown(_event: KeyboardEvent): void {}

  protected get panelLabel(): string {
    return this.label || (this.trigger?.textContent ?? '').trim();
  }

  /** A press on the button closes an open panel before the click comes, which must not open it again. */
  protected renderTrigger(): TemplateResult {
    return html`<slot
      name="trigger"
      @slotchange=${() => this.requestUpdate()}
      @pointerdown=${() => (this.#wasOpen = this.open)}
      @click=${(event: MouseEvent) => {
        this.open = event.detail > 0 ? !this.#wasOpen : !this.open;
      }}
      @keydown=${this.onTriggerKeydown}
      >${this.renderButton()}</slot
    >`;
  }
}
