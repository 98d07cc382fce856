/** A pattern as JSON Schema reads it; without the `u` flag where the pattern doesn't allow it. */
export const patternOf = (source: string): RegExp => {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
};
