import { describe, expect, it } from 'vitest';
import { findSecrets } from './find-secrets.ts';

/** Put together here, so that nobody takes this file for a leak. */
const token = ['AK', 'IA', 'QX7ZP2VN4KTR6WJM'].join('');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const found = (text: string) => findSecrets(Buffer.from(text), { path: 'a.yaml' });

describe('a token in base 64', () => {
  it.each([
    ['in a manifest of Kubernetes', `data:\n  a: ${base64(token)}\nkind: Secret\n`, base64(token)],
    ['with a line end', `x="${base64(`${token}\n`)}"`, base64(`${token}\n`)],
    ['with something behind it', `x=${base64(`${token}:and more`)}`, base64(`${token}:and more`)],
    ['in UTF-16', Buffer.from(` ${base64(token)} `, 'utf16le').toString('latin1'), base64(token)],
  ])('is found in a file, as a whole, %s', (_, text, encoded) => {
    const [one, ...others] = found(text);
    const [plain] = found(`x=${token}`);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ rule: plain?.rule, shown: plain?.shown, fingerprint: plain?.fingerprint });
    expect(text.slice(one?.start, one?.end).replaceAll('\0', '')).toBe(encoded);
  });

  it.each([
    ['in the middle of other letters', `x=aaaa${base64(token)}`],
    ['that is none', `x=${base64('AKIA and what follows is a sentence')}`],
    ['of bytes that are no text', `x=${Buffer.from(`${token}\xff\xfe`, 'latin1').toString('base64')}`],
    ['in base 64 once more', `x=${base64(base64(token))}`],
  ])('is not found %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });
});
