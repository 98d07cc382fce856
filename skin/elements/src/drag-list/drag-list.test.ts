import { html, type TemplateResult } from 'lit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import '../button/button.ts';
import type { DragItemCell } from './drag-item.ts';
import type { DragListCell, Reorder } from './drag-list.ts';
import './drag-list.ts';

const items = (names: string): TemplateResult[] =>
  [...names].map((name) => html`<skin-drag-item value=${name}>Item ${name}</skin-drag-item>`);
const list = (names = 'abcd', layout = 'list'): TemplateResult =>
  html`<skin-drag-list label="First" layout=${layout} style="inline-size:320px">${items(names)}</skin-drag-list>`;
const board = (dir = 'ltr'): TemplateResult =>
  html`<div dir=${dir} style="display:grid;grid-template-columns:200px 200px 200px;gap:20px">
    <skin-drag-list label="First" group="g">${items('abc')}</skin-drag-list>
    <skin-drag-list label="Second" group="g">${items('xy')}</skin-drag-list>
    <skin-drag-list label="Other">${items('z')}</skin-drag-list>
  </div>`;

const setUp = async (template: TemplateResult = list()) => {
  const stage = await show(template);
  const lists = [...stage.querySelectorAll<DragListCell>('skin-drag-list')];
  await Promise.all(lists.map((one) => one.updateComplete));
  const log: Reorder[] = [];
  stage.addEventListener('reorder', (event) => log.push((event as CustomEvent).detail));
  const order = (): string => lists.map((one) => one.items.map(({ value }) => value).join('')).join(' ');
  /** What is seen, from top to bottom and start to end; the free place is `_`. */
  const seen = (at = 0): string => {
    const one = lists[at] as DragListCell;
    const place = one.shadowRoot?.querySelector<HTMLElement>('.place') as HTMLElement;
    const all = one.items.filter(({ isLifted }) => !isLifted).map((item) => [item.value, item] as const);
    const boxes = [...all, ...(place.hidden ? [] : [['_', place] as const])].map(
      ([name, { offsetTop, offsetLeft }]) => [name, offsetTop, offsetLeft] as const,
    );
    return boxes
      .sort((a, b) => a[1] - b[1] || a[2] - b[2])
      .map(([name]) => name)
      .join('');
  };
  const item = (name: string): DragItemCell => stage.querySelector(`[value="${name}"]`) as DragItemCell;
  const handle = (name: string): HTMLElement => item(name).shadowRoot?.querySelector('button') as HTMLElement;
  const said = async (): Promise<string> => {
    await lists[0]?.updateComplete;
    return lists[0]?.shadowRoot?.querySelector('.said')?.textContent ?? '';
  };
  const at = (name: string): readonly [number, number] => {
    const { left, top, width, height } = item(name).getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const send = (target: EventTarget, type: string, [clientX, clientY]: readonly [number, number], init = {}): boolean =>
    target.dispatchEvent(
      new PointerEvent(`pointer${type}`, {
        bubbles: true,
        composed: true,
        cancelable: true,
        isPrimary: true,
        pointerId: 1,
        clientX,
        clientY,
        ...init,
      }),
    );
  return { stage, lists, log, order, seen, item, handle, said, at, send };
};
// A drag swallows the click that follows it, until the next turn.
afterEach(async () => {
  document.body.replaceChildren();
  await new Promise((done) => setTimeout(done));
});

describe('skin-drag-list', () => {
  it('is accessible, in each layout, empty, and while an item is lifted', async () => {
    for (const layout of ['list', 'row', 'grid']) await expectAccessible(list('abc', layout));
    await expectAccessible(html`<skin-drag-list label="Empty"></skin-drag-list>`);
    const { handle } = await setUp();
    handle('b').focus();
    await userEvent.keyboard(' ');
    await expect.element(page.getByRole('button', { name: 'Move Item b' })).toHaveAttribute('aria-pressed', 'true');
    await userEvent.keyboard('{Escape}');
  });

  it('moves an item by keys: Space lifts it, arrows move it, Space puts it down; the focus stays with it', async () => {
    const { handle, item, log, order, seen, said } = await setUp();
    handle('b').focus();
    await userEvent.keyboard(' ');
    expect(await said()).toBe('Item b is lifted from position 2 of 4.');
    await userEvent.keyboard('{ArrowDown}{Tab}');
    expect([await said(), seen(), order()]).toEqual(['Item b: position 3 of 4.', 'ac_d', 'abcd']);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    expect(seen()).toBe('ac_d');
    await userEvent.keyboard('{End} ');
    expect([order(), await said()]).toEqual(['acdb', 'Item b is put down at position 4 of 4.']);
    expect(item('b').matches(':focus') && item('b').shadowRoot?.activeElement === handle('b')).toBe(true);
    expect(log.map(({ value, from, to, order: all }) => [value, from.index, to.index, all.join('')])).toEqual([
      ['b', 1, 3, 'acdb'],
    ]);
    expect([item('b').getAttribute('style'), item('b').hasAttribute('popover'), seen()]).toEqual([null, false, 'acdb']);
  });

  it.each(['{Escape}', 'blur', 'remove'])('puts it back: %s', async (how) => {
    const { handle, item, log, order, seen, said } = await setUp();
    handle('d').focus();
    await userEvent.keyboard('{Enter}{Home}');
    expect(seen()).toBe('_abc');
    if (how === 'blur') handle('a').focus();
    else if (how === 'remove') item('d').remove();
    else await userEvent.keyboard(how);
    expect([order(), log]).toEqual([how === 'remove' ? 'abc' : 'abcd', []]);
    expect(await said()).toContain('Cancelled: Item d is back at position 4');
    expect(item('a').style.order).toBe('');
  });

  it('lets the page render the new order itself', async () => {
    const { handle, order, stage, said } = await setUp();
    stage.addEventListener('reorder', (event) => event.preventDefault());
    stage.addEventListener('lift', (event) => (event as CustomEvent).detail.value === 'c' && event.preventDefault());
    handle('a').focus();
    await userEvent.keyboard(' {ArrowDown} ');
    expect(order()).toBe('abcd');
    handle('c').focus();
    await userEvent.keyboard(' {ArrowDown} ');
    expect([order(), await said()]).toEqual(['abcd', 'Item a is put down at position 2 of 4.']);
  });

  it.each([
    ['ltr', '{ArrowRight}', '{ArrowLeft}'],
    ['rtl', '{ArrowLeft}', '{ArrowRight}'],
  ])('brings an item to the next list by keys, %s', async (dir, on, back) => {
    const { handle, log, order, said, lists } = await setUp(board(dir));
    handle('b').focus();
    await userEvent.keyboard(` ${on}`);
    expect(await said()).toBe('Item b: position 2 of 3 in Second.');
    expect(lists[1]?.matches(':state(target)')).toBe(true);
    await userEvent.keyboard(`${back}${back}${on}${on}{ArrowUp} `);
    expect(order()).toBe('ac bxy z');
    expect([log[0]?.from.list === lists[0], log[0]?.to.list === lists[1], log[0]?.to.index]).toEqual([true, true, 0]);
    await userEvent.keyboard(' {PageDown}{PageUp}{End} ');
    expect(order()).toBe('acb xy z');
  });

  it('moves in columns', async () => {
    const { handle, seen, order } = await setUp(
      html`<style>
          skin-drag-list {
            --skin-column-min: 9rem;
          }</style
        >${list('abcde', 'grid')}`,
    );
    handle('a').focus();
    await userEvent.keyboard(' {ArrowDown}');
    expect(seen()).toBe('bc_de');
    await userEvent.keyboard('{ArrowRight}{ArrowDown}{ArrowLeft}{ArrowUp} ');
    expect(order()).toBe('abcde');
  });

  it('follows the pointer by its handle, also to another list, and tells once', async () => {
    const { at, handle, item, log, order, seen, send } = await setUp(board());
    const target = at('y');
    send(handle('a'), 'down', at('a'));
    send(window, 'move', [at('a')[0] + 2, at('a')[1]]);
    expect(item('a').isLifted).toBe(false);
    send(window, 'move', [at('a')[0] + 9, at('a')[1]]);
    expect(item('a').isLifted).toBe(true);
    send(window, 'move', [target[0], target[1] + 4]);
    expect([seen(0), seen(1)]).toEqual(['bc', 'xy_']);
    const [x, y] = at('a');
    expect(Math.hypot(x - target[0], y - target[1])).toBeLessThan(20);
    send(window, 'move', [target[0], target[1] - 60]);
    expect(seen(1)).toMatch(/^_?x_?y$/);
    send(window, 'move', at('z'));
    send(window, 'move', [target[0], target[1] + 60]);
    send(window, 'up', target);
    expect([order(), log.length]).toEqual(['bc xya z', 1]);
  });

  it('goes back when the pointer is taken away, or Escape is pressed', async () => {
    const { at, handle, log, order, send } = await setUp();
    for (const end of ['cancel', 'escape']) {
      send(handle('a'), 'down', at('a'));
      send(window, 'move', [at('a')[0], at('a')[1] + 9]);
      send(window, 'move', at('d'));
      if (end === 'cancel') send(window, 'cancel', at('d'));
      else await userEvent.keyboard('{Escape}');
      send(window, 'up', at('d'));
    }
    expect([order(), log]).toEqual(['abcd', []]);
  });

  it('places a lifted item where the next click is, so that nobody has to drag', async () => {
    const { handle, order, lists, item } = await setUp(board());
    handle('a').click();
    item('c').click();
    expect(order()).toBe('bca xy z');
    handle('b').click();
    item('x').click();
    expect(order()).toBe('ca bxy z');
    handle('c').click();
    document.body.click();
    expect(order()).toBe('ca bxy z');
    handle('c').click();
    lists[1]?.click();
    expect(order()).toBe('a bxyc z');
    handle('a').click();
    handle('a').click();
    expect([order(), item('a').isLifted]).toEqual(['a bxyc z', false]);
  });

  it('takes items anywhere where it is told so, but not by their controls; a finger must rest first', async () => {
    vi.useFakeTimers();
    try {
      const { at, item, send } = await setUp(
        html`<skin-drag-list whole
          ><skin-drag-item value="a">A <button>In</button><skin-button>Kit</skin-button></skin-drag-item
          ><skin-drag-item value="b">B</skin-drag-item></skin-drag-list
        >`,
      );
      const pull = (target: Element, pointerType = 'mouse'): boolean => {
        const [x, y] = at('a');
        send(target, 'down', [x, y], { pointerType });
        if (pointerType === 'touch') vi.advanceTimersByTime(400);
        send(window, 'move', [x, y + 30], { pointerType });
        const { isLifted } = item('a');
        send(window, 'cancel', [x, y]);
        return isLifted;
      };
      expect(pull(item('a'))).toBe(true);
      expect(pull(item('a').querySelector('button') as Element)).toBe(false);
      expect(pull(item('a').querySelector('skin-button') as Element)).toBe(false);
      expect(pull(item('a'), 'touch')).toBe(true);
      const [x, y] = at('a');
      send(item('a'), 'down', [x, y], { pointerType: 'touch' });
      send(window, 'move', [x, y + 30], { pointerType: 'touch' });
      vi.advanceTimersByTime(400);
      expect(item('a').isLifted).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves controls in items alone', async () => {
    const { stage, order } = await setUp(
      html`<skin-drag-list
        ><skin-drag-item value="a"><input aria-label="Name" /></skin-drag-item
      ></skin-drag-list>`,
    );
    const input = stage.querySelector('input') as HTMLInputElement;
    await userEvent.type(input, 'a b');
    expect([input.value, order()]).toEqual(['a b', 'a']);
  });

  it('keeps still what is off', async () => {
    const { handle, item, lists } = await setUp();
    item('b').disabled = true;
    await item('b').updateComplete;
    handle('b').click();
    (lists[0] as DragListCell).disabled = true;
    handle('a').click();
    expect([item('a').isLifted, item('b').isLifted]).toEqual([false, false]);
  });

  it('lets go when its list is taken away', async () => {
    const { handle, item, lists } = await setUp();
    handle('b').focus();
    await userEvent.keyboard(' {ArrowDown}');
    lists[0]?.remove();
    expect([item('b'), lists[0]?.items.some(({ isLifted }) => isLifted)]).toEqual([null, false]);
  });

  it('scrolls near the edge of its box while it is dragged', async () => {
    const { at, handle, stage, send } = await setUp(
      html`<div id="box" style="overflow:auto;block-size:150px">${list('abcdefgh')}</div>`,
    );
    const box = stage.querySelector('#box') as HTMLElement;
    const { left, bottom } = box.getBoundingClientRect();
    send(handle('a'), 'down', at('a'));
    send(window, 'move', [left + 40, bottom - 30]);
    send(window, 'move', [left + 40, bottom - 5]);
    await vi.waitFor(() => expect(box.scrollTop).toBeGreaterThan(40));
    send(window, 'cancel', [0, 0]);
  });
});
