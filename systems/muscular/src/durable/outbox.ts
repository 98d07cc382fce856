import type { Draft } from './draft.ts';

/** What a run has for its journal, in order. */
export class Outbox<Tx> {
  #drafts: Draft<Tx>[] = [];
  /** How long the journal will be when all that was drained is in it. */
  #length: number;

  constructor(length: number) {
    this.#length = length;
  }

  get size(): number {
    return this.#drafts.length;
  }

  push(draft: Draft<Tx>): void {
    this.#drafts.push(draft);
  }

  /** Drops all, or all answers. */
  clear(what: 'all' | 'answers'): void {
    this.#drafts = this.#drafts.filter(({ type }) => what === 'answers' && (type === 'create' || type === 'finish'));
  }

  /** What may be committed now, numbered. A single transaction comes alone. */
  drain(single: boolean, issued: number): readonly Draft<Tx>[] {
    let drafts = this.#drafts;
    const at = single ? drafts.findIndex(({ type }) => type === 'transaction') : -1;
    if (at === -1) this.#drafts = [];
    else drafts = drafts.splice(0, at === 0 ? 1 : at);
    for (const draft of drafts) {
      if (draft.type !== 'append' && draft.type !== 'transaction') continue;
      const place = draft.type === 'append' ? draft.entry : draft;
      place.ordinal = this.#length += 1;
      place.issued = issued;
    }
    return drafts;
  }
}
