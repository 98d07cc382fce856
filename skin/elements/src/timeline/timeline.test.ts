import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { TimelineEntry } from './timeline.ts';
import './timeline.ts';

const entries: readonly TimelineEntry[] = [
  { time: '2018-02-04T13:56:42Z', title: 'First shock', tone: 'warning' },
  { time: Date.UTC(2018, 1, 6, 15, 50), title: 'Main shock', text: 'Magnitude 6.4', tone: 'danger' },
];
const times = (stage: HTMLElement): unknown[] =>
  [...(stage.querySelector('skin-timeline')?.shadowRoot?.querySelectorAll('time') ?? [])].map((time) => [
    time.getAttribute('datetime'),
    time.textContent,
  ]);

describe('skin-timeline', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-timeline .entries=${entries}></skin-timeline>`);
  });

  it('is a list, with times in the language and zone asked for', async () => {
    const stage = await show(
      html`<skin-timeline lang="de" time-zone="Asia/Taipei" .entries=${entries}></skin-timeline>`,
    );
    expect(page.getByRole('listitem').elements()).toHaveLength(2);
    expect(times(stage)).toEqual([
      ['2018-02-04T13:56:42.000Z', '04.02.2018, 21:56'],
      ['2018-02-06T15:50:00.000Z', '06.02.2018, 23:50'],
    ]);
  });

  it('tells the two hours apart where clocks are put back', async () => {
    const both: readonly TimelineEntry[] = [0, 3_600_000].map((after) => ({
      time: Date.UTC(2025, 9, 26, 0, 30) + after,
      title: 'x',
    }));
    const stage = await show(
      html`<skin-timeline lang="de" time-zone="Europe/Berlin" .entries=${both}></skin-timeline>`,
    );
    expect(times(stage).map((one) => (one as string[])[0])).toEqual([
      '2025-10-26T00:30:00.000Z',
      '2025-10-26T01:30:00.000Z',
    ]);
  });

  it('shows what is no time as it is, markup as text, and an unknown zone as none', async () => {
    const odd = [
      { time: 'long ago', title: '<img src=x onerror="window.hacked=1">' },
      null,
      5,
    ] as unknown as typeof entries;
    const stage = await show(
      html`<skin-timeline time-zone="Mars/Olympus" .entries=${[...odd, ...entries]}></skin-timeline>`,
    );
    expect(times(stage)[0]).toEqual([null, 'long ago']);
    expect([times(stage).length, stage.querySelector('skin-timeline')?.shadowRoot?.querySelector('img')]).toEqual([
      3,
      null,
    ]);
  });
});
