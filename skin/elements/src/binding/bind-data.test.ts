import { EventBus } from '@organism/nervous';
import fc from 'fast-check';
import { html } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { show } from '../../test/helpers.ts';
import '../stat/stat.ts';
import '../timeline/timeline.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { bindData, collect, collectBy, Feed, latest } from './bind-data.ts';

interface Quake {
  readonly id: string;
  readonly magnitude: number;
}
const quake = (id: string, magnitude = 1): Quake => ({ id, magnitude });
const frame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));
/** An element's stand-in that counts how often it is set. */
class Rows extends EventTarget {
  sets = 0;
  #rows: readonly Quake[] = [];
  get rows(): readonly Quake[] {
    return this.#rows;
  }
  set rows(rows: readonly Quake[]) {
    this.sets += 1;
    this.#rows = rows;
  }
}

describe('bindData', () => {
  it('shows what a topic of an EventBus tells, once per frame, until it is detached', async () => {
    const bus = new EventBus<{ 'quake.seen': Quake }>();
    const stage = await show(html`<skin-stat label="Last"></skin-stat>`);
    const stat = stage.querySelector('skin-stat') as HTMLElementTagNameMap['skin-stat'];
    const binding = bindData(stat, 'value', bus.topic('quake.seen'), {
      take: latest(({ magnitude }) => magnitude.toFixed(1)),
    });
    bus.emit('quake.seen', quake('a', 4.2));
    bus.emit('quake.seen', quake('b', 5));
    await frame();
    expect(stat.value).toBe('5.0');
    await stat.updateComplete;
    expect(stat.shadowRoot?.textContent).toContain('5.0');
    bus.emit('quake.seen', quake('c', 6));
    binding.detach();
    bus.emit('quake.seen', quake('d', 7));
    await frame();
    expect([stat.value, binding.isAttached]).toEqual(['5.0', false]);
  });

  it('collects rows by their key, with one change of the property for many values', async () => {
    const element = new Rows();
    const feed = new Feed<Quake>();
    using binding = bindData(element, 'rows', feed, { take: collectBy('id', { most: 3 }) });
    expect(binding).toMatchObject({ kind: 'data', target: 'rows', isAttached: true });
    for (const id of ['a', 'b', 'a', 'c']) feed.push(quake(id, id === 'a' ? 9 : 1));
    await frame();
    expect([element.rows.map(({ id }) => id).join(''), element.rows[0]?.magnitude, element.sets]).toEqual([
      'abc',
      9,
      1,
    ]);
    for (const id of ['b', 'd', 'd']) feed.push(quake(id, 7));
    await frame();
    expect(element.rows.map(({ id, magnitude }) => `${id}${magnitude}`)).toEqual(['b7', 'c1', 'd7']);
  });

  it('takes any source: an asynchronous sequence, an observable; the last value by default', async () => {
    const stage = await show(html`<skin-timeline></skin-timeline>`);
    const timeline = stage.querySelector('skin-timeline') as HTMLElementTagNameMap['skin-timeline'];
    async function* sequence(): AsyncGenerator<string> {
      yield 'one';
      yield 'two';
    }
    const entry = (title: string): TimelineEntry => ({ time: 0, title });
    bindData(timeline, 'entries', sequence(), { take: collect(entry, { at: 'start' }) });
    await vi.waitFor(() => expect(timeline.entries.map(({ title }) => title)).toEqual(['two', 'one']));
    const stop = vi.fn();
    const source = {
      subscribe: (listener: (value: TimelineEntry[]) => void) => {
        listener([entry('all')]);
        return { unsubscribe: stop };
      },
    };
    const binding = bindData(timeline, 'entries', source);
    await frame();
    expect(timeline.entries).toEqual([entry('all')]);
    binding.detach();
    binding.detach();
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it('takes what a feed has read, and leaves what it could not read to who brought it', async () => {
    const element = new Rows();
    const feed = new Feed((data): Quake => {
      if (typeof data !== 'object' || data === null || !('id' in data)) throw new TypeError('No quake.');
      return data as Quake;
    });
    bindData(element, 'rows', feed, { take: collectBy('id') });
    const { receive } = feed;
    receive(quake('a'));
    expect(() => receive('x')).toThrow('No quake.');
    await frame();
    expect(element.rows).toEqual([quake('a')]);
  });

  it('ends by a signal, and does not begin under one that is over', async () => {
    const element = new Rows();
    const feed = new Feed<Quake>();
    const ending = new AbortController();
    const binding = bindData(element, 'rows', feed, { take: collectBy('id'), signal: ending.signal });
    feed.push(quake('a'));
    ending.abort();
    await frame();
    expect([element.sets, binding.isAttached]).toEqual([0, false]);
    const late = bindData(element, 'rows', feed, { take: collectBy('id'), signal: ending.signal });
    feed.push(quake('a'));
    await frame();
    expect([element.sets, late.isAttached]).toEqual([0, false]);
  });

  it('tells of failures by an event, and goes on with the next value', async () => {
    const element = new Rows();
    const told: unknown[] = [];
    element.addEventListener('bind-error', (event) => told.push((event as CustomEvent).detail));
    const feed = new Feed<Quake | undefined>();
    bindData(element, 'rows', feed, { take: (values) => [quake((values[0] as Quake).id)] });
    feed.push(undefined);
    await frame();
    expect(told).toEqual([{ property: 'rows', error: expect.any(TypeError) }]);
    feed.push(quake('a'));
    await frame();
    expect(element.rows.length).toBe(1);
    const broken = new Error('gone');
    async function* breaking(): AsyncGenerator<Quake[]> {
      yield [];
      throw broken;
    }
    const binding = bindData(element, 'rows', breaking());
    await vi.waitFor(() => expect(told.at(-1)).toEqual({ property: 'rows', error: broken }));
    expect(binding.isAttached).toBe(false);
    expect(() => bindData(element, 'rows', {} as Feed<Quake[]>)).toThrow(TypeError);
  });

  it('keeps no more waiting than it must, where no frame comes', () => {
    const element = new Rows();
    const feed = new Feed<Quake>();
    using _ = bindData(element, 'rows', feed, { take: collectBy('id') });
    for (let at = 0; at < 2500; at += 1) feed.push(quake(String(at)));
    expect([element.sets, element.rows.length]).toEqual([2, 1000]);
  });
});

describe('collectBy', () => {
  it('is a map in the order of first sight, however the values come', () => {
    const values = fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), magnitude: fc.nat(9) }));
    fc.assert(
      fc.property(values, values, fc.constantFrom('start', 'end'), (first, second, at) => {
        const take = collectBy<Quake>('id', { at });
        const found = take(second, take(first, []));
        const model = new Map([...first, ...second].map((one) => [one.id, one.magnitude]));
        const ordered = [...model].map(([id, magnitude]) => ({ id, magnitude }));
        expect(found).toEqual(at === 'start' ? ordered.toReversed() : ordered);
      }),
    );
  });
});
