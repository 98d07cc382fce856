/**
 * Which pages are offered: the first, the last, the present one and its neighbours; undefined stands for a gap of two or
 * more. The list has the same length on every page, so that nothing moves under the pointer.
 */
export const pagesAround = (page: number, count: number): (number | undefined)[] => {
  const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
  if (count <= 7) return range(1, count);
  if (page <= 4) return [...range(1, 5), undefined, count];
  if (page >= count - 3) return [1, undefined, ...range(count - 4, count)];
  return [1, undefined, page - 1, page, page + 1, undefined, count];
};
