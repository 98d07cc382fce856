import { type ParamsOf, Router } from '@organism/respiratory';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';

const at = (router: Router<string>, path: string, method = 'GET'): unknown => {
  const found = router.find(method, path);
  return found.kind === 'found' ? [found.value, { ...found.params }] : found.kind;
};
const routerOf = (...paths: readonly string[]): Router<string> => {
  const router = new Router<string>();
  for (const path of paths) router.add('GET', path, path);
  return router;
};

describe('Router', () => {
  it('takes optional segments', () => {
    const router = routerOf('/:lang?/docs/:page?', '/list/all?');
    expect([
      at(router, '/docs'),
      at(router, '/en/docs'),
      at(router, '/en/docs/intro'),
      at(router, '/docs/intro'),
      at(router, '/list'),
      at(router, '/list/all'),
      at(router, '/list/some'),
    ]).toEqual([
      ['/:lang?/docs/:page?', {}],
      ['/:lang?/docs/:page?', { lang: 'en' }],
      ['/:lang?/docs/:page?', { lang: 'en', page: 'intro' }],
      ['/:lang?/docs/:page?', { page: 'intro' }],
      ['/list/all?', {}],
      ['/list/all?', {}],
      'none',
    ]);
  });

  it('compares what is meant, not how it is encoded', () => {
    const router = routerOf('/café', '/a b/:x', '/slash%2Fed', '/files/*path');
    expect([
      at(router, '/caf%C3%A9'),
      at(router, '/%61%20b/100%25'),
      at(router, '/slash%2Fed'),
      at(router, '/slash/ed'),
      at(router, '/a b/x%2Fy'),
      at(router, '/files/a%2Fb/c'),
    ]).toEqual([
      ['/café', {}],
      ['/a b/:x', { x: '100%' }],
      ['/slash%2Fed', {}],
      'none',
      ['/a b/:x', { x: 'x/y' }],
      ['/files/*path', { path: 'a/b/c' }],
    ]);
  });

  it('gives params that inherit nothing', () => {
    const router = routerOf('/:__proto__', '/x/:constructor');
    const found = router.find('GET', '/evil');
    expect(found.kind === 'found' && found.params['toString']).toBe(undefined);
    expect(at(router, '/x/1')).toEqual(['/x/:constructor', { constructor: '1' }]);
  });

  it('tells the methods of a path', () => {
    const router = routerOf('/a/:x').add('PUT', '/a/b', 'put').add('DELETE', '/a/*rest', 'delete');
    expect([router.find('PATCH', '/a/b'), router.find('POST', '/z')]).toEqual([
      { kind: 'method', allow: ['DELETE', 'GET', 'PUT'] },
      { kind: 'none' },
    ]);
  });

  it.each([
    [['/a/:x', '/a/:y'], 'match the same requests'],
    [['/a', '/a/:x?'], 'match the same requests'],
    [['/a/*x', '/a/*y'], 'match the same requests'],
    [['/a b', '/a%20b'], 'match the same requests'],
    [['/:x/:x'], 'a name that is used once'],
    [['/*a/b'], '"*" must be the last segment'],
    [['/:1'], 'must be followed by a name'],
    [['/%zz'], 'malformed percent-encoding'],
  ])('refuses %j', (paths, message) => {
    expect(() => routerOf(...paths)).toThrow(message);
  });

  it('knows the params of a path by type', () => {
    expectTypeOf<ParamsOf<'/a/:id/b/:part?/*rest'>>().toEqualTypeOf<Readonly<Record<'id' | 'part' | 'rest', string>>>();
    expectTypeOf<ParamsOf<'/a'>>().toEqualTypeOf<Readonly<Record<never, string>>>();
    expect(true).toBe(true);
  });

  it('is not slowed down by a path made to send it back and forth', () => {
    const branches = Array.from({ length: 12 }, (_, depth) => [
      `/${'a/'.repeat(depth)}:x/${'a/'.repeat(11 - depth)}end`,
      `/${'a/'.repeat(depth + 1)}stop${depth}`,
    ]).flat();
    expect(at(routerOf(...branches), `/${'a/'.repeat(12)}nowhere`)).toBe('none');
  });

  it('property: finds what a naive matcher finds, with the same params', () => {
    const word = fc.constantFrom('a', 'ab', 'abc', 'b', '');
    const segment = fc.oneof(
      { weight: 3, arbitrary: word },
      { weight: 2, arbitrary: fc.constantFrom(':x', ':y', ':z') },
    );
    const pattern = fc
      .tuple(fc.array(segment, { minLength: 1, maxLength: 5 }), fc.boolean())
      .map(([segments, tail]) => [...segments, ...(tail ? ['*rest'] : [])])
      .filter((segments) => {
        const names = segments.filter((text) => text.startsWith(':'));
        return new Set(names).size === names.length;
      })
      .map((segments) => `/${segments.join('/')}`);
    const rank = (path: string): string =>
      path
        .slice(1)
        .split('/')
        .map((part) => (part.startsWith(':') ? '1' : part.startsWith('*') ? '2' : '0'))
        .join('');
    const match = (path: string, target: string): Record<string, string> | undefined => {
      const params: Record<string, string> = {};
      const [wanted, given] = [path.slice(1).split('/'), target.slice(1).split('/')];
      for (const [index, part] of wanted.entries()) {
        const value = given[index];
        if (part.startsWith('*')) {
          if (value === undefined) return undefined;
          return { ...params, rest: given.slice(index).join('/') };
        }
        if (part.startsWith(':')) {
          if (value === undefined || value === '') return undefined;
          params[part.slice(1)] = value;
        } else if (part !== value) return undefined;
      }
      return wanted.length === given.length ? params : undefined;
    };
    fc.assert(
      fc.property(
        fc.uniqueArray(pattern, { maxLength: 15, selector: (path) => path.replaceAll(/:[xyz]/g, ':') }),
        fc.array(word, { minLength: 1, maxLength: 6 }),
        (patterns, words) => {
          const target = `/${words.join('/')}`;
          const [best] = patterns
            .map((path) => ({ path, params: match(path, target) }))
            .filter(({ params }) => params !== undefined)
            .sort((a, b) => (rank(a.path) < rank(b.path) ? -1 : 1));
          expect(at(routerOf(...patterns), target)).toEqual(best === undefined ? 'none' : [best.path, best.params]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('property: finds the same whatever of the path is percent-encoded', () => {
    const patterns = ['/ab', '/ab/:x', '/a%25/:x/c', '/a%25/*rest', '/:x/b%25', '/:x/:y/:z', '/c/*rest'];
    const router = routerOf(...patterns);
    const hex = (text: string): string => `%${text.charCodeAt(0).toString(16).padStart(2, '0')}`;
    const word = fc.constantFrom('ab', 'a%', 'b%', 'c', 'x', '%', 'a');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.boolean()), (words, choices) => {
        const encode = (chosen: (letter: string) => boolean): string =>
          `/${words.map((text) => [...text].map((one) => (chosen(one) ? hex(one) : one)).join('')).join('/')}`;
        const some = (letter: string): boolean => choices.next().value === true || letter === '%';
        expect(at(router, encode(some))).toEqual(
          at(
            router,
            encode(() => true),
          ),
        );
      }),
    );
  });
});
