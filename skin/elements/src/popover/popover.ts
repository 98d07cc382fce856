import { css, type CSSResultGroup, html, type TemplateResult } from 'lit';
import { OpenerCell } from '../base/opener-cell.ts';

/**
 * Popover: a panel beside the button that opens it. Escape, a press elsewhere and the button close it; the focus goes
 * back to the button.
 *
 * @tag skin-popover
 * @slot trigger - The button.
 * @slot - The content.
 * @fires open - When it has opened; does not bubble.
 * @fires close - When it has closed; does not bubble.
 * @csspart panel - The panel.
 */
export class PopoverCell extends OpenerCell {
  static override styles: CSSResultGroup = [
    OpenerCell.styles,
    css`
      .panel {
        inline-size: max-content;
        max-inline-size: min(24rem, calc(100vw - 1rem));
        padding: 1rem;
      }
    `,
  ];
  protected override readonly popup = 'dialog';

  protected override render(): TemplateResult {
    return html`${this.renderTrigger()}
      <div
        id="panel"
        popover
        part="panel"
        role="dialog"
        aria-label=${this.panelLabel}
        @beforetoggle=${this.onBeforeToggle}
        @toggle=${this.onToggle}
      >
        <div class="panel"><slot></slot></div>
      </div>`;
  }
}

PopoverCell.define('skin-popover');

declare global {
  interface HTMLElementTagNameMap {
    'skin-popover': PopoverCell;
  }
}
