import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { showForm } from '../../test/form.ts';
import { show } from '../../test/helpers.ts';
import type { JsonViewCell } from '../json-view/json-view.ts';
import type { TableCell } from '../table/table.ts';
import type { TextControl } from './text-control.ts';
import '../json-view/json-view.ts';
import '../search-field/search-field.ts';
import '../table/table.ts';
import '../text-field/text-field.ts';
import '../textarea/textarea.ts';

// The editors, <skin-markdown> and <skin-code-block> have such a test beside them. Texts are compared apart: a failure would print them.

/** 10 MB in lines. */
const long = `${'word '.repeat(20)}\n`.repeat(10 * 1024 * 10.5);
const flat = long.replaceAll('\n', '');
/** What a browser needs to lay out 10 MB, on a busy machine. */
const patience = 90_000;

describe('10 MB of text', () => {
  it.each(['skin-text-field', 'skin-search-field', 'skin-textarea'])(
    'are taken, submitted, and measured by %s',
    async (tag) => {
      const text = tag === 'skin-textarea' ? long : flat;
      const { stage, form, submitted } = await showForm(html`<fieldset></fieldset>`);
      const field = document.createElement(tag) as TextControl;
      Object.assign(field, { name: 'it', label: 'Text', value: text });
      stage.querySelector('fieldset')?.append(field);
      await field.updateComplete;
      expect([text.length > 10_000_000, field.value === text, submitted()[0] === text]).toEqual([true, true, true]);
      field.maxLength = 1000;
      await field.updateComplete;
      expect([form.checkValidity(), field.validity.tooLong]).toEqual([false, true]);
      form.requestSubmit();
      await field.updateComplete;
      expect(field.shadowRoot?.querySelector('#error')?.textContent).toBe('Enter at most 1000 characters.');
    },
    patience,
  );

  it('are cut by skin-json-view, wherever they stand', async () => {
    const value = {
      text: long,
      list: Array.from({ length: 1_000_000 }, (_, at) => at),
      deep: deepen(10_000),
    };
    const stage = await show(html`<skin-json-view .value=${value}></skin-json-view>`);
    const view = stage.querySelector('skin-json-view') as JsonViewCell;
    const shown = view.shadowRoot?.textContent ?? '';
    expect(shown).toContain('word word');
    expect(shown.length).toBeLessThan(20_000);
  });

  it(
    'stand in a cell of skin-table, which sorts and searches',
    async () => {
      const rows = [
        { id: 'b', note: flat },
        { id: 'a', note: 'short' },
        ...Array.from({ length: 50 }, () => ({ id: 'x' })),
      ];
      const columns = [{ key: 'id' }, { key: 'note' }];
      const stage = await show(
        html`<skin-table caption="Notes" searchable .columns=${columns} .rows=${rows}></skin-table>`,
      );
      const table = stage.querySelector('skin-table') as TableCell;
      const column = (key: string): (string | undefined)[] =>
        [...(table.shadowRoot?.querySelectorAll(`tbody [part~="cell-${key}"]`) ?? [])].map(({ textContent }) =>
          textContent?.trim(),
        );
      await table.updateComplete;
      expect(column('id').slice(0, 2)).toEqual(['b', 'a']);
      table.sort = { key: 'note', direction: 'ascending' };
      await table.updateComplete;
      expect(column('note')[0]).toBe('short');
      table.search = 'word word';
      await table.updateComplete;
      expect(column('id')).toEqual(['b']);
      table.search = flat;
      await table.updateComplete;
      expect(column('id')).toEqual(['b']);
      expect(column('note')[0]?.length).toBeLessThan(20_000);
    },
    patience,
  );
});

/** An object in an object, so many times. */
const deepen = (levels: number): object => {
  let inner: object = {};
  for (let level = 0; level < levels; level += 1) inner = { inner };
  return inner;
};
