/** In which direction arrow keys lead from one item to the next. */
export type Axis = 'horizontal' | 'vertical';

/**
 * Where a key leads in a row of items of which one has the focus: arrows to the next one, round at the ends, Home and
 * End. Undefined for every other key, and with Ctrl, Alt or Meta held.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#kbd_roving_tabindex
 */
export const rove = <T extends HTMLElement>(
  event: KeyboardEvent,
  items: readonly T[],
  current: T | undefined,
  axis: Axis,
): T | undefined => {
  if (event.ctrlKey || event.altKey || event.metaKey || items.length === 0) return undefined;
  const [first] = items;
  const isRtl = first !== undefined && first.matches(':dir(rtl)');
  const keys = axis === 'vertical' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
  if (axis === 'horizontal' && isRtl) keys.reverse();
  const at = current === undefined ? -1 : items.indexOf(current);
  const { key } = event;
  if (key === 'Home') return first;
  if (key === 'End') return items.at(-1);
  if (key === keys[1]) return items[(at + 1) % items.length];
  if (key === keys[0]) return items.at(at <= 0 ? -1 : at - 1);
  return undefined;
};
