import { OrganismError } from '@organism/cell';

/** A driver or an adapter that breaks a rule of its port. Code `RESPIRATORY_CONTRACT`. */
export class ContractError extends OrganismError {
  constructor(message: string) {
    super('RESPIRATORY_CONTRACT', message);
  }
}

/** One rule of a port, to be run as a test. */
export interface DriverCheck {
  readonly name: string;
  /** Rejects with a {@link ContractError} when the rule is broken. */
  readonly run: () => Promise<void>;
}
