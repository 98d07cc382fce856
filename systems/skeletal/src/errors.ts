import { OrganismError } from '@organism/cell';
import type { Issue } from './issues.ts';

/** How many issues a message lists before it only counts the rest. */
const mostInMessage = 3;

const summary = (bone: string, issues: readonly Issue[]): string => {
  const shown = issues.slice(0, mostInMessage).map((issue) => issue.message);
  const more = issues.length - shown.length;
  return `${bone}: ${shown.join(' ')}${more > 0 ? ` (and ${more} more)` : ''}`;
};

/**
 * Validation error: a value does not fit its schema. Code `SKELETAL_INVALID`, status 422: the content is well-formed
 * but can't be processed. Its problem document lists every issue under `errors`; no value is ever quoted.
 *
 * @see RFC 9110 section 15.5.21
 */
export class ValidationError extends OrganismError {
  /** Name of the schema. */
  readonly bone: string;
  /** What is wrong, at most 100 entries. */
  readonly issues: readonly Issue[];

  constructor(bone: string, issues: readonly Issue[]) {
    super('SKELETAL_INVALID', summary(bone, issues), {
      status: 422,
      title: 'Invalid value',
      extensions: { errors: issues },
    });
    this.bone = bone;
    this.issues = issues;
  }
}

/** Definition error: a schema, version or relation that can't be built or used as asked. */
export class BoneError extends OrganismError {
  constructor(
    code: 'SKELETAL_BAD_BONE' | 'SKELETAL_ASYNC' | 'SKELETAL_BAD_VERSION' | 'SKELETAL_BAD_JOINT',
    message: string,
    status = 500,
  ) {
    super(code, message, { status });
  }
}

/** A part of a schema that has no JSON form. Code `SKELETAL_NOT_REPRESENTABLE`. */
export class NotRepresentableError extends OrganismError {
  /** Where in the schema, e.g. `items.0.when`. */
  readonly path: string;

  constructor(bone: string, path: string, problem: string) {
    super('SKELETAL_NOT_REPRESENTABLE', `${bone}${path === '' ? '' : ` at ${path}`}: ${problem}`, {
      details: { path },
    });
    this.path = path;
  }
}
