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
]);

/** Adds or replaces an icon for the whole page. `path` is the data of a path on a 24 × 24 grid, drawn as a stroke. */
export const registerIcon = (name: string, path: string): void => void drawings.set(name, path);

/** Path data of an icon, or undefined. */
export const iconPath = (name: string): string | undefined => drawings.get(name);
