/** A target without the path that all have; undefined for those outside of it. */
export const withoutBase = (base: string, target: string): string | undefined => {
  if (base === '') return target;
  const rest = target.slice(base.length);
  if (!target.startsWith(base) || !/^(?:$|[/?])/.test(rest)) return undefined;
  return rest.startsWith('/') ? rest : `/${rest}`;
};
