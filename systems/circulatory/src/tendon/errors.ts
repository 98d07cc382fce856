import { OrganismError } from '@organism/cell';

/** A binding whose shapes do not fit, or that can't be made as asked. Code `CIRCULATORY_TENDON`. */
export class TendonError extends OrganismError {
  constructor(target: string, topic: string, problem: string) {
    super('CIRCULATORY_TENDON', `Can't bind "${target}" to the topic "${topic}": ${problem}.`, {
      details: { target, topic },
    });
  }
}
