import type { DragItemCell } from './drag-item.ts';

/** A point of the viewport. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
/** How far a pointer moves before that is a drag, in pixels; how long a finger rests, in milliseconds. */
const threshold = { mouse: 4, finger: 8, restMs: 280 };
const controls =
  'a[href],button,input,select,textarea,label,summary,option,video,audio,iframe,[contenteditable],[tabindex]';

interface Host extends HTMLElement {
  readonly whole: boolean;
}

/** Tells when a press on an item becomes a drag: by its handle at once, elsewhere not from its controls. */
export class Press {
  readonly #host: Host;
  readonly #itemOf: (event: Event) => DragItemCell | undefined;
  readonly #lift: (item: DragItemCell, point: Point) => boolean;
  #ending: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDrag = false;

  constructor(
    host: Host,
    itemOf: (event: Event) => DragItemCell | undefined,
    lift: (item: DragItemCell, point: Point) => boolean,
  ) {
    this.#host = host;
    this.#itemOf = itemOf;
    this.#lift = lift;
  }

  readonly #holdTouch = (event: TouchEvent): void => {
    if (this.#isDrag && event.cancelable) event.preventDefault();
  };

  /** Whether a finger that has lifted an item by its content keeps the page from scrolling. */
  holdsTouch(on: boolean): void {
    // Known before the touch begins, or the browser scrolls without asking.
    if (on) this.#host.addEventListener('touchmove', this.#holdTouch, { passive: false });
    else this.#host.removeEventListener('touchmove', this.#holdTouch);
  }

  #isControl(event: Event, item: DragItemCell): boolean {
    const path = event.composedPath();
    return path
      .slice(0, path.indexOf(item))
      .some((one) => one instanceof Element && (one.matches(controls) || one.shadowRoot?.delegatesFocus === true));
  }

  /** A press begins. */
  begin(event: PointerEvent): void {
    const item = this.#itemOf(event);
    if (item === undefined || event.button !== 0 || !event.isPrimary) return;
    const isHandle = item.isHandle(event);
    if (!isHandle && (!this.#host.whole || this.#isControl(event, item))) return;
    this.end();
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    const from: Point = { x: event.clientX, y: event.clientY };
    const mustRest = !isHandle && event.pointerType === 'touch';
    const start = (): void => {
      clearTimeout(this.#timer);
      this.#isDrag = this.#lift(item, from);
      if (!this.#isDrag) this.end();
    };
    if (mustRest) this.#timer = setTimeout(start, threshold.restMs);
    const move = ({ clientX, clientY }: PointerEvent): void => {
      if (this.#isDrag) return;
      const far = Math.hypot(clientX - from.x, clientY - from.y);
      if (mustRest && far > threshold.finger) this.end();
      else if (!mustRest && far > threshold.mouse) start();
    };
    addEventListener('pointermove', move, { capture: true, signal });
    addEventListener('pointercancel', () => this.end(), { signal });
    addEventListener('pointerup', () => this.#release(), { signal });
    // Neither text nor pictures are dragged instead.
    const no = (other: Event): void => other.preventDefault();
    for (const type of ['selectstart', 'dragstart', 'contextmenu'])
      if (type !== 'contextmenu' || mustRest) addEventListener(type, no, { capture: true, signal });
  }

  #release(): void {
    const wasDrag = this.#isDrag;
    this.end();
    if (!wasDrag) return;
    // The click that follows is not meant for anything.
    const stop = (event: Event): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    addEventListener('click', stop, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', stop, true));
  }

  /** The press is over. */
  end(): void {
    clearTimeout(this.#timer);
    this.#ending?.abort();
    this.#isDrag = false;
  }
}
