import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageTokens, parsePaginationKey } from './page-token.ts';

const key = Buffer.from('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=', 'base64url');
/** Of the Fernet specification: `hello`, sealed at this moment. */
const vector = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';
const sealed = Date.parse('1985-10-26T01:20:00-07:00');

const opened = (token: string, now: number = sealed): string | undefined =>
  new PageTokens(key, () => now).open(token)?.toString();

describe('PageTokens', () => {
  it('opens the token of the specification, with its padding and without', () => {
    expect(opened(vector)).toBe('hello');
    expect(opened(vector.replace(/=+$/, ''))).toBe('hello');
  });

  it.each([
    ['an hour later', 3600, 'hello'],
    ['more than an hour later', 3601, undefined],
    ['a minute earlier', -60, 'hello'],
    ['more than a minute earlier', -61, undefined],
  ])('%s', (_, seconds, expected) => {
    expect(opened(vector, sealed + seconds * 1000)).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['one byte, at which Clair breaks', 'gA=='],
    ['eight bytes, at which Clair breaks', Buffer.concat([Buffer.of(0x80), Buffer.alloc(7)]).toString('base64url')],
    ['other words', 'zzz'],
    ['no base64', '!!!!'],
    ['the other alphabet', vector.replaceAll('-', '+').replaceAll('_', '/')],
    ['padding in the middle', `${vector.slice(0, 4)}=${vector.slice(4)}`],
    ['too much padding', `${vector}=`],
    ['a space', ` ${vector}`],
    ['another version', `x${vector.slice(1)}`],
    ['its end cut off', vector.slice(0, -6)],
    ['a very long token', 'A'.repeat(1_000_000)],
  ])('does not open %s', (_, token) => {
    expect(opened(token)).toBeUndefined();
  });

  it('opens what it sealed, and nothing of which one bit was changed', () => {
    const tokens = new PageTokens(key, () => sealed);
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.integer({ min: 0, max: 7 }), (text, place, bit) => {
        const token = tokens.seal(text);
        expect(tokens.open(token)?.toString()).toBe(Buffer.from(text).toString());
        const bytes = Buffer.from(token, 'base64url');
        bytes[place % bytes.length]! ^= 1 << bit;
        expect(tokens.open(bytes.toString('base64url'))).toBeUndefined();
      }),
    );
  });

  it('opens nothing that another key sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (other) => {
        const tokens = new PageTokens(other, () => sealed);
        expect(Buffer.from(other).equals(key) || opened(tokens.seal('1')) === undefined).toBe(true);
      }),
    );
  });

  it('opens no random bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(opened(Buffer.from(bytes).toString('base64url'))).toBeUndefined();
        expect(
          opened(Buffer.from([0x80, 0, 0, 0, 0, 0x1d, 0xc0, 0x9e, 0xb0, ...bytes]).toString('base64url')),
        ).toBeUndefined();
      }),
    );
  });

  it('seals the same text differently each time, in the alphabet of URLs', () => {
    const tokens = new PageTokens(key, () => sealed);
    expect(tokens.seal('1')).not.toBe(tokens.seal('1'));
    expect(tokens.seal('1')).toMatch(/^gAAAAA[A-Za-z0-9_-]+={0,2}$/);
  });
});

describe('parsePaginationKey', () => {
  it.each([
    ['hexadecimal digits', key.toString('hex')],
    ['base64', key.toString('base64')],
    ['base64 for URLs', key.toString('base64url')],
  ])('reads %s', (_, text) => {
    expect(Buffer.from(parsePaginationKey(text)!)).toEqual(key);
  });

  it.each(['', 'short', key.toString('hex').slice(2), `${key.toString('base64')}A`])('refuses %j', (text) => {
    expect(parsePaginationKey(text)).toBeUndefined();
  });
});
