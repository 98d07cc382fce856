import { type OrganismError, type ProblemDetails, toOrganismError } from '@organism/cell';

/**
 * An error's problem document, for what writes it as JSON. Of one that JSON can't hold, with a big integer among its
 * extensions say, only that something failed, as over HTTP.
 */
export const sendableProblem = (error: OrganismError, options: { readonly instance?: string } = {}): ProblemDetails => {
  const problem = error.toProblem(options);
  try {
    JSON.stringify(problem);
    return problem;
  } catch (cause) {
    return toOrganismError(cause).toProblem(options);
  }
};
