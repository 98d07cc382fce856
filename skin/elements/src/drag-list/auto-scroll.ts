const edge = 48;
const fastest = 18;

/** How far to scroll in a frame: the nearer to the edge, the faster. */
const speed = (at: number, start: number, end: number): number => {
  if (at < start + edge) return -Math.ceil(((start + edge - at) / edge) * fastest);
  if (at > end - edge) return Math.ceil(((at - end + edge) / edge) * fastest);
  return 0;
};

const parentOf = (node: Node): Node | null => (node instanceof ShadowRoot ? node.host : node.parentNode);

/** Scrolls what is around an element, while a point is near an edge of it. Returns whether anything has moved. */
export const scrollNear = (element: Element, x: number, y: number): boolean => {
  const page = element.ownerDocument.scrollingElement;
  let hasMoved = false;
  for (let node: Node | null = element; node !== null; node = parentOf(node)) {
    if (!(node instanceof Element) || node === page) continue;
    const { overflowX, overflowY } = getComputedStyle(node);
    if (!/auto|scroll/.test(overflowX + overflowY)) continue;
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const before = [node.scrollLeft, node.scrollTop];
    const isOver = x > left - edge && x < right + edge && y > top - edge && y < bottom + edge;
    if (isOver) node.scrollBy(limit(speed(x, left, right)), limit(speed(y, top, bottom)));
    hasMoved ||= before[0] !== node.scrollLeft || before[1] !== node.scrollTop;
  }
  if (page === null) return hasMoved;
  const before = [page.scrollLeft, page.scrollTop];
  page.scrollBy(limit(speed(x, 0, innerWidth)), limit(speed(y, 0, innerHeight)));
  return hasMoved || before[0] !== page.scrollLeft || before[1] !== page.scrollTop;
};

const limit = (pixels: number): number => Math.max(-fastest, Math.min(fastest, pixels));
