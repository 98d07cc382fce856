/** A row of the benchmark. */
export interface GridRow {
  readonly id: number;
  readonly place: string;
  readonly magnitude: number;
  readonly depth: number;
  readonly kind: string;
  readonly day: string;
  readonly station: string;
  readonly felt: number;
}

/** What each contender's page can do; it stands on the window as `grid`. */
export interface GridPage {
  /** Shows rows in an element. */
  mount(at: HTMLElement, rows: readonly GridRow[]): void | Promise<void>;
  unmount(): void;
  /** Sorts by a column, upwards. */
  sort(key: 'place' | 'magnitude'): void | Promise<void>;
  unsort(): void | Promise<void>;
  /** Shows the rows whose place has a text in it; an empty one shows all. */
  filter(text: string): void | Promise<void>;
  /** What scrolls. */
  scroller(): HTMLElement;
  /** Texts of the places that are drawn, from top to bottom. */
  places(): string[];
}

const places = ['Hualien', 'Niland', 'Kodiak', 'Valparaíso', 'Ōsaka', 'Tonga', 'Reykjavík', 'Lima'];
const kinds = ['tectonic', 'volcanic', 'blast'];

/** The same rows for everyone: a generator that needs no seed. */
export const makeRows = (count: number): GridRow[] =>
  Array.from({ length: count }, (_, id) => {
    const chance = (id * 2_654_435_761) >>> 0;
    return {
      id,
      place: `${chance % 997} km of ${places[(chance >>> 8) % places.length]} ${id % 89}`,
      magnitude: (chance % 900) / 100,
      depth: (chance >>> 4) % 700,
      kind: kinds[chance % 3] ?? '',
      day: new Date(Date.UTC(1990, 0, 1 + (chance % 13_000))).toISOString().slice(0, 10),
      station: `ST-${(chance >>> 12) % 5000}`,
      felt: (chance >>> 16) % 1000,
    };
  });

/** Columns that all show. */
export const keys = ['id', 'place', 'magnitude', 'depth', 'kind', 'day', 'station', 'felt'] as const;

/** Height of a row in pixels, where a page has rows of its own. */
export const rowHeight = 40;

/** A frame as high as the others, which scrolls over so many rows, and does nothing else: who fills it draws them. */
export const scrolling = (fill: (frame: HTMLElement, rows: readonly GridRow[]) => void): GridPage => {
  let frame: HTMLElement | undefined;
  return {
    mount(at, rows) {
      frame = document.createElement('div');
      frame.style.cssText = 'block-size:600px;overflow:auto;position:relative;contain:strict';
      const all = document.createElement('div');
      all.style.cssText = `block-size:${rows.length * rowHeight}px`;
      frame.append(all);
      at.append(frame);
      fill(frame, rows);
    },
    unmount: () => frame?.remove(),
    sort: () => {},
    unsort: () => {},
    filter: () => {},
    scroller: () => frame as HTMLElement,
    places: () => [],
  };
};
