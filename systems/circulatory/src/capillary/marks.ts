/** What one process has heard from another: everything up to a number, but for some. */
export interface Mark {
  readonly upTo: number;
  readonly missing: readonly number[];
}

/** What a process has heard, by the process that it comes from. */
export type Marks = Readonly<Record<string, Mark>>;

/** Whether a process with these marks has heard an announcement. */
export const hasHeard = (marks: Marks, from: string, number: number): boolean => {
  const mark = Object.hasOwn(marks, from) ? marks[from] : undefined;
  return mark !== undefined && number <= mark.upTo && !mark.missing.includes(number);
};

/** What at least one of two processes has heard. */
export const joinMarks = (one: Marks, other: Marks): Marks => {
  const joined: Record<string, Mark> = { ...one };
  for (const [from, mark] of Object.entries(other)) {
    const known = Object.hasOwn(one, from) ? one[from] : undefined;
    joined[from] = known === undefined ? mark : joinTwo(known, mark);
  }
  return joined;
};

const joinTwo = (one: Mark, other: Mark): Mark => {
  const has = ({ upTo, missing }: Mark, number: number): boolean => number <= upTo && !missing.includes(number);
  const open = new Set([...one.missing, ...other.missing]);
  return {
    upTo: Math.max(one.upTo, other.upTo),
    missing: [...open].filter((number) => !has(one, number) && !has(other, number)),
  };
};

/** How many numbers may be out at once; the oldest then count as heard. */
const mostMissing = 256;
/** How many processes are known at once: those that stopped long ago are forgotten. */
const mostProcesses = 512;

/** Keeps the marks of this process. */
export class Hearing {
  readonly #marks = new Map<string, { upTo: number; readonly missing: Set<number> }>();

  /** Notes an announcement. Gives false when it was heard before. */
  note(from: string, number: number): boolean {
    const known = this.#marks.get(from);
    // What a process said before we listened may still be under way.
    const mark = known ?? { upTo: Math.max(0, number - mostMissing), missing: new Set<number>() };
    if (number <= mark.upTo) return mark.missing.delete(number);
    // The one that was heard last stands last.
    if (known !== undefined) this.#marks.delete(from);
    this.#marks.set(from, mark);
    for (let gone = Math.max(mark.upTo + 1, number - mostMissing); gone < number; gone += 1) mark.missing.add(gone);
    mark.upTo = number;
    for (const oldest of mark.missing) {
      if (mark.missing.size <= mostMissing) break;
      mark.missing.delete(oldest);
    }
    for (const oldest of this.#marks.keys()) {
      if (this.#marks.size <= mostProcesses) break;
      this.#marks.delete(oldest);
    }
    return true;
  }

  /** The marks as they are now. */
  get marks(): Marks {
    return Object.fromEntries(
      [...this.#marks].map(([from, { upTo, missing }]) => [from, { upTo, missing: [...missing] }]),
    );
  }
}
