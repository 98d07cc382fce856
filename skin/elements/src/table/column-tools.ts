import { changed, type ColumnState, moved, type ShownColumn } from './column-state.ts';

/** Pixels that a key makes a column wider or narrower by. */
const step = 16;
/** Pixels that a pointer goes before it drags. */
const slack = 6;

/** The table, as the tools of its columns see it. */
export interface ToolsHost {
  all(): readonly ShownColumn[];
  shown(): readonly ShownColumn[];
  isRtl(): boolean;
  /** The heading of a column. */
  heading(key: string): HTMLElement | undefined;
  /** The heading under a point. */
  headingAt(x: number, y: number): HTMLElement | undefined;
  /** Width that a column's contents need. */
  contentWidth(key: string): number;
  apply(states: readonly ColumnState[]): void;
  /** Called when the user is done with a change. */
  done(): void;
  changed(): void;
}

/** What the user does to columns: makes them wider, moves them, hides them, keeps them at an edge. */
export class ColumnTools {
  readonly #host: ToolsHost;
  /** The column that is dragged, and the one whose place it would take. */
  drag: { readonly key: string; readonly to: string; readonly isAfter: boolean } | undefined;

  constructor(host: ToolsHost) {
    this.#host = host;
  }

  #widthOf(key: string): number {
    return Math.round(this.#host.heading(key)?.getBoundingClientRect().width ?? 140);
  }

  /** All columns with the widths they have now: when one changes, the others stay. */
  #frozen(key: string, width: number): ColumnState[] {
    const sizes = new Map(this.#host.shown().map((one) => [one.key, this.#widthOf(one.key)]));
    return changed(this.#host.all(), key, { width }).map((state) => {
      const size = state.key === key ? width : sizes.get(state.key);
      return size === undefined ? state : { ...state, width: size };
    });
  }

  /** Gives a column a width, within its bounds. */
  resize(key: string, width: number, isDone = true): void {
    this.#host.apply(this.#frozen(key, width));
    if (isDone) this.#host.done();
  }

  /** Makes a column wider by some steps, or narrower. */
  widen(key: string, steps: number): void {
    this.resize(key, this.#widthOf(key) + steps * step);
  }

  /** Makes a column as wide as what stands in it. */
  fit(key: string): void {
    this.resize(key, this.#host.contentWidth(key));
  }

  /** Moves a column by one place, among those that are shown. */
  shift(key: string, by: number): void {
    const shown = this.#host.shown();
    const at = shown.findIndex((one) => one.key === key);
    const neighbour = shown[at + by];
    if (neighbour === undefined) return;
    this.#host.apply(moved(this.#host.all(), key, neighbour.key));
    this.#host.done();
  }

  /** Keeps a column at an edge, or lets it go. */
  pin(key: string, pin: 'start' | 'end' | ''): void {
    this.#host.apply(changed(this.#host.all(), key, { pin }));
    this.#host.done();
  }

  /** Hides a column, or shows it. */
  hide(key: string, hidden: boolean): void {
    if (hidden && this.#host.shown().length <= 1) return;
    this.#host.apply(changed(this.#host.all(), key, { hidden }));
    this.#host.done();
  }

  /** Follows a pointer until it is lifted; Escape and a lost pointer give it up. */
  #follow(start: PointerEvent, move: (event: PointerEvent) => void, end: (isGivenUp: boolean) => void): void {
    const listening = new AbortController();
    const { signal } = listening;
    const stop = (isGivenUp: boolean): void => {
      listening.abort();
      end(isGivenUp);
    };
    const isSame = (event: PointerEvent): boolean => event.pointerId === start.pointerId;
    addEventListener('pointermove', (event) => isSame(event) && move(event), { signal });
    addEventListener('pointerup', (event) => isSame(event) && stop(false), { signal });
    addEventListener('pointercancel', (event) => isSame(event) && stop(true), { signal });
    addEventListener('keydown', ({ key }) => key === 'Escape' && stop(true), { signal, capture: true });
  }

  /** The pointer has taken hold of a column's edge. */
  grip(event: PointerEvent, key: string): void {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const before = this.#frozen(key, this.#widthOf(key));
    const width = this.#widthOf(key);
    const factor = this.#host.isRtl() ? -1 : 1;
    this.#follow(
      event,
      ({ clientX }) => this.resize(key, width + (clientX - event.clientX) * factor, false),
      (isGivenUp) => {
        if (isGivenUp) this.#host.apply(before);
        else this.#host.done();
      },
    );
  }

  /** The pointer has gone down on a heading: it may drag it. Fingers scroll; for them there is the menu. */
  take(event: PointerEvent, key: string): void {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    this.#follow(
      event,
      ({ clientX, clientY }) => {
        if (this.drag === undefined && Math.abs(clientX - event.clientX) < slack) return;
        const to = this.#host.headingAt(clientX, clientY)?.dataset['key'] ?? key;
        const places = this.#host.shown().map((one) => one.key);
        this.drag = { key, to, isAfter: places.indexOf(to) > places.indexOf(key) };
        this.#host.changed();
      },
      (isGivenUp) => {
        const { drag } = this;
        this.drag = undefined;
        if (drag === undefined) return;
        // What comes now is no press on the heading.
        const swallowing = new AbortController();
        addEventListener('click', (click) => click.stopPropagation(), { capture: true, signal: swallowing.signal });
        setTimeout(() => swallowing.abort());
        if (!isGivenUp && drag.to !== key) {
          this.#host.apply(moved(this.#host.all(), key, drag.to));
          this.#host.done();
        }
        this.#host.changed();
      },
    );
  }

  /** Keys on a heading: Shift with an arrow moves the column, Alt with an arrow makes it wider or narrower. */
  key(event: KeyboardEvent, key: string, can: { readonly move: boolean; readonly size: boolean }): boolean {
    if (event.ctrlKey || event.metaKey || event.shiftKey === event.altKey) return false;
    const arrows = this.#host.isRtl() ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight'];
    const by = [-1, 1][arrows.indexOf(event.key)];
    if (by === undefined || !(event.shiftKey ? can.move : can.size)) return false;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) this.shift(key, by);
    else this.widen(key, by);
    return true;
  }
}
