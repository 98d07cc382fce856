import fc from 'fast-check';
import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm, type TestForm } from '../../test/form.ts';
import { expectAccessible, inside } from '../../test/helpers.ts';
import { parseIsoTime, TimeSystem, toIsoTime } from './clock-time.ts';
import type { TimeReceptor } from './time-picker.ts';
import './time-picker.ts';

const setUp = async (
  template = html`<skin-time-picker name="it" label="Time" value="09:30" lang="en-US"></skin-time-picker>`,
): Promise<
  TestForm & { picker: TimeReceptor; shown: () => (string | undefined)[]; active: () => string | undefined }
> => {
  const form = await showForm(html`${template}<button type="button">after</button>`);
  const picker = form.stage.querySelector('skin-time-picker') as TimeReceptor;
  picker.focus();
  const texts = (selector: string): (string | undefined)[] =>
    [...(picker.shadowRoot?.querySelectorAll(selector) ?? [])].map(({ textContent }) =>
      textContent?.trim().replaceAll(/\s/g, ' '),
    );
  return { ...form, picker, shown: () => texts('[role=option]'), active: () => texts('.active')[0] };
};

describe('skin-time-picker', () => {
  it('is accessible, closed and open', async () => {
    await expectAccessible(
      html`<skin-time-picker label="Time" help="Local" value="14:00"></skin-time-picker
        ><skin-time-picker label="Off" disabled></skin-time-picker>`,
    );
    const { shown } = await setUp();
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(shown).toHaveLength(48);
    await expect.element(page.getByRole('combobox', { name: 'Time', expanded: true })).toBeVisible();
    await expect.element(page.getByRole('listbox', { name: 'Time' })).toBeVisible();
  });

  it('moves in the list from the time that there is, chooses by Enter, and closes on Escape', async () => {
    const { picker, active, submitted, log } = await setUp();
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(active).toBe('9:30 AM');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    await expect.poll(active).toBe('10:00 AM');
    await userEvent.keyboard('{Escape}');
    await expect.poll(active).toBe(undefined);
    expect([submitted(), log]).toEqual([['09:30'], []]);
    await userEvent.keyboard('{ArrowUp}{ArrowUp}{Enter}');
    expect([submitted(), log]).toEqual([['09:00'], ['input', 'change']]);
    await picker.updateComplete;
    expect(inside(picker, 'input').value.replaceAll(/\s/g, ' ')).toBe('9:00 AM');
  });

  it('chooses by pointer, within its bounds and by its interval', async () => {
    const { shown, submitted, picker } = await setUp(
      html`<skin-time-picker name="it" label="T" lang="de" min="08:00" max="09:00" interval="20"></skin-time-picker>`,
    );
    await userEvent.click(inside(picker, 'input'));
    await expect.poll(shown).toEqual(['08:00', '08:20', '08:40', '09:00']);
    await userEvent.click(page.getByRole('option', { name: '08:40' }));
    expect([submitted(), document.activeElement]).toEqual([['08:40'], picker]);
  });

  it('takes a time as people write it, and writes it out when they are done', async () => {
    const { picker, submitted, log } = await setUp();
    const input = inside(picker, 'input');
    await userEvent.fill(input, '3:45 p');
    expect([submitted(), input.value]).toEqual([['15:45'], '3:45 p']);
    await userEvent.tab();
    await picker.updateComplete;
    expect([input.value.replaceAll(/\s/g, ' '), log.at(-1)]).toEqual(['3:45 PM', 'change']);
    await userEvent.fill(input, 'noonish');
    expect([submitted(), picker.validity.badInput]).toEqual([[''], true]);
    await userEvent.fill(input, '');
    expect(picker.validity.valid).toBe(true);
  });

  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { picker, form, fieldset, submitted } = await setUp(
      html`<skin-time-picker name="it" label="T" required min="08:00" max="20:00"></skin-time-picker>`,
    );
    expect([form.checkValidity(), picker.validity.valueMissing]).toEqual([false, true]);
    picker.value = '07:59';
    expect(picker.validity.rangeUnderflow).toBe(true);
    picker.value = '20:00:01';
    expect(picker.validity.rangeOverflow).toBe(true);
    picker.formStateRestoreCallback('12:00');
    expect([form.checkValidity(), submitted()]).toEqual([true, ['12:00']]);
    form.reset();
    expect(submitted()).toEqual(['']);
    fieldset.disabled = true;
    await expect.poll(() => inside(picker, 'input').disabled).toBe(true);
    expect(submitted()).toEqual([]);
  });
});

describe('TimeSystem', () => {
  it.each(['en-US', 'en-GB', 'de', 'ko', 'ar-EG', 'fa', 'zh-TW', 'fi', 'bn', 'el', 'ja'])(
    'reads what it writes: %s',
    (locale) => {
      const system = new TimeSystem(locale);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 86_399 }), (time) => {
          expect([system.format(time), system.parse(system.format(time))]).toEqual([system.format(time), time]);
          expect(parseIsoTime(toIsoTime(time))).toBe(time);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('reads times in short, and refuses what is none', () => {
    const system = new TimeSystem('en-US');
    const read = (text: string): string | undefined => {
      const time = system.parse(text);
      return time === undefined ? undefined : toIsoTime(time);
    };
    expect(['9', '930', '0930', '12am', '12 pm', '11.15 p.m.', '14:20', '235959'].map(read)).toEqual([
      '09:00',
      '09:30',
      '09:30',
      '00:00',
      '12:00',
      '23:15',
      '14:20',
      '23:59:59',
    ]);
    expect(['', 'x', '25:00', '9:75', '13 pm', '1:2:3:4', '12345678'].map(read)).toEqual(Array.from({ length: 7 }));
  });
});
