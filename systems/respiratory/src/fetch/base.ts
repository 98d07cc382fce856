/** A target without the path that all have; undefined for those outside of it. */
export const withoutBase = (base: string | undefined, target: string): string | undefined => {
  if (base === undefined || base === '' || base === '/') return target;
  const trimmed = base.endsWith('/') ? base.slice(0, -1) : base;
  const rest = target.slice(trimmed.length);
  if (!target.startsWith(trimmed) || !/^(?:$|[/?])/.test(rest)) return undefined;
  return rest.startsWith('/') ? rest : `/${rest}`;
};
