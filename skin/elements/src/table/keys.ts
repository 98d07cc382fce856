/** What a key does in a grid. `column` -1 is the row as a whole; `row` -1 are the headings. */
export type GridMove =
  | { readonly does: 'move'; readonly row: number; readonly column: number; readonly extends: boolean }
  | { readonly does: 'activate' | 'select' | 'select-all' | 'edit' };

/** Where the focus is in a grid, and what there is. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** Rows that fit into the frame. */
  readonly page: number;
  /** Whether the focus may be on a row as a whole. */
  readonly byRow: boolean;
  readonly isRtl: boolean;
}

/**
 * Reads a key as a grid does: arrows, Home, End and pages move, Enter activates or edits, F2 edits, Space selects. Where
 * rows take the focus, the forward arrow leads into their cells and the backward one out of them.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
export const gridMove = (event: KeyboardEvent, place: GridPlace): GridMove | undefined => {
  const { row, column, rows, columns, byRow } = place;
  const { key, shiftKey } = event;
  const least = byRow ? -1 : 0;
  const to = (nextRow: number, nextColumn = column): GridMove => ({
    does: 'move',
    row: Math.max(-1, Math.min(rows - 1, nextRow)),
    column: Math.max(least, Math.min(columns - 1, nextColumn)),
    extends: shiftKey,
  });
  if (event.altKey) return undefined;
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && key.toLowerCase() === 'a') return { does: 'select-all' };
  const [forward, back] = place.isRtl ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
  switch (key) {
    case 'ArrowDown':
      return to(isCommand ? rows - 1 : row + 1);
    case 'ArrowUp':
      return to(isCommand ? 0 : row - 1);
    case forward:
      return to(row, isCommand ? columns - 1 : column + 1);
    case back:
      return to(row, isCommand ? 0 : column - 1);
    case 'PageDown':
      return to(row + place.page);
    case 'PageUp':
      return to(Math.max(0, row - place.page));
    case 'Home':
      return column === -1 ? to(0) : to(isCommand ? 0 : row, 0);
    case 'End':
      return column === -1 ? to(rows - 1) : to(isCommand ? rows - 1 : row, columns - 1);
    case 'Enter':
      return { does: 'activate' };
    case 'F2':
      return { does: 'edit' };
    case ' ':
      return { does: 'select' };
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
