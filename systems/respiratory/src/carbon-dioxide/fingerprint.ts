import { OrganismError } from '@organism/cell';

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const quotedText = /"[^"\n]{0,200}"|'[^'\n]{0,200}'/g;
const hexadecimal = /\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi;
const number = /\d+(?:\.\d+)?/g;

/** Longer messages are cut, so that hostile ones cost nothing. */
const longest = 500;

/** A message without what differs from one occurrence to the next: ids, numbers, quoted values. */
const shapeOf = (message: string): string =>
  message
    .slice(0, longest)
    .replaceAll(uuid, '#')
    .replaceAll(quotedText, '""')
    .replaceAll(hexadecimal, '#')
    .replaceAll(number, '#');

/** The function that threw; lines and columns move with every release. */
const thrower = ({ stack = '' }: Error): string => {
  for (const line of stack.split('\n')) {
    const frame = /^\s*at (?:async )?(?:(.+?) \()?(?:file:\/\/)?(.+?):\d+:\d+\)?$/.exec(line);
    if (frame === null || line.includes('node:') || line.includes('node_modules')) continue;
    const [, called = '', file = ''] = frame;
    return `${called}@${file.split('/').at(-1)}`;
  }
  return '';
};

/**
 * What an error is known by: errors of one cause have the same, whatever ids and numbers they name. An error of ours is
 * known by its code; others by name, message without what varies, and the function that threw.
 */
export const errorFingerprint = (error: unknown): string => {
  if (!(error instanceof Error)) return `thrown ${typeof error}`;
  const own = error instanceof OrganismError && error.code !== 'CELL_UNEXPECTED';
  if (own) return `${error.name} ${error.code} ${shapeOf(error.message)}`;
  const root = error instanceof OrganismError && error.cause instanceof Error ? error.cause : error;
  return `${root.name} ${shapeOf(root.message)} ${thrower(root)}`;
};
