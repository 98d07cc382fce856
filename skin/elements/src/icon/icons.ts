/** Drawings on a 24 × 24 grid, as the path data of 2-pixel strokes. */
const drawings = new Map<string, string>([
  ['close', 'M6 6l12 12M18 6L6 18'],
  ['check', 'M5 12.5l4.5 4.5L19 7'],
  ['plus', 'M12 5v14M5 12h14'],
  ['minus', 'M5 12h14'],
  ['chevron-down', 'M6 9l6 6 6-6'],
  ['chevron-up', 'M6 15l6-6 6 6'],
  ['chevron-right', 'M9 6l6 6-6 6'],
  ['chevron-left', 'M15 6l-6 6 6 6'],
  ['search', 'M11 4a7 7 0 1 0 0 14a7 7 0 1 0 0-14M16.2 16.2L20 20'],
  [
    'sun',
    'M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
  ],
  ['moon', 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5'],
  ['play', 'M8 5l11 7-11 7z'],
  ['pause', 'M8 5v14M16 5v14'],
  ['restart', 'M4.5 12a7.5 7.5 0 1 0 2.6-5.7M4.5 4v4.5H9'],
  ['info', 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 11v5.5M12 7.6v.2'],
  ['warning', 'M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.2'],
  ['menu', 'M4 7h16M4 12h16M4 17h16'],
  ['success', 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8 12.2l2.7 2.7L16 9.6'],
  ['danger', 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7.5v5.5M12 16.4v.2'],
  ['arrow-up', 'M12 19V5M6 11l6-6 6 6'],
  ['arrow-down', 'M12 5v14M6 13l6 6 6-6'],
  ['arrow-left', 'M19 12H5M11 6l-6 6 6 6'],
  ['arrow-right', 'M5 12h14M13 6l6 6-6 6'],
  ['more', 'M6 12h.01M12 12h.01M18 12h.01'],
  ['filter', 'M4 6h16M7 12h10M10 18h4'],
  ['edit', 'M4 20l.9-4.2L15.6 5.1a1.9 1.9 0 0 1 2.7 0l.6.6a1.9 1.9 0 0 1 0 2.7L8.2 19.1zM13.5 7.2l3.3 3.3'],
  ['trash', 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.5 11v5M13.5 11v5'],
  ['copy', 'M9 9h11v11H9zM15 6V4H4v11h2'],
  ['external', 'M13.5 4.5h6v6M19.5 4.5L11 13M18 14v5.5H4.5V6H10'],
  ['download', 'M12 4v11M7 10.5l5 5 5-5M5 20h14'],
  ['upload', 'M12 15.5V4.5M7 9l5-5 5 5M5 20h14'],
  ['calendar', 'M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8'],
  ['clock', 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l3.2 2'],
  ['bell', 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 21h4'],
  ['user', 'M12 3.5a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6'],
  ['mail', 'M4 6h16v12.5H4zM4.5 6.8L12 13l7.5-6.2'],
  ['home', 'M4 11.5l8-7 8 7M6 10v9.5h12V10M10 19.5V14h4v5.5'],
  [
    'settings',
    'M4 7h8M17 7h3M4 17h3M12 17h8M14.5 4.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5M9.5 14.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5',
  ],
  ['eye', 'M2.5 12S6 5.5 12 5.5S21.5 12 21.5 12S18 18.5 12 18.5S2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6'],
]);

const redraws = new Set<() => void>();

/** Commands and numbers of path data, and nothing else. */
const pathData = /^[\s\d.,eE+\-MmLlHhVvCcSsQqTtAaZz]*$/;

/**
 * Adds or replaces an icon for the whole page; those already shown are drawn anew. What is no path data is left out,
 * with a warning.
 *
 * @param path The data of a path on a 24 × 24 grid, drawn as a stroke.
 *
 * @example
 * ```ts browser
 * import { registerIcon } from '@organism/skin-elements';
 * registerIcon('square', 'M5 5h14v14H5z');
 * ```
 */
export const registerIcon = (name: string, path: string): void => {
  if (!pathData.test(path)) {
    console.warn(`Icon "${name}" is left out: expected the data of an SVG path, as in "M5 12h14".`);
    return;
  }
  drawings.set(name, path);
  for (const redraw of redraws) redraw();
};

/** Path data of an icon, or undefined. */
export const iconPath = (name: string): string | undefined => drawings.get(name);

/** Names of all icons there are. */
export const iconNames = (): string[] => [...drawings.keys()];

/** Calls back when an icon was added. Returns what ends that. */
export const onIcon = (redraw: () => void): (() => void) => {
  redraws.add(redraw);
  return () => redraws.delete(redraw);
};
