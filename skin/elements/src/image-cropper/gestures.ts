/** What fingers and pointers do to an image. */
export interface GestureTarget {
  /** One pointer has moved by so many pixels, since it went down on something. */
  readonly drag: (x: number, y: number) => void;
  /** Two pointers have moved apart or together, around a place in the page, and with it. */
  readonly pinch: (factor: number, at: { x: number; y: number }, by: { x: number; y: number }) => void;
  /** The last pointer is up; or gone, with what it did to be taken back. */
  readonly end: (isCancelled: boolean) => void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const middleOf = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const apart = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Pointers on an image: one drags, two pinch. */
export class Gestures {
  readonly #pointers: Map<number, Point> = new Map();
  readonly #target: GestureTarget;

  constructor(target: GestureTarget) {
    this.#target = target;
  }

  /** Whether a pointer is down. */
  get isActive(): boolean {
    return this.#pointers.size > 0;
  }

  down(event: PointerEvent): void {
    if (event.button !== 0 || this.#pointers.size >= 2) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other === undefined) return this.#target.drag(now.x - before.x, now.y - before.y);
    const middle = middleOf(now, other);
    const past = middleOf(before, other);
    const factor = apart(now, other) / Math.max(1, apart(before, other));
    this.#target.pinch(factor, middle, { x: middle.x - past.x, y: middle.y - past.y });
  }

  up(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId) || this.isActive) return;
    this.#target.end(event.type === 'pointercancel');
  }
}
