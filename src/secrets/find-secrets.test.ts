import { describe, expect, it } from 'vitest';
import { base62Checksum } from './checksums.ts';
import { findSecrets, findSecretsInText } from './find-secrets.ts';
import { redact } from './redact.ts';

const body = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123';
const token = `ghp${'_'}${body}${base62Checksum(body)}`;

describe('findSecrets', () => {
  it.each(['', '=', ' =', "abc\n = '"])('finds a token behind %j, in UTF-16 and at any byte', (before) => {
    for (const shift of [0, 1]) {
      for (const encoding of ['latin1', 'utf16le'] as const) {
        const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(`${before}${token}'\n`, encoding)]);

        const found = findSecrets(bytes.subarray(shift), { path: 'etc/app.conf' });

        const start = before.length * (encoding === 'latin1' ? 1 : 2);
        expect(found).toMatchObject([{ rule: 'github-token', start, validated: 'checksum', confidence: 'certain' }]);
      }
    }
  });
});

describe('tokens in a program', () => {
  const token = `EAA${'Zx9Kq2Lm7Pw4'.repeat(8).slice(0, 87)}`;

  it('are told where their length stands before them, whatever follows', () => {
    const bytes = Buffer.concat([Buffer.from([0, 0, 1, 0, token.length]), Buffer.from(`${token}NabcN`)]);
    expect(findSecrets(bytes, { path: 'a.class' })).toMatchObject([{ rule: 'facebook-token', end: 5 + token.length }]);
  });

  it('are none in the middle of base 64', () => {
    // `Z` is 90, the length of the token.
    const bytes = Buffer.from(`\0\0AQIDAHAqZ${token}NabcN`);
    expect(findSecrets(bytes, { path: 'a.wasm.cache' })).toEqual([]);
  });

  it.each(['+Z', '/Z', '=Z', '_Z', '+', '/'])('are not found in base64 behind %j', (before) => {
    const bytes = Buffer.from(`\0\0AQIDAHAq${before}${token}/abcN`);
    expect(findSecrets(bytes, { path: 'usr/local/bin/node' })).toEqual([]);
  });

  it.each(['AIza', 'hf_', 'gsk_'])('of the form %s... are not found between characters of base64', (prefix) => {
    const length = { AIza: 35, hf_: 34, gsk_: 52 }[prefix];
    const value = `${prefix}${'Zx9Kq2Lm7Pw4'.repeat(5).slice(0, length)}`;
    const found = (before: string, behind: string) =>
      findSecrets(Buffer.from(`\0\0AQ${before}${value}${behind}abcN\0`), { path: 'usr/bin/app' }).length;
    expect([found('\0', '\0'), found('=', '\0'), found('+', '+'), found('/', '\0'), found('\0', '/')]).toEqual([
      1, 1, 0, 0, 0,
    ]);
  });
});

describe('digests of files', () => {
  it.each(['sha256=', 'sha512-', 'sha256:'])('are not tokens, whatever they begin with: %s', (before) => {
    const value = ['glc', 'Zx9Kq2Lm7Pw4Zx9Kq2Lm7Pw4Zx9Kq2Lm7Pw4Zx9'].join('_');
    const list = `app/a.py,${before}${value},812\n`;
    expect(findSecrets(Buffer.from(list), { path: 'app-1.dist-info/RECORD' })).toEqual([]);
    expect(findSecrets(Buffer.from(`token: ${value}\n`), { path: 'app.conf' })).toHaveLength(1);
  });
});

describe('keys of WireGuard', () => {
  const key = Buffer.alloc(32, 'kZ3').toString('base64');
  const found = (path: string) => findSecrets(Buffer.from(`[Interface]\nPrivateKey = ${key}\n`), { path }).length;

  it('are not found in manual pages', () => {
    expect([found('usr/share/man/man8/wg.8'), found('etc/wireguard/wg0.conf')]).toEqual([0, 1]);
  });
});

describe('commands that set users up', () => {
  it.each([
    'RUN adduser --disabled-password --gecos "" app',
    'RUN adduser --disabled-password --home /srv/app app',
    'RUN adduser --disabled-password --no-create-home --ingroup app app',
    'RUN passwd --delete root && passwd app-user1',
    'CMD mysqld --skip-password --user=mysql',
    'CMD mysqld --skip-password Zq8vT2mLx9',
  ])('give no password: %s', (text) => {
    expect(findSecretsInText(text, { kind: 'history' })).toEqual([]);
  });

  it.each(['RUN |1 DB_PW=', 'RUN app --password ', 'ENV DB_PW='])('give one: %s', (text) => {
    const password = ['Tr0ub4', 'dor&3-', 'zq9'].join('');
    const [found] = findSecretsInText(`${text}${password} /bin/sh -c make`, { kind: 'history' });
    expect(found).toMatchObject({ start: text.length, end: text.length + password.length });
  });
});

describe('redact', () => {
  it('shows the ends of a token alone', () => {
    const text = `RUN git clone https://${token}@example.org/a && echo ${token}`;

    const redacted = redact(text, findSecretsInText(text, { kind: 'history' }));

    const shown = `ghp_…${token.slice(-4)}`;
    expect(redacted).toBe(`RUN git clone https://${shown}@example.org/a && echo ${shown}`);
  });
});
