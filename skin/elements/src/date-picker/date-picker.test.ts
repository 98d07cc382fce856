import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm, type TestForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { DateReceptor } from './date-picker.ts';
import '../dialog/dialog.ts';
import './date-picker.ts';

const setUp = async (
  template = html`<skin-date-picker name="it" label="Day" value="2026-11-21" lang="en-GB"></skin-date-picker>`,
): Promise<
  TestForm & { picker: DateReceptor; opener: () => HTMLElement; day: () => string; open: () => Promise<void> }
> => {
  const form = await showForm(html`${template}<button type="button">after</button>`);
  const picker = form.stage.querySelector('skin-date-picker') as DateReceptor;
  const root = picker.shadowRoot as ShadowRoot;
  const opener = (): HTMLElement => root.querySelector('[part=opener]') as HTMLElement;
  const day = (): string => root.activeElement?.getAttribute('aria-label') ?? root.activeElement?.localName ?? '';
  const open = async (): Promise<void> => {
    await userEvent.click(opener());
    await expect.poll(() => root.activeElement?.localName).toBe('td');
  };
  return { ...form, picker, opener, day, open };
};

const press = async (picker: DateReceptor, keys: string): Promise<void> => {
  await userEvent.keyboard(keys);
  await picker.updateComplete;
  await picker.updateComplete;
};

describe('skin-date-picker', () => {
  it('is accessible, closed and open', async () => {
    await expectAccessible(
      html`<skin-date-picker label="Day" help="Of the quake" value="2026-11-21"></skin-date-picker
        ><skin-date-picker label="Off" disabled></skin-date-picker>`,
    );
    const { open, picker } = await setUp();
    await open();
    await expect.element(page.getByRole('dialog', { name: 'Day Choose a date' })).toBeVisible();
    await expect.element(page.getByRole('grid', { name: 'November 2026' })).toBeVisible();
    await expect
      .element(page.getByRole('gridcell', { name: /Saturday,? 21 November 2026/ }))
      .toHaveAttribute('aria-selected', 'true');
    expect(inside(picker, 'th').textContent?.trim()).toBe('Mon');
  });

  it('takes a date as people write it, and writes it out when they are done', async () => {
    const { picker, submitted, log } = await setUp(
      html`<skin-date-picker name="it" label="Day" lang="en-US"></skin-date-picker>`,
    );
    const input = inside(picker, 'input');
    input.focus();
    await userEvent.keyboard('2/3/26');
    expect([submitted(), input.value]).toEqual([['2026-02-03'], '2/3/26']);
    await userEvent.tab();
    await picker.updateComplete;
    expect([input.value, log.at(-1)]).toEqual(['02/03/2026', 'change']);
    picker.lang = 'de';
    await userEvent.fill(input, '24.12.2026');
    await userEvent.tab();
    expect(submitted()).toEqual(['2026-12-24']);
    await userEvent.fill(input, '2026-05-06');
    await userEvent.tab();
    await picker.updateComplete;
    expect([submitted(), input.value]).toEqual([['2026-05-06'], '06.05.2026']);
  });

  it('says what is wrong with a text that is no date, and takes it when it is one', async () => {
    const { picker, form } = await setUp();
    const input = inside(picker, 'input');
    for (const [text, flag] of [
      ['31/02/2026', 'badInput'],
      ['soon', 'badInput'],
      ['21/11/026', 'badInput'],
      ['21/11/2026', 'valid'],
    ] as const) {
      await userEvent.fill(input, text);
      expect([text, picker.validity[flag], form.checkValidity()]).toEqual([text, true, flag === 'valid']);
    }
  });

  it('follows every key of the pattern', async () => {
    const { picker, open, day } = await setUp();
    await open();
    const found: string[] = [];
    for (const keys of [
      '{ArrowRight}',
      '{ArrowDown}',
      '{ArrowLeft}',
      '{ArrowUp}',
      '{Home}',
      '{End}',
      '{PageDown}',
      '{PageUp}',
      '{Shift>}{PageUp}{/Shift}',
      '{Shift>}{PageDown}{/Shift}',
    ]) {
      await press(picker, keys);
      found.push(day().replace(/^\S+ /, ''));
    }
    expect(found).toEqual([
      '22 November 2026',
      '29 November 2026',
      '28 November 2026',
      '21 November 2026',
      '16 November 2026',
      '22 November 2026',
      '22 December 2026',
      '22 November 2026',
      '22 November 2025',
      '22 November 2026',
    ]);
  });

  it('chooses by Enter, Space and the pointer, tells it, closes, and gives the focus back', async () => {
    const { picker, open, submitted, log, opener } = await setUp();
    await open();
    await press(picker, '{ArrowRight}{Enter}');
    await expect.poll(() => picker.shadowRoot?.activeElement).toBe(opener());
    expect([submitted(), log, inside(picker, 'input').value]).toEqual([
      ['2026-11-22'],
      ['input', 'change'],
      '22/11/2026',
    ]);
    await open();
    await press(picker, '{ArrowUp} ');
    expect(submitted()).toEqual(['2026-11-15']);
    await open();
    await userEvent.click(page.getByRole('gridcell', { name: /Monday,? 2 November 2026/ }));
    expect(submitted()).toEqual(['2026-11-02']);
    await open();
    await press(picker, '{Enter}');
    expect(log).toHaveLength(6);
  });

  it('keeps Tab within the panel, and closes on Escape without a change', async () => {
    const { picker, open, day, submitted, opener } = await setUp();
    await open();
    await press(picker, '{ArrowRight}{Tab}');
    expect(day()).toBe('Previous year');
    await press(picker, '{Shift>}{Tab}{/Shift}');
    expect(day()).toMatch(/^Sunday,? 22 November 2026$/);
    await press(picker, '{Escape}');
    await expect.poll(() => picker.shadowRoot?.activeElement).toBe(opener());
    expect(submitted()).toEqual(['2026-11-21']);
  });

  it('closes alone in a dialog, which stays', async () => {
    const stage = await show(
      html`<skin-dialog label="Report"
        ><skin-date-picker label="Day" value="2026-11-21"></skin-date-picker
      ></skin-dialog>`,
    );
    const dialog = stage.querySelector('skin-dialog');
    const picker = stage.querySelector('skin-date-picker') as DateReceptor;
    dialog?.show();
    await dialog?.updateComplete;
    picker.showPicker();
    await expect.poll(() => picker.shadowRoot?.activeElement?.localName).toBe('td');
    await press(picker, '{Escape}');
    await expect.poll(() => picker.shadowRoot?.querySelector('td')).toBeNull();
    expect(dialog?.open).toBe(true);
    await press(picker, '{Escape}');
    await expect.poll(() => dialog?.open).toBe(false);
  });

  it('opens from the keyboard, and gives the focus back to the text', async () => {
    const { picker } = await setUp();
    const input = inside(picker, 'input');
    input.focus();
    await press(picker, '{Alt>}{ArrowDown}{/Alt}');
    await expect.poll(() => picker.shadowRoot?.activeElement?.localName).toBe('td');
    await press(picker, '{Escape}');
    await expect.poll(() => picker.shadowRoot?.activeElement).toBe(input);
  });

  it('closes when its button is pressed again', async () => {
    const { picker, open, opener } = await setUp();
    await open();
    await userEvent.click(opener());
    await expect.poll(() => opener().getAttribute('aria-expanded')).toBe('false');
    expect(inside(picker, 'div').matches(':popover-open')).toBe(false);
  });

  it('stays within its bounds, and offers no date that is off', async () => {
    const { picker, open, day, submitted } = await setUp(
      html`<skin-date-picker
        name="it"
        label="Day"
        lang="en-GB"
        value="2026-11-12"
        min="2026-11-10"
        max="2026-11-20"
        .disabledDates=${['2026-11-13']}
        .isDateDisabled=${(date: string) => date.endsWith('18')}
      ></skin-date-picker>`,
    );
    await open();
    await press(picker, '{PageUp}');
    expect(day()).toContain('10 November');
    await press(picker, '{PageDown}');
    expect(day()).toContain('20 November');
    const turns = [...(picker.shadowRoot?.querySelectorAll<HTMLButtonElement>('.turn') ?? [])];
    expect(turns.map(({ disabled }) => disabled)).toEqual([true, true, true, true]);
    await userEvent.click(page.getByRole('gridcell', { name: /Friday,? 13 November 2026/ }), { force: true });
    await userEvent.click(page.getByRole('gridcell', { name: /Wednesday,? 18 November 2026/ }), { force: true });
    expect(submitted()).toEqual(['2026-11-12']);
    const flags = ['2026-11-09', '2026-11-21', '2026-11-13', '2026-11-20'].map((value) => {
      picker.value = value;
      const { rangeUnderflow, rangeOverflow, customError, valid } = picker.validity;
      return [rangeUnderflow, rangeOverflow, customError, valid].indexOf(true);
    });
    expect(flags).toEqual([0, 1, 2, 3]);
  });

  it('mirrors the arrow keys where text runs from right to left', async () => {
    const { picker, open, day } = await setUp(
      html`<div dir="rtl">
        <skin-date-picker label="Day" value="2026-11-21" lang="en-GB"></skin-date-picker>
      </div>`,
    );
    await open();
    await press(picker, '{ArrowLeft}');
    expect(day()).toContain('22 November');
  });

  it('counts in the calendar and digits of the language, and submits a plain date', async () => {
    const { picker, open, submitted } = await setUp(
      html`<skin-date-picker name="it" label="Day" value="2026-11-21" lang="fa-IR"></skin-date-picker>`,
    );
    expect(inside(picker, 'input').value).toBe('۱۴۰۵/۰۸/۳۰');
    await open();
    expect([inside(picker, 'h2').textContent?.split(' ').sort(), inside(picker, 'th').abbr]).toEqual([
      ['آبان', '۱۴۰۵'].sort(),
      'شنبه',
    ]);
    await press(picker, '{PageDown}{Enter}');
    expect(submitted()).toEqual(['2026-12-21']);
    await userEvent.fill(inside(picker, 'input'), '1405/01/01');
    expect(submitted()).toEqual(['2026-03-21']);
  });

  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { picker, form, fieldset, submitted, opener } = await setUp(
      html`<skin-date-picker name="it" label="Day" required></skin-date-picker>`,
    );
    expect([form.checkValidity(), picker.validity.valueMissing]).toEqual([false, true]);
    picker.value = '2026-02-30';
    expect([picker.value, form.checkValidity()]).toEqual(['', false]);
    picker.formStateRestoreCallback('2026-02-28');
    expect([form.checkValidity(), submitted()]).toEqual([true, ['2026-02-28']]);
    form.reset();
    expect(submitted()).toEqual(['']);
    fieldset.disabled = true;
    await expect.poll(() => opener().matches(':disabled')).toBe(true);
    picker.showPicker();
    await picker.updateComplete;
    expect([submitted(), inside(picker, 'div').matches(':popover-open')]).toEqual([[], false]);
  });

  it('takes what the browser fills in', async () => {
    const { picker, submitted } = await setUp(
      html`<skin-date-picker name="it" label="Birthday" autocomplete="bday" lang="de"></skin-date-picker>`,
    );
    const input = inside(picker, 'input');
    expect(input.autocomplete).toBe('bday');
    input.value = '1985-12-09';
    input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
    await picker.updateComplete;
    expect([submitted(), input.value]).toEqual([['1985-12-09'], '09.12.1985']);
  });

  it('can be read, but not changed, when told so', async () => {
    const { picker } = await setUp(html`<skin-date-picker label="Day" value="2026-11-21" readonly></skin-date-picker>`);
    picker.showPicker();
    await picker.updateComplete;
    expect([inside(picker, 'input').readOnly, picker.shadowRoot?.querySelector('td')]).toEqual([true, null]);
    expect(inside(picker, 'button').disabled).toBe(true);
    // As in a native field, nobody is asked for what can't be given.
    Object.assign(picker, { value: '', required: true });
    picker.removeAttribute('readonly');
    picker.readOnly = true;
    await picker.updateComplete;
    expect(picker.checkValidity()).toBe(true);
    picker.readOnly = false;
    await picker.updateComplete;
    expect([picker.checkValidity(), inside(picker, 'button').disabled]).toEqual([false, false]);
  });

  it('closes when it is taken away', async () => {
    const { picker, open, stage } = await setUp();
    await open();
    picker.remove();
    stage.append(picker);
    await picker.updateComplete;
    expect(picker.shadowRoot?.querySelector('[popover]')?.matches(':popover-open')).toBe(false);
    await show(html``);
  });
});
