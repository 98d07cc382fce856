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
    await userEvent.keyboard('{ArrowDown}');
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
});
