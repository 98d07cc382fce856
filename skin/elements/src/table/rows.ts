/** What a key does to the focused row of a table. */
export type RowMove = { readonly to: number } | 'activate' | 'select' | 'select-all';

/** Rows that PageUp and PageDown go over. */
const page = 10;

/**
 * Reads a key pressed on a row, by the grid pattern: arrows, Home, End and pages move, Enter activates, Space selects.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
export const rowMove = (event: KeyboardEvent, from: number, count: number): RowMove | undefined => {
  const to = (index: number): RowMove => ({ to: Math.max(0, Math.min(count - 1, index)) });
  if (event.altKey) return undefined;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === 'a') return 'select-all';
    if (event.key !== 'Home' && event.key !== 'End') return undefined;
  }
  switch (event.key) {
    case 'ArrowDown':
      return to(from + 1);
    case 'ArrowUp':
      return to(from - 1);
    case 'PageDown':
      return to(from + page);
    case 'PageUp':
      return to(from - page);
    case 'Home':
      return to(0);
    case 'End':
      return to(count - 1);
    case 'Enter':
      return 'activate';
    case ' ':
      return 'select';
    default:
      return undefined;
  }
};

/** Whether an event happened on something in the row that has a use of its own. */
export const isForCell = (event: Event, row: Element): boolean => {
  const path = event.composedPath();
  const within = path.slice(0, Math.max(0, path.indexOf(row)));
  return within.some((node) => node instanceof Element && node.matches('a, button, input, label, select, textarea'));
};
