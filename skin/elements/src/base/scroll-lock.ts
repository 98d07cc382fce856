// Several dialogs may be open at once; the page scrolls again when the last has closed.
let locks = 0;
let overflow = '';
let gutter = '';

/** Keeps the page from scrolling, and its layout from jumping as the scrollbar goes. Returns what ends that. */
export const lockScroll = (): (() => void) => {
  const { documentElement: root } = document;
  const { style } = root;
  if (locks === 0) {
    overflow = style.overflow;
    gutter = style.scrollbarGutter;
    if (innerWidth > root.clientWidth) style.scrollbarGutter = 'stable';
    style.overflow = 'hidden';
  }
  locks += 1;
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    locks -= 1;
    if (locks > 0) return;
    style.overflow = overflow;
    style.scrollbarGutter = gutter;
  };
};
