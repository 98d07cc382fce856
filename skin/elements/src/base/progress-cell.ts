import type { PropertyDeclarations } from 'lit';
import { SkinCell } from './skin-cell.ts';
import { localeOf, term } from './terms.ts';

/** Progress base class: how much of something is done. */
export abstract class ProgressCell extends SkinCell {
  static override properties: PropertyDeclarations = { value: { type: Number }, max: { type: Number }, label: {} };

  /** How much is done; without it nobody knows how long it takes. */
  declare value: number | null | undefined;
  /** How much there is. Default 100. */
  declare max: number;
  /** What is under way, for assistive technology. */
  declare label: string;

  constructor() {
    super();
    this.max = 100;
    this.label = '';
  }

  /** The share that is done, from 0 to 1, or undefined while nobody knows. */
  protected get share(): number | undefined {
    const { value, max } = this;
    if (typeof value !== 'number' || Number.isNaN(value) || !(max > 0)) return undefined;
    return Math.min(1, Math.max(0, value / max));
  }

  /** It in the words of the language, as in “40 %”. */
  protected get percentage(): string {
    const done = this.share;
    return done === undefined ? '' : done.toLocaleString(localeOf(this), { style: 'percent' });
  }

  protected get accessibleName(): string {
    return this.label || term(this, 'loading', 'Loading');
  }
}
