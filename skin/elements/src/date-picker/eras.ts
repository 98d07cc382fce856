/** How the years of an era are counted, in those of the Gregorian calendar: from a year before its first, or backwards. */
interface Era {
  readonly from: number;
  readonly direction: 1 | -1;
}

const firstYear = 1868;
const lastYear = 2100;

/**
 * The year of the Gregorian calendar that a text of an era calendar means, such as 令和8年, H30 or 民國115. Without an era the
 * present one is meant.
 */
export class Eras {
  readonly #byName = new Map<string, Era>();
  readonly #now: Era | undefined;

  /** @param formats What writes a day with its era, each in its own words. */
  constructor(formats: readonly Intl.DateTimeFormat[]) {
    const read = (format: Intl.DateTimeFormat, year: number): { readonly era: string; readonly count: number } => {
      const parts = format.formatToParts(Date.UTC(year, 11, 31));
      const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
      return { era: of('era').toLowerCase(), count: Number(of('year')) };
    };
    for (const format of formats)
      for (let year = firstYear; year < lastYear; year += 1) {
        const { era, count } = read(format, year);
        const next = read(format, year + 1);
        const direction = next.era === era && next.count < count ? -1 : 1;
        if (era !== '' && !this.#byName.has(era)) this.#byName.set(era, { from: year - direction * count, direction });
      }
    const [format] = formats;
    if (format !== undefined) this.#now = this.#byName.get(read(format, new Date().getFullYear()).era);
  }

  /** The Gregorian year; undefined where the calendar has no eras. */
  year(text: string, count: number): number | undefined {
    const lower = text.toLowerCase();
    const names = [...this.#byName.keys()].filter((name) => lower.includes(name)).sort((a, b) => b.length - a.length);
    const era = names[0] === undefined ? this.#now : this.#byName.get(names[0]);
    return era === undefined ? undefined : era.from + era.direction * count;
  }
}
