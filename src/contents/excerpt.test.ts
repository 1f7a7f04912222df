import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt } from './excerpt.ts';

const of = (text: string, at: number, length: number): string => excerpt(Buffer.from(text, 'latin1'), at, length);

describe('excerpt', () => {
  it.each<[string, string, number, number, string]>([
    ['a word', 'abc', 0, 3, 'abc'],
    ['what stands before it on its line', 'first\nsecond third', 13, 5, 'second third'],
    ['no more than 16 bytes before it', `${'x'.repeat(40)}here`, 40, 4, `${'x'.repeat(16)}here`],
    ['the rest of its line', 'here and there\nnext', 0, 4, 'here and there'],
    ['a match over lines', 'a\r\nb\tc', 0, 6, String.raw`a\r\nb\tc`],
    ['a backslash', 'a\\b', 0, 3, String.raw`a\\b`],
    ['an escape of a terminal', 'a\x1b[31m\x9b', 0, 7, String.raw`a\x1b[31m\x9b`],
    ['40 characters', 'y'.repeat(200), 0, 200, 'y'.repeat(40)],
    ['no half of an escape', `${'y'.repeat(38)}\0`, 0, 39, 'y'.repeat(38)],
    ['nothing behind the end', 'abc', 7, 3, 'abc'],
    ['nothing of nothing', '', 0, 0, ''],
  ])('shows %s', (_, text, at, length, expected) => {
    expect(of(text, at, length)).toBe(expected);
  });

  // Put together here, so that nobody takes this file for a leak.
  const token = ['AK', 'IA', 'QX7ZP2VN4KTR6WJM'].join('');
  const password = ['Tr0ub4', 'dor-3-', 'zq'].join('');

  it.each<[string, string, string, string]>([
    ['a token', `eval($_POST['${token}']);`, 'eval', "eval($_POST['AKI...JM']);"],
    ['a token that the match begins in', `t='${token}'; eval($x);`, token.slice(5), "t='AKI...JM'; eval($x);"],
    ['a password behind its name', `$password='${password}'; eval($x);`, '$password', "$password='...'; eval($x);"],
    ['a password that is cut off', `$db_password='${password}'; eval($x);`, '; eval', "'...'; eval($x);"],
    ['a password of an address', `x http://a:${password}@h/ | sh`, ' | sh', '...@h/ | sh'],
    ['a password of a command', `root mysql -p${password} -e`, 'mysql', 'root mysql -p... -e'],
    ['base 64', `echo ${Buffer.from(token).toString('base64')} | sh`, 'echo', 'echo AKI...JM | sh'],
  ])('has no secret: %s', (_, text, match, expected) => {
    expect(of(text, text.indexOf(match), match.length)).toBe(expected);
  });

  it('has nothing of a key, wherever in it the match is', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = `x\n${privateKey.export({ type: 'pkcs8', format: 'pem' })}\neval($x)`;
    for (let at = key.indexOf('MIIE'); at < key.indexOf('\n-----END'); at += 50) {
      expect(of(key, at, 4)).not.toMatch(/[A-Za-z0-9]{8}/);
    }
  });

  it('is printable ASCII of at most 40 characters whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(400), fc.nat(400), (bytes, at, length) => {
        expect(excerpt(bytes, at, length)).toMatch(/^[\x20-\x7e]{0,40}$/);
      }),
    );
  });
});
