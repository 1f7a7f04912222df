import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ServiceToken } from '../../config/service-tokens.ts';
import { cookieOf, setCookie, whyNoSession } from './session-cookie.ts';
import { LIFE, Sessions } from './sessions.ts';

const token = (name: string, text: string): ServiceToken => ({
  name,
  scope: 'read',
  digest: createHash('sha256').update(text).digest(),
});
const tokens = [token('first', 'one'), token('second', 'two')];
const [first, second] = tokens as [ServiceToken, ServiceToken];
const HOUR = 3_600_000;

describe('a session', () => {
  const key = randomBytes(32);
  const clock = { time: 1_700_000_000_000, now: () => clock.time };
  const sessions = new Sessions(key, clock);

  it('says with which token somebody signed in, to every process with its key', () => {
    const sealed = sessions.begin(second);
    expect(sessions.find(sealed, tokens)).toEqual({ token: second, ends: clock.time + LIFE });
    expect(new Sessions(key, clock).find(sealed, tokens)?.token).toBe(second);
    expect(new Sessions(randomBytes(32), clock).find(sealed, tokens)).toBeUndefined();
    expect(sealed).not.toContain('second');
    expect(Buffer.from(sealed.split('.')[0]!, 'base64url').toString()).not.toContain(second.digest.toString('hex'));
  });

  it('goes with its token, and has the scope that the token has by now', () => {
    const sealed = sessions.begin(first);
    expect(sessions.find(sealed, [second])).toBeUndefined();
    expect(sessions.find(sealed, [])).toBeUndefined();
    expect(sessions.find(sealed, [{ ...first, scope: 'admin' }])?.token.scope).toBe('admin');
    expect(sessions.find(sealed, [{ ...first, digest: second.digest }])).toBeUndefined();
  });

  it('is nobody’s once a character of it is another one', () => {
    const sealed = sessions.begin(first);
    const [body = '', seal = ''] = sealed.split('.');
    const mine = Buffer.from(body, 'base64url').toString();
    const forged = Buffer.from(mine.replace(/\d+$/, (time) => String(Number(time) + 1))).toString('base64url');
    for (const other of [
      ...Array.from({ length: sealed.length }, (_, at) => {
        const flipped = sealed[at] === 'A' ? 'B' : 'A';
        return `${sealed.slice(0, at)}${flipped}${sealed.slice(at + 1)}`;
      }).filter((text) => text !== sealed),
      `${forged}.${seal}`,
      `${body}.`,
      `${body}`,
      `${sealed}.`,
      `.${seal}`,
      '',
      '.',
      'x'.repeat(4000),
    ]) {
      expect(sessions.find(other, tokens)).toBeUndefined();
    }
  });

  it('ends when nobody uses it for its life, and after a week in any case', () => {
    const began = clock.time;
    let sealed = sessions.begin(first);
    clock.time += HOUR - 1;
    expect(sessions.find(sealed, tokens)?.renewed).toBeUndefined();
    clock.time = began + LIFE;
    expect(sessions.find(sealed, tokens)).toBeUndefined();
    clock.time = began;
    let hours = 0;
    for (; hours < 1000; hours += 2) {
      const session = sessions.find(sealed, tokens);
      if (session === undefined) break;
      if (hours > 0) expect(session.renewed).toBeDefined();
      sealed = session.renewed ?? sealed;
      clock.time += 2 * HOUR;
    }
    expect(hours).toBe(7 * 24);
  });

  it('is none where a clock far ahead sealed it', () => {
    const sealed = sessions.begin(first);
    clock.time -= 10 * 60_000;
    expect(sessions.find(sealed, tokens)).toBeUndefined();
    clock.time += 8 * 60_000;
    expect(sessions.find(sealed, tokens)).toBeDefined();
  });
});

describe('the cookie', () => {
  const from = (headers: IncomingHttpHeaders, encrypted = false) => ({
    headers: { host: 'drydock.example:6060', ...headers },
    socket: { encrypted } as unknown as Socket,
  });

  it.each([
    ['alone', 'drydock-session-6060=abc', 'abc'],
    ['among others', 'a=b; __Host-drydock-session-6060=abc ;c=d', 'abc'],
    [
      'the one that no other host can set before the one that it can',
      'drydock-session-6060=x; __Host-drydock-session-6060=y',
      'y',
    ],
    ['twice', 'drydock-session-6060=own; drydock-session-6060=other', 'own'],
    ['a name that ends alike', 'xdrydock-session-6060=abc', undefined],
    ['of another port', 'drydock-session-4040=abc; drydock-session=abc; drydock-session-606=abc', undefined],
    ['empty', 'drydock-session-6060=', undefined],
    ['none', '', undefined],
    ['without a value', 'drydock-session-6060', undefined],
    ['too long', `drydock-session-6060=${'x'.repeat(5000)}`, undefined],
    ['among too many', `${'a=b; '.repeat(10_000)}drydock-session-6060=abc`, undefined],
  ])('%s', (_, cookie, expected) => {
    expect(cookieOf(from({ cookie }), undefined)).toBe(expected);
  });

  const value = { value: 'abc', seconds: 60 };

  it('is for this host alone, and for no script', () => {
    expect(setCookie(from({}, true), undefined, value)).toBe(
      '__Host-drydock-session-6060=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
    );
    expect(setCookie(from({}), undefined, value)).toBe(
      'drydock-session-6060=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
    );
  });

  const publicUrl = 'https://drydock.example';
  it.each([
    ['the port of the address', { host: '127.0.0.1:4040' }, undefined, 'drydock-session-4040'],
    ['of six', { host: '[::1]:4040' }, undefined, 'drydock-session-4040'],
    ['a port that nobody writes', { host: 'drydock.example' }, undefined, 'drydock-session'],
    ['behind a proxy', { host: '127.0.0.1:6060', origin: publicUrl }, publicUrl, '__Host-drydock-session'],
    [
      'on a port of its own',
      { host: 'a', origin: `${publicUrl}:8443` },
      `${publicUrl}:8443`,
      '__Host-drydock-session-8443',
    ],
  ])('has a name for each service: %s', (_, headers, known, name) => {
    expect(setCookie(from(headers), known, value)).toMatch(`${name}=`);
    expect(setCookie(from(headers), known, value).split('=', 1)).toEqual([name]);
  });

  it.each([
    ['TLS of its own', from({ cookie: 'drydock-session-6060=x' }, true), undefined],
    ['a proxy says so', from({ cookie: 'drydock-session-6060=x', 'x-forwarded-proto': 'https' }), undefined],
    ['the page says so', from({ cookie: 'drydock-session-6060=x', origin: publicUrl }), undefined],
    ['the address is known', from({ cookie: 'drydock-session=x', host: 'drydock.example' }), publicUrl],
  ])('that anybody on the way could have set is not taken over TLS: %s', (_, request, known) => {
    expect(cookieOf(request, known)).toBeUndefined();
    const cookie = String(request.headers.cookie).replace('drydock', '__Host-drydock');
    expect(cookieOf({ ...request, headers: { ...request.headers, cookie } }, known)).toBe('x');
  });

  // Host and Origin of the sign-in; what a browser then does is RFC 6265bis, section 5.7, and what is taken is above.
  it.each([
    ['without TLS, nothing is known', 'http://drydock.example:6060', undefined, {}, true],
    ['TLS that ends in a proxy', publicUrl, publicUrl, { host: 'drydock.example' }, true],
    ['TLS that ends in a proxy with a Host of its own', publicUrl, publicUrl, { host: '127.0.0.1:6060' }, true],
    ['TLS that ends in a proxy, nothing is known', publicUrl, undefined, { host: 'drydock.example' }, true],
    ['the bare address beside the proxy', 'http://10.0.0.1:6060', publicUrl, { host: '10.0.0.1:6060' }, true],
    ['localhost beside the proxy', 'http://localhost:6060', publicUrl, { host: 'localhost:6060' }, true],
    ['the known name without TLS', 'http://drydock.example', publicUrl, { host: 'drydock.example' }, false],
    [
      'the known name and port without TLS',
      'http://drydock.example:6060',
      `${publicUrl}:6060`,
      { host: 'drydock.example:6060' },
      false,
    ],
    [
      'a proxy without TLS says the other thing',
      'http://drydock.example',
      undefined,
      { host: 'drydock.example', 'x-forwarded-proto': 'https' },
      false,
    ],
    ['a program without Origin', undefined, publicUrl, { host: 'drydock.example' }, true],
  ])('%s: a session holds, or it is said why none would', (_, origin, known, headers, holds) => {
    const asked = from({ ...headers, ...(origin !== undefined && { origin }) });
    const why = whyNoSession(asked, known);
    expect(why === undefined).toBe(holds);
    if (known !== undefined && !holds) expect(why).toContain(`open ${known}. `);
  });

  it('is not given to a page without TLS by a proxy that asks with it', () => {
    expect(whyNoSession(from({ origin: 'http://drydock.example:6060' }, true), undefined)).toContain('without TLS');
    expect(whyNoSession(from({ origin: 'https://drydock.example:6060' }, true), undefined)).toBeUndefined();
  });
});
