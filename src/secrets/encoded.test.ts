import { describe, expect, it } from 'vitest';
import { base62Checksum, hexChecksum } from './checksums.ts';
import { findSecrets, findSecretsInText } from './find-secrets.ts';
import { redact } from './redact.ts';

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

describe('a token that proves itself', () => {
  const body = ['aZ09bY18cX27dW3', '6eV45fU54gT63hS'].join('');
  const tokens = [
    ['github-token', `gh${'p_'}${body}${base62Checksum(body)}`],
    ['npm-token', `np${'m_'}${body}${base62Checksum(body)}`],
    ['grafana-service-token', `gl${'sa_'}${body}x9_${hexChecksum(`${body}x9`)}`],
  ] as const;
  const wrapped = (text: string, end: string): string => text.replace(/.{31}/g, `$&${end}`);

  it.each(tokens)('is found in the middle of base 64, whatever stands round it: %s', (rule, token) => {
    const [plain] = found(`x=${token}`);
    for (const before of ['token=', 'a', 'bc', 'a token:', '\0\xff', '\xfe\xff\xfd']) {
      for (const behind of ['', '\n', '&x=1', '\xff\xfe']) {
        const encoded = Buffer.from(`${before}${token}${behind}`, 'latin1').toString('base64');
        for (const text of [
          encoded,
          `a: ${encoded}\n`,
          `x="${wrapped(encoded, '\n')}"`,
          `x="${wrapped(encoded, '\\n')}"`,
        ]) {
          const [one, ...others] = found(text);
          expect({ text, others }).toEqual({ text, others: [] });
          expect({ text, one }).toMatchObject({ text, one: { rule, fingerprint: plain?.fingerprint } });
        }
      }
    }
  });

  it.each(tokens)('is none with another checksum: %s', (_, token) => {
    const other = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`;
    expect(found(`x=${Buffer.from(`\xfftoken=${other}\xff`, 'latin1').toString('base64')}`)).toEqual([]);
  });

  it.each(tokens)('is found with escapes: %s', (rule, token) => {
    const code = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const ways = [
      [...token].map(code).join(''),
      [...token]
        .map((letter) => code(letter).replace(/\w+$/, (digits) => digits.toUpperCase().replace('U', 'u')))
        .join(''),
      code(token[0]!) + token.slice(1),
      token.slice(0, -1) + code(token.at(-1)!),
    ];
    for (const way of ways) {
      for (const text of [`{"t":"${way}"}`, `${'{"a":"\\u003cb\\u003e"},'.repeat(700)}"${way}"`]) {
        const [one, ...others] = findSecrets(Buffer.from(text), { path: 'a.json' });
        expect(others).toEqual([]);
        expect(one).toMatchObject({ rule, validated: 'checksum' });
        expect(text.slice(one?.start, one?.end)).toBe(way);
      }
    }
  });

  it('is taken out of texts in all of these ways', () => {
    const [, token] = tokens[0];
    const encoded = Buffer.from(`\xfftoken=${token}`, 'latin1').toString('base64');
    const escaped = [...token].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('');
    for (const text of [`echo ${encoded} | base64 -d`, `echo '{"t":"${escaped}"}'`]) {
      const redacted = redact(text, findSecretsInText(text, { kind: 'history' }));
      expect(redacted).not.toContain(escaped);
      expect(redacted).not.toContain(encoded.slice(12, 50));
    }
  });
});

describe('a secret with escapes', () => {
  it.each([
    ['a password', '.env.json', '{"db_password":"Kx9mQ2vLw7\\u0026Zp4Rt8"}', 'Kx9mQ2vLw7\\u0026Zp4Rt8'],
    ['a name', 'app/config.json', '{"db_\\u0070assword":"Kx9mQ2vLw7Zp4Rt8"}', 'Kx9mQ2vLw7Zp4Rt8'],
  ])('is found: %s', (_, path, text, secret) => {
    expect(findSecrets(Buffer.from(text), { path }).map(({ start, end }) => text.slice(start, end))).toEqual([secret]);
  });
});
