/** Where a panel stands beside its anchor: side, then the edge that they share. */
export type Placement = 'bottom-start' | 'bottom' | 'bottom-end' | 'top-start' | 'top' | 'top-end' | 'start' | 'end';

/** What {@link place} has to know. */
export interface PlaceInput {
  readonly anchor: Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>;
  readonly width: number;
  readonly height: number;
  readonly viewportWidth: number;
  readonly viewportHeight: number;
  readonly isRtl: boolean;
}

const gap = 4;
const clamp = (value: number, most: number): number => Math.max(gap, Math.min(value, most - gap));

/**
 * Position of a panel beside its anchor, in pixels of the viewport: on the other side where there is no room, and never
 * outside. For browsers without CSS anchor positioning.
 */
export const place = (placement: Placement, input: PlaceInput): { readonly x: number; readonly y: number } => {
  const { anchor, width, height, viewportWidth, viewportHeight, isRtl } = input;
  const [side, edge] = placement.split('-');
  let x: number;
  let y: number;
  if (side === 'start' || side === 'end') {
    const wantsLeft = (side === 'start') !== isRtl;
    const left = anchor.left - width - gap;
    const right = anchor.right + gap;
    const fitsLeft = left >= gap;
    const fitsRight = right + width <= viewportWidth - gap;
    x = (wantsLeft && fitsLeft) || (!wantsLeft && !fitsRight && fitsLeft) ? left : right;
    if (wantsLeft && !fitsLeft && !fitsRight) x = left;
    y = (anchor.top + anchor.bottom - height) / 2;
  } else {
    const above = anchor.top - height - gap;
    const below = anchor.bottom + gap;
    const fitsBelow = below + height <= viewportHeight - gap;
    const isAbove = side === 'top' ? above >= gap || !fitsBelow : !fitsBelow && above >= gap;
    y = isAbove ? above : below;
    if (edge === undefined) x = (anchor.left + anchor.right - width) / 2;
    else x = (edge === 'start') === isRtl ? anchor.right - width : anchor.left;
  }
  return { x: clamp(x, viewportWidth - width), y: clamp(y, viewportHeight - height) };
};
