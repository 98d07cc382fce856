import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

/**
 * How much a pixel's colour may differ (0 to 1, in YIQ), and which share of the pixels may differ more: 240 of 800 × 600.
 * That takes in how the edges of letters are smoothed; a border or a word that is gone is more.
 */
const tolerance = { colour: 0.1, share: 0.0005 } as const;
const actual = '-actual-';

/** What the look of a page depends on beside its sources, as JSON: the engine's version and the fonts. An expression for the page. */
export const lookOfMachine = `(() => {
  const pen = document.createElement('canvas').getContext('2d');
  const widths = ['system-ui', 'sans-serif', 'ui-monospace', 'monospace'].map((font) => {
    pen.font = '16px ' + font;
    return Math.round(pen.measureText('Kodiak Ålesund 47.25 العربية 日本語').width * 10) / 10;
  });
  return JSON.stringify({ engine: /Chrom\\w*\\/(\\d+)/.exec(navigator.userAgent)?.[1], widths });
})()`;

/**
 * Screenshots, compared with those that were looked at and stored. A picture depends on fonts and engine too: those of
 * another machine can't be compared, and `reason` says so. `VISUAL=update` stores what is seen.
 */
export class Pictures {
  /** Why nothing is compared, if so. */
  readonly reason: string | undefined;
  readonly #folder: string;
  readonly #updates: boolean;
  readonly #seen = new Set<string>();

  constructor(folder: string, machine: string) {
    this.#folder = folder;
    this.#updates = process.env['VISUAL'] === 'update';
    const note = join(folder, 'machine.json');
    mkdirSync(folder, { recursive: true });
    for (const file of globSync(`*${actual}*.png`, { cwd: folder })) rmSync(join(folder, file));
    if (this.#updates) writeFileSync(note, `${machine}\n`);
    const stored = existsSync(note) ? readFileSync(note, 'utf8').trim() : 'none';
    this.reason = stored === machine ? undefined : `they were taken with ${stored}, and this is ${machine}`;
  }

  /** What differs from the stored picture, or undefined. The new one is then laid beside it. */
  compare(name: string, taken: Uint8Array): string | undefined {
    this.#seen.add(`${name}.png`);
    const path = join(this.#folder, `${name}.png`);
    if (!existsSync(path)) {
      if (!this.#updates) return 'there is no stored picture; VISUAL=update takes it';
      writeFileSync(path, taken);
      return undefined;
    }
    const problem = this.#difference(PNG.sync.read(readFileSync(path)), PNG.sync.read(Buffer.from(taken)));
    if (problem === undefined) return undefined;
    writeFileSync(this.#updates ? path : join(this.#folder, `${name}${actual}.png`), taken);
    return this.#updates ? undefined : problem;
  }

  /** Names of stored pictures that nothing was compared with; an update removes them. */
  strays(): readonly string[] {
    const strays = globSync('*.png', { cwd: this.#folder }).filter(
      (file) => !this.#seen.has(file) && !file.includes(actual),
    );
    if (this.#updates) for (const file of strays) rmSync(join(this.#folder, file));
    return this.#updates ? [] : strays;
  }

  #difference(before: PNG, after: PNG): string | undefined {
    const { width, height } = before;
    if (width !== after.width || height !== after.height)
      return `looks different: ${after.width} × ${after.height} instead of ${width} × ${height}`;
    const pixels = pixelmatch(before.data, after.data, undefined, width, height, { threshold: tolerance.colour });
    const share = pixels / (width * height);
    return share <= tolerance.share ? undefined : `looks different: ${pixels} pixels (${(share * 100).toFixed(2)} %)`;
  }
}
