import { place, type Placement } from './place.ts';

/**
 * Keeps a panel beside its anchor by script, while it is open: looked after in each frame, since either may move or grow
 * without a scroll or a resize.
 */
export const follow = (panel: HTMLElement, anchor: Element, placement: Placement): void => {
  if (!panel.isConnected || !panel.matches(':popover-open')) return;
  const { x, y } = place(placement, {
    anchor: anchor.getBoundingClientRect(),
    width: panel.offsetWidth,
    height: panel.offsetHeight,
    viewportWidth: innerWidth,
    viewportHeight: innerHeight,
    isRtl: panel.matches(':dir(rtl)'),
  });
  panel.style.cssText = `position:fixed;margin:0;inset:${y}px auto auto ${x}px`;
  requestAnimationFrame(() => follow(panel, anchor, placement));
};
