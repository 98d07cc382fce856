import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { regular } from '../base/options.ts';
import type { Draft } from './cell-edits.ts';
import { labelOf } from './column.ts';
import type { Say } from './words.ts';

const types: Readonly<Record<string, string>> = { date: 'date', datetime: 'datetime-local', time: 'time' };

/** The editor of a cell: a native control of the column's type, by its rules. */
export const editor = ({ column, text, error, isBusy, start }: Draft, say: Say): TemplateResult => {
  const { type, required, rules = {} } = column;
  const label = labelOf(column);
  const isWrong = error === '' ? nothing : 'true';
  const describedBy = error === '' ? nothing : 'edit-error';
  const isNumber = type === 'number';
  const step = isNumber ? String(rules['multipleOf'] ?? (rules['type'] === 'integer' ? 1 : 'any')) : nothing;
  const bound = (name: string): unknown =>
    isNumber && Math.abs(Number(rules[name])) < Number.MAX_SAFE_INTEGER ? rules[name] : nothing;
  const control =
    type === 'choice'
      ? html`<select
          id="editor"
          part="editor"
          aria-label=${label}
          aria-invalid=${isWrong}
          aria-describedby=${describedBy}
          ?required=${required}
        >
          ${required === true && start !== '' ? nothing : html`<option value="">–</option>`}
          ${regular(column.options).map(
            ({ value, label: name }) =>
              html`<option value=${value} ?selected=${value === text}>${name ?? value}</option>`,
          )}
        </select>`
      : html`<input
          id="editor"
          part="editor"
          type=${type === 'boolean' ? 'checkbox' : isNumber ? 'number' : (types[type ?? ''] ?? 'text')}
          aria-label=${label}
          aria-invalid=${isWrong}
          aria-describedby=${describedBy}
          ?required=${required === true && type !== 'boolean' && type !== 'text'}
          ?readonly=${isBusy}
          step=${step}
          min=${bound('minimum')}
          max=${bound('maximum')}
          maxlength=${rules['maxLength'] ?? nothing}
          .value=${live(text)}
          .checked=${live(text === 'true')}
        />`;
  return html`${control}${error === '' ? nothing : html`<p id="edit-error" role="alert">${error || say('badValue')}</p>`}`;
};
