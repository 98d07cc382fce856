import type { PdfMatches } from './contract.ts';
import { findAll, type Match } from './find.ts';
import type { Mark, PageView } from './page-view.ts';

/** What a search needs of the pages. */
export interface FinderHost {
  readonly views: readonly PageView[];
  readonly here: () => number;
  readonly show: (page: number, match: Match) => void;
  readonly matched: (matches: PdfMatches) => void;
}

/** Searches a document page by page, from the one that is seen on, and leads from match to match. */
export class Finder {
  readonly #host: FinderHost;
  readonly #found: Map<number, readonly Match[]> = new Map();
  #turn = 0;
  #isBusy = false;
  /** Page and place of the match that is shown. */
  #current: readonly [page: number, at: number] | undefined;

  constructor(host: FinderHost) {
    this.#host = host;
  }

  /** What is to be marked on a page. */
  marksOf(page: number): readonly Mark[] {
    const [at, place] = this.#current ?? [];
    return (this.#found.get(page) ?? []).map((match, index) => ({
      ...match,
      isCurrent: page === at && index === place,
    }));
  }

  /** Searches for a text, in place of the last one. */
  async search(text: string): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const { views } = this.#host;
    const marked = [...this.#found.keys()];
    this.#found.clear();
    this.#current = undefined;
    for (const page of marked) views[page - 1]?.mark();
    this.#isBusy = text.trim() !== '';
    this.#tell();
    if (!this.#isBusy) return;
    const first = this.#host.here() - 1;
    for (let step = 0; step < views.length; step += 1) {
      const view = views[(first + step) % views.length];
      // A page that can't be read has no matches.
      const pieces = await view?.pieces().catch(() => undefined);
      if (turn !== this.#turn) return;
      const matches = findAll(pieces?.text ?? '', text);
      if (view === undefined || matches.length === 0) continue;
      this.#found.set(view.number, matches);
      view.mark();
      if (this.#current === undefined) this.#show(view.number, 0);
      this.#tell();
    }
    this.#isBusy = false;
    this.#tell();
  }

  /** Goes to the next match or the one before, round at the ends. */
  next(way: 1 | -1): void {
    const all = this.#all();
    if (all.length === 0) return;
    const at = this.#place(all) + way;
    const [page = 1, index = 0] = all[(at + all.length) % all.length] ?? [];
    this.#show(page, index);
    this.#tell();
  }

  /** Ends a search that is under way. */
  stop(): void {
    this.#turn += 1;
  }

  #all(): readonly (readonly [page: number, at: number])[] {
    const pages = [...this.#found].sort(([one], [other]) => one - other);
    return pages.flatMap(([page, matches]) => matches.map((_, at) => [page, at] as const));
  }

  #place(all: readonly (readonly [number, number])[]): number {
    const [page, index] = this.#current ?? [];
    return all.findIndex(([one, at]) => one === page && at === index);
  }

  #show(page: number, index: number): void {
    const before = this.#current?.[0];
    this.#current = [page, index];
    const { views } = this.#host;
    if (before !== undefined) views[before - 1]?.mark();
    views[page - 1]?.mark();
    const match = this.#found.get(page)?.[index];
    if (match !== undefined) this.#host.show(page, match);
  }

  #tell(): void {
    const all = this.#all();
    this.#host.matched({ current: this.#place(all) + 1, count: all.length, busy: this.#isBusy });
  }
}
