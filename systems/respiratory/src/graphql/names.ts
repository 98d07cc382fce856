import { OptionError } from '@organism/cell';

/** @see GraphQL Specification, section 2.1.9 */
const namePattern = /^[_a-z]\w*$/i;

/** A type's name from that of a Bone: `seismic.quake` becomes `SeismicQuake`. */
export const typeName = (name: string): string =>
  name
    .split(/\W+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** @throws {OptionError} when GraphQL could not name it so. */
export const checkName = (where: string, name: string): string => {
  if (!namePattern.test(name) || name.startsWith('__'))
    throw new OptionError(where, 'a GraphQL name (letters, digits and "_", not beginning with a digit or "__")', name);
  return name;
};

/** An operation's field: `quake.list` becomes `quakeList`. */
export const fieldName = (name: string): string => {
  const joined = typeName(name);
  return checkName('operation', joined.charAt(0).toLowerCase() + joined.slice(1));
};
