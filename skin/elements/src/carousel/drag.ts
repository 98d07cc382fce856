import type { Track } from './track.ts';

/** What a drag tells. */
export interface DragEvents {
  readonly begin: () => void;
  /** It was flung to the next slide with 1, back with -1, or held with 0. */
  readonly end: (way: number) => void;
}

const slop = 6;
/** Pixels per millisecond. */
const flung = 0.3;

/**
 * Lets a mouse or pen drag the content of a scrolling frame, as a finger does by itself. A click that ends a drag follows
 * no link.
 */
export const startDrag = (down: PointerEvent, track: Track, { begin, end }: DragEvents): void => {
  const { frame, isVertical, isRtl } = track;
  if (frame === null) return;
  const along = ({ clientX, clientY }: PointerEvent): number => (isVertical ? clientY : clientX);
  const from = along(down);
  const scrolled = isVertical ? frame.scrollTop : frame.scrollLeft;
  const over = new AbortController();
  const { signal } = over;
  let isDragging = false;
  let last = from;
  let lastAt = down.timeStamp;
  let speed = 0;

  const move = (event: PointerEvent): void => {
    if (event.pointerId !== down.pointerId) return;
    const at = along(event);
    if (!isDragging) {
      if (Math.abs(at - from) < slop) return;
      isDragging = true;
      begin();
      // Snapping comes back when it has arrived: it would jump there.
      Object.assign(frame.style, { scrollSnapType: 'none', cursor: 'grabbing', userSelect: 'none' });
    }
    event.preventDefault();
    frame[isVertical ? 'scrollTop' : 'scrollLeft'] = scrolled + from - at;
    if (event.timeStamp > lastAt) speed = (last - at) / (event.timeStamp - lastAt);
    last = at;
    lastAt = event.timeStamp;
  };
  const stop = (event: PointerEvent): void => {
    if (event.pointerId !== down.pointerId) return;
    over.abort();
    if (!isDragging) return;
    Object.assign(frame.style, { cursor: '', userSelect: '' });
    // The click comes right after; later ones are meant.
    const swallow = (click: Event): void => {
      click.preventDefault();
      click.stopPropagation();
    };
    frame.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => frame.removeEventListener('click', swallow, true));
    const way = event.type === 'pointercancel' || Math.abs(speed) < flung ? 0 : Math.sign(speed);
    const slide = track.slides[track.nearest];
    const ahead = slide === undefined ? 0 : track.distance(slide);
    // Flung past a slide, it goes on to the next.
    end(ahead * way < 0 ? way * (isRtl ? -1 : 1) : 0);
  };
  addEventListener('pointermove', move, { signal });
  addEventListener('pointerup', stop, { signal });
  addEventListener('pointercancel', stop, { signal });
};
