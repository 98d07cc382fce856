import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './select.ts';

const options = [
  { value: '1', label: 'One' },
  { value: '2', label: 'Two' },
  { value: '3', label: 'Three' },
];

describe('skin-select', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-select label="Speed" .options=${options} help="Faster is louder"></skin-select
        ><skin-select label="Off" disabled .options=${options}></skin-select>`,
    );
  });

  it('chooses by keyboard, and tells change once', async () => {
    const log: string[] = [];
    const stage = await show(
      html`<form>
        <skin-select
          name="speed"
          label="Speed"
          .options=${options}
          value="1"
          @change=${() => log.push('change')}
        ></skin-select>
      </form>`,
    );
    const select = stage.querySelector('skin-select');
    select?.focus();
    // The list opens, the next choice is highlighted, and Enter takes it.
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    await select?.updateComplete;
    expect([select?.value, new FormData(stage.querySelector('form') as HTMLFormElement).get('speed'), log]).toEqual([
      '2',
      '2',
      ['change'],
    ]);
  });

  it('takes option children, and the first choice when nothing is said', async () => {
    const stage = await show(
      html`<skin-select label="A"
          ><option value="a">A</option>
          <option value="b" selected>B</option></skin-select
        ><skin-select label="B" .options=${options}></skin-select>`,
    );
    const [children, first] = stage.querySelectorAll('skin-select');
    await children?.updateComplete;
    expect([children?.value, inside(children, 'select').selectedOptions[0]?.text, first?.value]).toEqual([
      'b',
      'B',
      '1',
    ]);
  });

  it('is invalid while required and not chosen; reset gives back the first value', async () => {
    const stage = await show(
      html`<form>
        <skin-select label="A" required placeholder="Choose" .options=${options}></skin-select
        ><skin-select name="b" label="B" value="2" .options=${options}></skin-select>
      </form>`,
    );
    const [required, other] = stage.querySelectorAll('skin-select');
    expect(required?.validity.valueMissing).toBe(true);
    await userEvent.selectOptions(inside(required, 'select'), '3');
    await userEvent.selectOptions(inside(other, 'select'), '3');
    expect([required?.validity.valid, other?.value]).toEqual([true, '3']);
    stage.querySelector('form')?.reset();
    expect([required?.value, other?.value]).toEqual(['', '2']);
  });

  it('keeps a value whose choice has not come yet, and submits it only then', async () => {
    const stage = await show(html`<form><skin-select name="a" label="A" value="2"></skin-select></form>`);
    const select = stage.querySelector('skin-select');
    const submitted = (): FormDataEntryValue | null =>
      new FormData(stage.querySelector('form') as HTMLFormElement).get('a');
    expect([select?.value, submitted()]).toEqual(['2', null]);
    if (select !== null) select.options = options;
    expect(submitted()).toBe('2');
    await select?.updateComplete;
    expect(inside(select, 'select').selectedOptions[0]?.text.trim()).toBe('Two');
  });

  it('shows groups and plain strings, leaves out rubbish, and follows its children', async () => {
    const stage = await show(
      html`<skin-select label="A"
        ><optgroup label="Asia"><option>Taiwan</option></optgroup>
        <option>Chile</option></skin-select
      >`,
    );
    const select = stage.querySelector('skin-select');
    const texts = (): string[] => [...inside(select, 'select').options].map(({ text }) => text.trim());
    await select?.updateComplete;
    expect([inside(select, 'optgroup').label, texts()]).toEqual(['Asia', ['Taiwan', 'Chile']]);
    select?.append(new Option('Peru'));
    await expect.poll(texts).toEqual(['Taiwan', 'Chile', 'Peru']);
    for (const rubbish of [
      null,
      'x',
      [null, 3, {}, { value: '<b>', label: '<img src=x onerror="window.hacked=1">' }, 'plain'],
    ])
      if (select !== null) Reflect.set(select, 'options', rubbish);
    await select?.updateComplete;
    expect([texts(), Reflect.get(window, 'hacked')]).toEqual([
      ['3', '<img src=x onerror="window.hacked=1">', 'plain'],
      undefined,
    ]);
  });
});
