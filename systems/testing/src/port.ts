type Call = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * A stand-in for an object: its methods, or those in `only`, go through `around`; everything else is its own. What it
 * does inside stays inside: a method that calls another of its methods does so directly.
 */
export const portOf = (
  target: object,
  only: readonly string[] | undefined,
  around: (method: string, invoke: (args: readonly unknown[]) => unknown) => Call,
): object => {
  const made = new Map<string, Call>();
  const wrapped = (key: string): Call => {
    const call =
      made.get(key) ??
      around(key, (args) => Reflect.apply(Reflect.get(target, key, target), target, args as unknown[]));
    made.set(key, call);
    return call;
  };
  // The proxy stands before an empty object: a frozen target could not be seen through otherwise.
  return new Proxy(Object.create(Object.getPrototypeOf(target)) as object, {
    get: (_shadow, key) => {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function' || key === 'constructor') return member;
      const meant = typeof key === 'string' && (only === undefined || only.includes(key));
      return meant ? wrapped(key) : member.bind(target);
    },
    set: (_shadow, key, value) => Reflect.set(target, key, value, target),
    has: (_shadow, key) => Reflect.has(target, key),
  });
};
