import { CookieJar, FetchTransport, LungClient } from '@organism/respiratory/client';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const jarWith = (url: string, ...fields: string[]): { jar: CookieJar; clock: VirtualClock } => {
  const clock = new VirtualClock({ start: '2026-01-01T00:00:00Z' });
  const jar = new CookieJar({ clock });
  jar.receive(url, fields);
  return { jar, clock };
};

describe('a cookie jar', () => {
  it('lets nobody on a line without TLS put a cookie in the place of a secure one', () => {
    const { jar } = jarWith('https://a.test/', 'session=real; Secure; Path=/');
    jar.receive('http://a.test/', ['session=fake; Path=/', 'session=fake; Path=/deep', 'other=1']);
    jar.receive('http://b.a.test/', ['session=fake; Domain=a.test']);
    expect(jar.header('https://a.test/deep')).toBe('session=real; other=1');
    jar.receive('https://a.test/', ['session=new; Path=/']);
    expect(jar.header('http://a.test/')).toBe('session=new; other=1');
  });

  it.each([
    // set by, field, asked for, shown
    ['http://a.test/', 'x=1', 'http://a.test/any', 'x=1'],
    ['http://a.test/', 'x=1', 'http://b.a.test/', undefined],
    ['http://a.test/', 'x=1; Domain=a.test', 'http://b.a.test/', 'x=1'],
    ['http://a.test/', 'x=1; domain=.A.TEST', 'http://b.a.test/', 'x=1'],
    ['http://b.a.test/', 'x=1; Domain=a.test', 'http://a.test/', 'x=1'],
    ['http://a.test/', 'x=1; Domain=b.a.test', 'http://b.a.test/', undefined],
    ['http://a.test/', 'x=1; Domain=other.test', 'http://other.test/', undefined],
    ['http://a.test/', 'x=1; Domain=test', 'http://b.test/', undefined],
    ['http://ba.test/', 'x=1; Domain=a.test', 'http://a.test/', undefined],
    ['http://127.0.0.1/', 'x=1; Domain=0.0.1', 'http://127.0.0.1/', undefined],
    ['http://a.test/docs/page', 'x=1', 'http://a.test/docs/other', 'x=1'],
    ['http://a.test/docs/page', 'x=1', 'http://a.test/', undefined],
    ['http://a.test/', 'x=1; Path=/docs', 'http://a.test/docs', 'x=1'],
    ['http://a.test/', 'x=1; Path=/docs', 'http://a.test/docs/a', 'x=1'],
    ['http://a.test/', 'x=1; Path=/docs', 'http://a.test/docsy', undefined],
    ['https://a.test/', 'x=1; Secure', 'http://a.test/', undefined],
    ['https://a.test/', 'x=1; Secure', 'https://a.test/', 'x=1'],
    ['http://a.test/', 'x=1; Secure', 'https://a.test/', undefined],
    ['https://a.test/', '__Host-x=1; Secure; Path=/', 'https://a.test/', '__Host-x=1'],
    ['https://a.test/', '__Host-x=1; Secure; Path=/; Domain=a.test', 'https://a.test/', undefined],
    ['https://a.test/', '__Secure-x=1', 'https://a.test/', undefined],
    ['http://a.test/', 'x=a=b', 'http://a.test/', 'x=a=b'],
    ['http://a.test/', 'x="q q"', 'http://a.test/', 'x="q q"'],
    ['http://a.test/', 'novalue', 'http://a.test/', undefined],
    ['http://a.test/', '=1', 'http://a.test/', undefined],
    ['http://a.test/', 'x=1\u0001', 'http://a.test/', undefined],
    ['http://a.test/', 'x=1; Max-Age=0', 'http://a.test/', undefined],
    ['http://a.test/', 'x=1; Max-Age=soon', 'http://a.test/', 'x=1'],
    ['http://a.test/', 'x=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'http://a.test/', undefined],
    ['http://a.test/', 'x=1; Expires=Fri, 01-Jan-27 00:00:00 GMT', 'http://a.test/', 'x=1'],
    ['http://a.test/', 'x=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60', 'http://a.test/', 'x=1'],
  ])('set by %s with "%s", shows to %s: %s', (from, field, to, shown) => {
    expect(jarWith(from, field).jar.header(to)).toBe(shown);
  });

  it('forgets a cookie when its time is up', async () => {
    const { jar, clock } = jarWith('http://a.test/', 'x=1; Max-Age=60', 'y=1');
    await clock.advance(59_999);
    expect(jar.header('http://a.test/')).toBe('x=1; y=1');
    await clock.advance(1);
    expect(jar.header('http://a.test/')).toBe('y=1');
    expect(jar.list().length).toBe(1);
  });

  it('shows longer paths first, then older cookies; a newer value keeps its place', () => {
    const { jar } = jarWith('http://a.test/docs/', 'a=1; Path=/', 'b=1; Path=/', 'c=1; Path=/docs', 'a=2; Path=/');
    expect(jar.header('http://a.test/docs/')).toBe('c=1; a=2; b=1');
  });

  it('holds no more than it may', () => {
    const jar = new CookieJar({ maxPerDomain: 3, maxCookies: 4 });
    jar.receive('http://a.test/', ['a=1', 'b=1', 'c=1', 'd=1']);
    expect(jar.header('http://a.test/')).toBe('b=1; c=1; d=1');
    jar.receive('http://b.test/', ['e=1', 'f=1']);
    expect(jar.list().length).toBe(4);
    expect(() => new CookieJar({ maxCookies: 0 })).toThrow('maxCookies must be a whole number >= 1');
  });

  it('goes on in a later life', () => {
    const { jar } = jarWith('http://a.test/', 'x=1; Max-Age=60', 'y=2');
    const later = new CookieJar({ clock: new VirtualClock({ start: '2026-01-01T00:02:00Z' }) });
    later.restore(JSON.parse(JSON.stringify(jar.list())) as ReturnType<CookieJar['list']>);
    expect(later.header('http://a.test/')).toBe('y=2');
    later.clear();
    expect(later.header('http://a.test/')).toBeUndefined();
  });

  it('never throws, and never shows a line break, whatever servers send', () => {
    const jar = new CookieJar();
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('x=1', 'Domain=a.test', 'Path=/', 'Expires=99', 'Max-Age=-1', '\r\n'),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        jar.receive('http://a.test/a', [parts.join(';')]);
        expect(jar.header('http://a.test/a') ?? '').not.toMatch(/[\r\n\0]/);
      }),
    );
  });

  it('serves a client: what login sets, later calls show', async () => {
    const seen: (string | null)[] = [];
    const transport = new FetchTransport({
      fetch: async (request) => {
        seen.push(request.headers.get('cookie'));
        return new Response(null, { status: 204, headers: { 'set-cookie': 'session=abc; HttpOnly' } });
      },
    });
    const client = new LungClient({ baseUrl: 'http://a.test', transport, cookies: true });
    await client.post('/login');
    await client.get('/orders');
    await client.get('/orders', { headers: { cookie: 'own=1' } });
    expect(seen).toEqual([null, 'session=abc', 'own=1']);
  });
});
