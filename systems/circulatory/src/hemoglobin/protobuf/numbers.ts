import { OptionError } from '@organism/cell';
import type { Reserved } from './plan.ts';

/**
 * Numbers of fields and of values of enumerations, by path: `lines`, `lines.*.sku`, `state=open`. Keep them with your
 * code, as {@link protoNumbers} gives them: a number that a field once had is no other's, and what is gone from the Bone
 * stays in the list, so that its number is reserved.
 */
export type ProtoNumbers = Readonly<Record<string, number>>;

/** Highest number of a field, and those that protobuf keeps for itself. @see https://protobuf.dev/programming-guides/proto3/#assigning */
const highest = 2 ** 29 - 1;
const isKept = (number: number): boolean => number >= 19_000 && number <= 19_999;

const check = (path: string, number: number, isField: boolean): void => {
  const fits = Number.isSafeInteger(number) && number >= 1 && number <= (isField ? highest : 2 ** 31 - 1);
  if (!fits || (isField && isKept(number)))
    throw new OptionError(`numbers[${JSON.stringify(path)}]`, 'a number that protobuf has for it, from 1 on', number);
};

/** Numbers for the members of one message or enumeration. */
export interface Numbering {
  /** The number of a member. */
  of(member: string): number;
  readonly reserved: Reserved;
}

/** The member that a path ends with, of those whose paths begin so; undefined for another's. */
const memberOf = (path: string, begin: string, members: readonly string[]): string | undefined => {
  if (!path.startsWith(begin)) return undefined;
  const member = path.slice(begin.length);
  return members.includes(member) || /^[^.=]+$/.test(member) ? member : undefined;
};

/**
 * Numbers members by a list, or, without one, in the order of their declaration.
 *
 * @param begin What the paths of all of them begin with: `lines.*.`, or `state=` for an enumeration.
 * @throws {OptionError} when one is not in the list, or two have the same number.
 */
export const numbering = (members: readonly string[], begin: string, numbers: ProtoNumbers | undefined): Numbering => {
  if (numbers === undefined) {
    const order = new Map(members.map((member, index) => [member, index + 1]));
    return { of: (member) => order.get(member) ?? 0, reserved: { numbers: [], names: [] } };
  }
  const byNumber = new Map<number, string>();
  const known = new Map<string, number>();
  for (const [path, number] of Object.entries(numbers)) {
    const member = memberOf(path, begin, members);
    if (member === undefined) continue;
    check(path, number, !begin.endsWith('='));
    const other = byNumber.get(number);
    if (other !== undefined) throw new OptionError(`numbers["${path}"]`, `another than that of ${other}`, number);
    byNumber.set(number, path);
    known.set(member, number);
  }
  const isGone = ([member]: readonly [string, number]): boolean => !members.includes(member);
  const gone = [...known].filter(isGone);
  return {
    of: (member) => {
      const number = known.get(member);
      if (number !== undefined) return number;
      const next = Math.max(0, ...known.values()) + 1;
      throw new OptionError(`numbers["${begin}${member}"]`, `given; ${next} is free`, undefined);
    },
    reserved: { numbers: gone.map(([, number]) => number), names: gone.map(([member]) => member) },
  };
};

/** Numbers for members that have none yet: those after the highest, so that no old one is used again. */
export const nextNumbers = (members: readonly string[], begin: string, previous: ProtoNumbers): ProtoNumbers => {
  const own = Object.entries(previous).filter(([path]) => memberOf(path, begin, members) !== undefined);
  let last = Math.max(0, ...own.map(([, number]) => number));
  const added: Record<string, number> = {};
  for (const member of members) {
    const path = begin + member;
    if (previous[path] !== undefined) continue;
    last += 1;
    if (isKept(last)) last = 20_000;
    added[path] = last;
  }
  return added;
};
