import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { LayoutCell } from '../base/layout-cell.ts';

/**
 * Sidebar layout: content with something at its side; above it where there is no room for both. All of it is CSS, by the
 * room there is and not by the width of the screen.
 *
 * @tag skin-sidebar
 * @slot side - What stands at the side.
 * @slot - The content.
 * @csspart side - Around what stands at the side.
 * @csspart content - Around the content.
 * @cssprop [--skin-sidebar-width=16rem] - Width of the side.
 * @cssprop [--skin-sidebar-content=50%] - Least width of the content beside it, as a share of the whole.
 */
export class SidebarCell extends LayoutCell {
  static override styles: CSSResultGroup = [
    LayoutCell.styles,
    css`
      :host {
        flex-wrap: wrap;
      }
      div {
        min-inline-size: 0;
      }
      .side {
        flex: 1 1 var(--skin-sidebar-width, 16rem);
      }
      .content {
        flex: 999 1 0;
        min-inline-size: min(100%, var(--skin-sidebar-content, 50%));
      }
      :host([at='end']) .side {
        order: 1;
      }
    `,
  ];
  static override properties: PropertyDeclarations = { at: { reflect: true, useDefault: true } };

  /** At which side it stands. Default `start`. In the order of reading, what stands at the side always comes first. */
  declare at: 'start' | 'end';

  constructor() {
    super();
    this.at = 'start';
  }

  protected override render(): TemplateResult {
    return html`<div class="side" part="side"><slot name="side"></slot></div>
      <div class="content" part="content"><slot></slot></div>`;
  }
}

SidebarCell.define('skin-sidebar');

declare global {
  interface HTMLElementTagNameMap {
    'skin-sidebar': SidebarCell;
  }
}
