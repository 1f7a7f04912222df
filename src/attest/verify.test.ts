import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { whyNoCertificates } from '../../test/support/certificates.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { envelopeOf, IN_TOTO, preAuthentication } from '../formats/attestation/envelope.ts';
import type { AttachedDocument } from './attached.ts';
import { readCertificates } from './certificate.ts';
import { named, readPrivateKey, readPublicKey } from './keys.ts';
import { signedStatement } from './sign.ts';
import { isSignature, signatureOf } from './signature.ts';
import { type Trust, type Verdict, verdictOf } from './verify.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;
const now = new Date('2026-06-01T12:00:00Z');

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ed25519');

const pem = (key: KeyObject): string =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();
const trust = (more: Partial<Trust> = {}): Trust => ({ keys: [named(ec.publicKey)], now, ...more });

function attached(bytes: Uint8Array | object, more: Partial<AttachedDocument> = {}): AttachedDocument {
  const content = bytes instanceof Uint8Array ? Buffer.from(bytes) : Buffer.from(JSON.stringify(bytes));
  const mediaType = 'application/vnd.dsse.envelope.v1+json';
  return {
    digest: other,
    mediaType,
    attachment: 'cosign',
    about: digest,
    annotations: new Map(),
    bytes: content,
    ...more,
  };
}

const claim = (subject = digest) => ({
  subject: { name: 'app', digest: subject },
  predicateType: 'https://spdx.dev/Document',
  predicate: { spdxVersion: 'SPDX-2.3' },
});
const signed = (key: KeyObject = ec.privateKey, subject = digest): Buffer =>
  signedStatement(claim(subject), named(key));
const short = ({ outcome, refusal, reason }: Verdict): readonly unknown[] => [outcome, refusal, reason];

const kinds: readonly (readonly [string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }])[] = [
  ['ECDSA with P-256', ec],
  ['ECDSA with P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['ECDSA with P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['Ed25519', stranger],
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
];

describe.each(kinds)('a statement signed with %s', (_, pair) => {
  it('is verified by its key and no other', () => {
    const key = readPrivateKey(Buffer.from(pem(pair.privateKey)), undefined);
    const bytes = signedStatement(claim(), key);
    const others = kinds.filter(([, one]) => one !== pair).map(([, { publicKey }]) => named(publicKey));

    const verdict = verdictOf(
      attached(bytes),
      trust({ keys: [...others, readPublicKey(Buffer.from(pem(pair.publicKey)))] }),
    );

    expect(verdict).toMatchObject({ outcome: 'verified', signer: { key: key.id }, statement: { subjects: [digest] } });
    expect(verdictOf(attached(bytes), trust({ keys: others }))).toMatchObject({
      outcome: 'refused',
      refusal: 'signature',
    });
  });

  it.skipIf(whyNoCertificates !== undefined)('is what openssl signs and verifies', () => {
    const folder = temporaryFolder();
    const file = (name: string, content: string | Uint8Array): string => {
      writeFileSync(path.join(folder, name), content);
      return path.join(folder, name);
    };
    const message = Buffer.from('DSSEv1 1 x 1 y');
    const [input, publicFile, privateFile] = [
      file('m', message),
      file('p', pem(pair.publicKey)),
      file('k', pem(pair.privateKey)),
    ];
    const out = path.join(folder, 'out');
    const raw = pair.publicKey.asymmetricKeyType === 'ed25519' ? ['-rawin'] : ['-rawin', '-digest', 'sha256'];
    const openssl = (...args: readonly string[]): string =>
      spawnSync('openssl', ['pkeyutl', ...args, ...raw, '-in', input]).stdout.toString();

    openssl('-sign', '-inkey', privateFile, '-out', out);
    const ours = file('s', signatureOf(message, pair.privateKey));

    expect(isSignature(message, readFileSync(out), pair.publicKey)).toBe(true);
    expect(openssl('-verify', '-pubin', '-inkey', publicFile, '-sigfile', ours)).toContain('Verified Successfully');
  });
});

describe('an attestation', () => {
  it.each<[string, Uint8Array | object, Partial<Trust>, readonly unknown[]]>([
    ['of another image', signed(ec.privateKey, other), {}, ['refused', 'subject', `it is about ${other}`]],
    [
      'of another key',
      signed(stranger.privateKey),
      {},
      ['refused', 'signature', expect.stringContaining('not signed by the key')],
    ],
    [
      'when no key is given',
      signed(),
      { keys: [] },
      ['unverified', undefined, expect.stringContaining('no key was given')],
    ],
    [
      'of another predicate',
      signed(),
      { predicateType: 'https://cyclonedx.org/bom' },
      ['refused', 'type', 'its predicate is https://spdx.dev/Document'],
    ],
    [
      'of the predicate, with a version',
      signed(),
      { predicateType: 'https://spdx.dev' },
      ['verified', undefined, undefined],
    ],
    [
      'with another payload under the signature',
      { ...JSON.parse(signed().toString()), payload: Buffer.from(JSON.stringify({ a: 1 })).toString('base64') },
      {},
      ['refused', 'signature', expect.anything()],
    ],
    [
      'whose payload is of another type',
      envelopeOf(
        'text/plain',
        Buffer.from('x'),
        signatureOf(preAuthentication('text/plain', Buffer.from('x')), ec.privateKey),
      ),
      {},
      ['refused', 'type', `its payload is of the type text/plain, not ${IN_TOTO}`],
    ],
    [
      'whose payload is no statement',
      envelopeOf(IN_TOTO, Buffer.from('{}'), signatureOf(preAuthentication(IN_TOTO, Buffer.from('{}')), ec.privateKey)),
      {},
      ['refused', 'unreadable', 'its payload is no statement of in-toto'],
    ],
    [
      'without signatures',
      { ...JSON.parse(signed().toString()), signatures: [] },
      {},
      ['refused', 'signature', 'it has no signature'],
    ],
    [
      'that is a bare statement',
      JSON.parse(Buffer.from(JSON.parse(signed().toString()).payload, 'base64').toString()),
      {},
      ['unverified', undefined, 'it is not signed'],
    ],
    ['that is no JSON', Buffer.from('{'), {}, ['refused', 'unreadable', 'it is no valid JSON']],
    ['that is something else', { a: 1 }, {}, ['refused', 'unreadable', expect.stringContaining('neither an envelope')]],
    [
      'nested deeply',
      Buffer.from('['.repeat(100_000)),
      {},
      ['refused', 'unreadable', expect.stringContaining('nested deeper')],
    ],
    [
      'whose payload is blanks',
      { payloadType: IN_TOTO, payload: `${' '.repeat(1_000_000)}!`, signatures: [] },
      {},
      ['refused', 'unreadable', expect.stringContaining('no base64')],
    ],
  ])('%s', (_, bytes, more, expected) => {
    expect(short(verdictOf(attached(bytes), trust(more)))).toEqual(expected);
  });

  it('with any value in any place is never verified and never throws', () => {
    const envelope = JSON.parse(signed().toString());
    for (const [key, inner] of [
      ['payloadType', envelope],
      ['payload', envelope],
      ['signatures', envelope],
      ['sig', envelope.signatures[0]],
    ] as const) {
      for (const value of [null, 7, '', 'x', [], {}, [null], [{}], '\ud800']) {
        const before = inner[key];
        inner[key] = value;
        expect(verdictOf(attached(envelope), trust()).outcome).toBe('refused');
        inner[key] = before;
      }
    }
    const text = signed();
    for (let length = 0; length < text.length; length += 3) {
      expect(verdictOf(attached(text.subarray(0, length)), trust()).outcome).toBe('refused');
    }
    expect(verdictOf(attached(text), trust()).outcome).toBe('verified');
  });
});

describe('a signature of cosign', () => {
  const payload = (image: string, type = 'cosign container image signature'): Buffer =>
    Buffer.from(
      JSON.stringify({ critical: { identity: {}, image: { 'docker-manifest-digest': image }, type }, optional: null }),
    );
  const simple = (bytes: Buffer, key: KeyObject = ec.privateKey): AttachedDocument =>
    attached(bytes, {
      mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
      annotations: new Map([['dev.cosignproject.cosign/signature', signatureOf(bytes, key).toString('base64')]]),
    });

  it.each([
    ['of this image', simple(payload(digest)), ['verified', undefined, undefined]],
    ['of another image', simple(payload(other)), ['refused', 'subject', `it is about ${other}`]],
    ['of another key', simple(payload(digest), stranger.privateKey), ['refused', 'signature', expect.anything()]],
    ['of another type', simple(payload(digest, 'x')), ['refused', 'unreadable', 'its payload is of another type, "x"']],
    [
      'that is not there',
      { ...simple(payload(digest)), annotations: new Map() },
      ['refused', 'signature', 'it has no signature'],
    ],
  ])('%s', (_, document, expected) => {
    expect(short(verdictOf(document, trust()))).toEqual(expected);
  });
});

describe('a key', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const bitcoin = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });

  it.each([
    ['that is private', pem(ec.privateKey), 'it is a private key'],
    ['that is too short', pem(weak.publicKey), '1024 bits'],
    ['of a curve that is not used', pem(bitcoin.publicKey), 'secp256k1'],
    ['for key exchange', pem(generateKeyPairSync('x25519').publicKey), 'x25519'],
    ['that is none', 'x', 'no public key'],
    ['that is nothing', '', 'no public key'],
  ])('%s is refused', (_, text, words) => {
    expect(() => readPublicKey(Buffer.from(text))).toThrow(words);
  });

  it('that is encrypted opens with its password alone', () => {
    const text = ec.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });

    expect(readPrivateKey(Buffer.from(text), 'secret').id).toBe(named(ec.publicKey).id);
    expect(() => readPrivateKey(Buffer.from(text), 'other')).toThrow('does not open');
    expect(() => readPrivateKey(Buffer.from(text), undefined)).toThrow('there is no password');
    expect(() => readPrivateKey(Buffer.from('x'), undefined)).toThrow('no private key');
  });

  it('of cosign that would take too much work is refused before any', () => {
    const costly = {
      kdf: { name: 'scrypt', params: { N: 2 ** 30, r: 8, p: 1 }, salt: 'AA==' },
      cipher: { name: 'nacl/secretbox', nonce: 'AA==' },
      ciphertext: 'AA==',
    };
    const block = (value: unknown): Buffer =>
      Buffer.from(
        `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${Buffer.from(JSON.stringify(value)).toString('base64')}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`,
      );

    expect(() => readPrivateKey(block(costly), 'x')).toThrow('too much work');
    for (const value of [null, [], {}, { ...costly, kdf: null }, { ...costly, ciphertext: 7 }]) {
      expect(() => readPrivateKey(block(value), 'x')).toThrow(/of cosign/);
    }
  });
});

describe.skipIf(whyNoCertificates !== undefined)('a signature without a key of the signer', () => {
  const folder = temporaryFolder();
  const place = (name: string): string => path.join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = (name: string): void =>
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-days',
      '36500',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      place(`${name}.key`),
      '-out',
      place(`${name}.pem`),
    );
  const issued = (name: string, by: string, extensions: string): void => {
    writeFileSync(place('extensions'), extensions);
    openssl('req', ...newKey, '-subj', `/O=${name}`, '-keyout', place(`${name}.key`), '-out', place('request'));
    openssl(
      'x509',
      '-req',
      '-in',
      place('request'),
      '-CA',
      place(`${by}.pem`),
      '-CAkey',
      place(`${by}.key`),
      '-days',
      '36500',
      '-extfile',
      place('extensions'),
      '-out',
      place(`${name}.pem`),
    );
  };
  // The issuer as Fulcio writes it since 2023: a text of DER.
  const names =
    'basicConstraints=CA:FALSE\nextendedKeyUsage=codeSigning\nsubjectAltName=URI:https://example.org/build\n1.3.6.1.4.1.57264.1.8=ASN1:UTF8String:https://issuer.example.org\n';
  /** What an extension with another issuer looks like, in a place that the owner of a certificate fills. */
  const forgedHex = `060a2b0601040183bf300108041d0c1b${Buffer.from('https://accounts.google.com').toString('hex')}`;
  if (whyNoCertificates === undefined) {
    authority('root');
    authority('foreign');
    issued('middle', 'root', 'basicConstraints=CA:TRUE');
    issued('leaf', 'middle', names);
    issued('nobody', 'leaf', names);
    issued('forger', 'middle', names.replace('subjectAltName=', `1.2.3.4.5=DER:${forgedHex}\nsubjectAltName=`));
    issued('server', 'middle', names.replace('codeSigning', 'serverAuth'));
    issued('any', 'middle', names.replace('extendedKeyUsage=codeSigning\n', ''));
    issued('demanding', 'middle', `${names}1.2.3.4.6=critical,ASN1:NULL\n`);
    issued('last', 'root', 'basicConstraints=CA:TRUE,pathlen:0');
    issued('lower', 'last', 'basicConstraints=CA:TRUE');
    issued('below', 'lower', names);
    issued('beside', 'last', names);
  }
  const text = (name: string): string => readFileSync(place(`${name}.pem`), 'utf8');
  const bundle = (leaf: string, chain: readonly string[], loggedAt: number): object => ({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      x509CertificateChain: {
        certificates: [leaf, ...chain].map((name) => ({
          rawBytes: readCertificates(text(name))[0]!.raw.toString('base64'),
        })),
      },
      tlogEntries: [{ integratedTime: String(loggedAt) }],
    },
    dsseEnvelope: JSON.parse(signed(readPrivateKey(readFileSync(place(`${leaf}.key`)), undefined).key).toString()),
  });
  const identities = (root: string, identity = 'https://example.org/build', issuer = 'https://issuer.example.org') => ({
    identities: { roots: readCertificates(text(root)), identity, issuer },
  });
  const today = Math.floor(Date.now() / 1000) + 60;

  it.each<[string, () => object, () => Partial<Trust>, readonly unknown[]]>([
    [
      'leads to a root that was given',
      () => bundle('leaf', ['middle'], today),
      () => identities('root'),
      ['verified', undefined, undefined],
    ],
    [
      'leads to another root',
      () => bundle('leaf', ['middle'], today),
      () => identities('foreign'),
      ['refused', 'certificate', expect.stringContaining('does not lead to a root')],
    ],
    [
      'brings its own root',
      () => bundle('leaf', ['middle', 'root'], today),
      () => identities('foreign'),
      ['refused', 'certificate', expect.stringContaining('does not lead to a root')],
    ],
    [
      'misses a link',
      () => bundle('leaf', [], today),
      () => identities('root'),
      ['refused', 'certificate', expect.stringContaining('does not lead to a root')],
    ],
    [
      'is issued by one that may issue none',
      () => bundle('nobody', ['leaf', 'middle'], today),
      () => identities('root'),
      ['refused', 'certificate', expect.anything()],
    ],
    [
      'is of somebody else',
      () => bundle('leaf', ['middle'], today),
      () => identities('root', 'https://example.org/other'),
      ['refused', 'certificate', 'it is signed by https://example.org/build, not by https://example.org/other'],
    ],
    [
      'is vouched for by somebody else',
      () => bundle('leaf', ['middle'], today),
      () => identities('root', undefined, 'https://x'),
      ['refused', 'certificate', 'https://issuer.example.org vouches for who signed it, not https://x'],
    ],
    [
      'was not valid then',
      () => bundle('leaf', ['middle'], 1_000_000_000),
      () => identities('root'),
      ['refused', 'certificate', expect.stringContaining('was not valid on 2001')],
    ],
    [
      'is held against no root',
      () => bundle('leaf', ['middle'], today),
      () => ({ keys: [] }),
      ['unverified', undefined, expect.stringContaining('no root was given')],
    ],
    [
      'is asked of a key',
      () => bundle('leaf', ['middle'], today),
      () => ({}),
      ['refused', 'signature', expect.stringContaining('by no key that was given')],
    ],
    [
      'holds the words of another issuer elsewhere',
      () => bundle('forger', ['middle'], today),
      () => identities('root', undefined, 'https://accounts.google.com'),
      [
        'refused',
        'certificate',
        'https://issuer.example.org vouches for who signed it, not https://accounts.google.com',
      ],
    ],
    [
      'is that of a server',
      () => bundle('server', ['middle'], today),
      () => identities('root'),
      ['refused', 'certificate', 'the certificate of the signer is not meant to sign code'],
    ],
    [
      'is meant for nothing in particular',
      () => bundle('any', ['middle'], today),
      () => identities('root'),
      ['refused', 'certificate', 'the certificate of the signer is not meant to sign code'],
    ],
    [
      'demands what is not understood',
      () => bundle('demanding', ['middle'], today),
      () => identities('root'),
      ['refused', 'certificate', 'the certificate of the signer demands something that is not understood here'],
    ],
    [
      'comes from an authority that may only issue those of signers',
      () => bundle('beside', ['last'], today),
      () => identities('root'),
      ['verified', undefined, undefined],
    ],
    [
      'comes from one that such an authority made',
      () => bundle('below', ['lower', 'last'], today),
      () => identities('root'),
      ['refused', 'certificate', 'a certificate of the chain may not issue one that issues others'],
    ],
    [
      'is not of the key that signed',
      () => ({ ...bundle('leaf', ['middle'], today), dsseEnvelope: JSON.parse(signed().toString()) }),
      () => ({ ...identities('root'), keys: [] }),
      ['refused', 'signature', 'its signature is not of the key of its certificate'],
    ],
  ])('whose certificate %s', (_, document, more, expected) => {
    const verdict = verdictOf(attached(document()), trust(more()));

    expect(short(verdict)).toEqual(expected);
    if (verdict.outcome === 'verified') {
      expect(verdict.signer).toEqual({ identity: 'https://example.org/build', issuer: 'https://issuer.example.org' });
    }
  });
});
