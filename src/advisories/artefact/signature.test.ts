import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateKeys, keyId, readPrivateKey, readTrustedKeys, signBytes, signerOf } from './signature.ts';

const one = generateKeys();
const two = generateKeys();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const message = Buffer.from('message');

describe('keys', () => {
  it('sign, and are found again by their public halves', () => {
    const key = readPrivateKey(one.privateKey, 'a');
    const trusted = readTrustedKeys(`${two.publicKey}\n# a remark\n${one.publicKey}`, 'b');
    expect(trusted.map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(keyId(key)).toBe(one.id);
    expect(signerOf(message, signBytes(message, key), trusted)).toBe(trusted[1]);
    expect(signerOf(Buffer.from('other'), signBytes(message, key), trusted)).toBeUndefined();
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '', /^k holds no public key in PEM\. "drydock db keygen" makes a pair/],
    ['something else', 'hello', /^k holds no public key/],
    ['a damaged key', one.publicKey.replace(/[A-Z]{2}/g, 'AA'), /^k holds no public key/],
    ['a private key', one.privateKey, /^k holds a PRIVATE KEY: trust takes public keys only/],
    ['a public key and a private one', one.publicKey + two.privateKey, /^k holds a PRIVATE KEY/],
    [
      'a key of another kind',
      rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      /^k holds a key for rsa: artefacts are signed with Ed25519/,
    ],
  ])('are not read from %s', (_, text, words) => {
    expect(() => readTrustedKeys(text, 'k')).toThrow(words);
  });

  it.each<[string, string, RegExp]>([
    ['a public key', one.publicKey, /^k holds no private key in PEM/],
    ['another kind', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /^k holds a key for rsa/],
  ])('do not sign with %s', (_, text, words) => {
    expect(() => readPrivateKey(text, 'k')).toThrow(words);
  });
});
