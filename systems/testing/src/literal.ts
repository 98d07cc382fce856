const text = (value: string): string => (/['\\\n]/.test(value) ? JSON.stringify(value) : `'${value}'`);

/**
 * A value as it is written in code: texts, numbers, dates, lists and plain objects; a function as its name, for the
 * reader to put in.
 */
export const literal = (value: unknown): string => {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'function') return value.name === '' ? '…' : value.name;
  if (value instanceof Date) return text(value.toISOString());
  if (Array.isArray(value)) return `[${value.map((item) => literal(item)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.length === 0 ? '{}' : `{ ${members.map(([key, member]) => `${key}: ${literal(member)}`).join(', ')} }`;
};
