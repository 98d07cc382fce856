import type { FormIssue } from './schema.ts';

/** The issues in an error, a problem document or whatever else may have come. */
export const issuesIn = (error: unknown): FormIssue[] => {
  const { issues, errors = issues } = Object(error) as { readonly issues?: unknown; readonly errors?: unknown };
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((one: unknown): FormIssue[] => {
    const { pointer, detail, message = detail } = Object(one) as Readonly<Record<string, unknown>>;
    return typeof message === 'string' ? [{ pointer: typeof pointer === 'string' ? pointer : '', message }] : [];
  });
};
