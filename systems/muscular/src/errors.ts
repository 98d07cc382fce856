import { OrganismError } from '@organism/cell';
import type { Issue } from '@organism/skeletal';

/** An operation gave what its own output schema refuses: our fault, not the caller's. Code `MUSCULAR_BAD_OUTPUT`. */
export class BadOutputError extends OrganismError {
  readonly issues: readonly Issue[];

  constructor(muscle: string, issues: readonly Issue[]) {
    const [first] = issues;
    super('MUSCULAR_BAD_OUTPUT', `Muscle "${muscle}" gave an output that its Bone refuses: ${first?.message ?? ''}`, {
      details: { muscle, issues },
    });
    this.issues = issues;
  }
}
