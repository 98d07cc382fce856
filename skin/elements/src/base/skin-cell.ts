import type { CSSResultGroup } from 'lit';
import { baseStyles } from './base.styles.ts';
import { EventCell } from './event-cell.ts';

/** Element base class: shared styles and tokens, events, states. */
export class SkinCell extends EventCell {
  static override styles: CSSResultGroup = baseStyles;
}
