import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issuerOf } from './signed-claim.ts';

const key = randomBytes(32);
const now = Date.parse('2026-03-01T10:00:00Z');
const seconds = now / 1000;
const psk = { key, issuers: ['quay', 'clairctl'] };
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims: object, header: object = { alg: 'HS256', typ: 'JWT' }, secret: Buffer = key): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
const sound = { iss: 'quay', exp: seconds + 300 };

describe('a claim that a shared key signed', () => {
  it.each([
    ['as Quay makes it', sound, 'quay'],
    ['as clairctl makes it', { iss: 'clairctl', iat: seconds, nbf: seconds - 60, exp: seconds + 60 }, 'clairctl'],
    ['that ended within the leeway', { iss: 'quay', exp: seconds - 15 }, 'quay'],
    ['that begins within the leeway', { ...sound, nbf: seconds + 15, iat: seconds + 15 }, 'quay'],
    ['that ended before it', { iss: 'quay', exp: seconds - 16 }, undefined],
    ['that begins after it', { ...sound, nbf: seconds + 16 }, undefined],
    ['that was made after it', { ...sound, iat: seconds + 16 }, undefined],
    ['that never ends', { iss: 'quay' }, undefined],
    ['whose end is a text', { iss: 'quay', exp: String(seconds + 300) }, undefined],
    ['of another issuer', { ...sound, iss: 'other' }, undefined],
    ['of two issuers', { ...sound, iss: ['quay'] }, undefined],
    ['of nobody', { exp: seconds + 300 }, undefined],
  ])('%s', (_, claims, issuer) => {
    expect(issuerOf(token(claims), psk, now)).toBe(issuer);
  });

  it('is one of RFC 7515, appendix A.1', () => {
    const example =
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const own = Buffer.from(
      'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
      'base64url',
    );
    const joe = { key: own, issuers: ['joe'] };
    expect(issuerOf(example, joe, 1_300_819_380_000)).toBe('joe');
    expect(issuerOf(example, joe, 1_300_819_400_000)).toBeUndefined();
  });

  it('is signed by that key and by its algorithm, or not believed', () => {
    const [head, claims, signature = ''] = token(sound).split('.');
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rs = `${encode({ alg: 'RS256' })}.${claims}`;
    const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
    const wrong = [
      token(sound, { alg: 'HS256' }, randomBytes(32)),
      `${encode({ alg: 'none' })}.${claims}.`,
      `${encode({ alg: 'none' })}.${claims}.${signature}`,
      `${head}.${claims}.`,
      `${head}.${claims}`,
      `${head}.${encode({ ...sound, iss: 'clairctl' })}.${signature}`,
      token(sound, { alg: 'hs256' }),
      token(sound, { alg: 'HS512' }),
      token(sound, { alg: ['HS256'] }),
      token(sound, { alg: 'HS256', crit: ['b64'], b64: false }),
      token(sound, []),
      `${rs}.${sign('sha256', Buffer.from(rs), privateKey).toString('base64url')}`,
      token({ ...sound, pad: 'x'.repeat(5000) }),
      `${token(sound)}.x`,
      '..',
      'x.y.z',
      '',
    ];
    expect(wrong.map((text) => issuerOf(text, psk, now))).toEqual(wrong.map(() => undefined));
    // Who knows the public half of a pair knows no key.
    expect(issuerOf(token(sound, { alg: 'RS256' }, pem), { ...psk, key: pem }, now)).toBeUndefined();
    expect(
      issuerOf(token(sound, { alg: 'HS256' }, Buffer.alloc(0)), { ...psk, key: Buffer.alloc(0) }, now),
    ).toBeUndefined();
  });
});
