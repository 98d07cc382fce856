import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Tone } from '../badge/badge.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { localeOf } from '../base/terms.ts';
import { toneStyles } from '../base/tone.styles.ts';

/** Something that happened. */
export interface TimelineEntry {
  /** When: a Date, milliseconds since 1970, or an ISO 8601 text. What is no time is shown as it is. */
  readonly time: Date | number | string;
  /** What happened. */
  readonly title: string;
  /** More about it. */
  readonly text?: string;
  /** Default `neutral`; the words must say the same. */
  readonly tone?: Tone;
}

const isEntry = (one: unknown): one is TimelineEntry => typeof one === 'object' && one !== null && 'title' in one;

/**
 * Timeline: what happened, in the order given, with the times in the language and time zone of the user.
 *
 * @tag skin-timeline
 * @csspart list - The list.
 * @csspart entry - An entry.
 * @csspart time - Its time.
 */
export class TimelineCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    toneStyles,
    css`
      :host {
        display: block;
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        position: relative;
        padding-block-end: 1.1rem;
        padding-inline-start: 1.6rem;
        overflow-wrap: anywhere;
      }
      li::before,
      li:not(:last-child)::after {
        content: '';
        position: absolute;
        inset-block-start: 0.4rem;
        inset-inline-start: 0.25rem;
        border: 0.35rem solid var(--_mark, var(--_border-control));
        border-radius: 50%;
      }
      li:not(:last-child)::after {
        inset-block: 1.35rem -0.1rem;
        inset-inline-start: 0.55rem;
        border-width: 0 0 0 1px;
        border-color: var(--_border);
        border-radius: 0;
      }
      .info {
        --_mark: var(--_info-text);
      }
      .success {
        --_mark: var(--_success-text);
      }
      .warning {
        --_mark: var(--_warning-text);
      }
      .danger {
        --_mark: var(--_danger);
      }
      time,
      p {
        display: block;
        margin: 0;
        font-size: var(--_font-size-small);
        color: var(--_text-muted);
      }
      li:last-child {
        padding-block-end: 0;
      }
      strong {
        font-weight: 580;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    entries: { attribute: false },
    timeZone: { attribute: 'time-zone' },
  };

  /** The entries, in order; what is none is left out. */
  declare entries: readonly TimelineEntry[];
  /** Time zone of the times, as in `UTC` or `Asia/Taipei`; the user's by default. */
  declare timeZone: string;

  constructor() {
    super();
    this.entries = [];
    this.timeZone = '';
  }

  #say(time: Date): string {
    const style = { dateStyle: 'medium', timeStyle: 'short' } as const;
    try {
      return time.toLocaleString(localeOf(this), { ...style, ...(this.timeZone && { timeZone: this.timeZone }) });
    } catch {
      // A time zone that the browser does not know.
      return time.toLocaleString(localeOf(this), style);
    }
  }

  #entry({ time, title, text, tone }: TimelineEntry): TemplateResult {
    const date = new Date(time);
    const isTime = !Number.isNaN(date.getTime());
    return html`<li part="entry" class=${tone ?? nothing}>
      <time part="time" datetime=${isTime ? date.toISOString() : nothing}
        >${isTime ? this.#say(date) : String(time ?? '')}</time
      >
      <strong>${title}</strong>${text ? html`<p>${text}</p>` : nothing}
    </li>`;
  }

  protected override render(): TemplateResult {
    const entries: readonly unknown[] = Array.isArray(this.entries) ? this.entries : [];
    return html`<ol part="list">
      ${entries.filter(isEntry).map((entry) => this.#entry(entry))}
    </ol>`;
  }
}

TimelineCell.define('skin-timeline');

declare global {
  interface HTMLElementTagNameMap {
    'skin-timeline': TimelineCell;
  }
}
