import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../test/support/image.ts';
import type { AttachedDocument } from './attached.ts';
import { attachedVex } from './attached-vex.ts';
import { named } from './keys.ts';
import { signedStatement } from './sign.ts';

const image = `sha256:${'a'.repeat(64)}`;
const another = `sha256:${'b'.repeat(64)}`;
const pair = generateKeyPairSync('ed25519');
const trust = { keys: [named(pair.publicKey)], now: new Date('2026-06-01T12:00:00Z') };

const openVex = (cve: string): object => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': `https://example.org/${cve}`,
  author: 'somebody',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: cve },
      products: [{ '@id': `pkg:oci/app@${image}` }],
      status: 'not_affected',
      justification: 'component_not_present',
    },
  ],
});

function signed(predicate: object, digest = image, predicateType = 'https://openvex.dev/ns'): object {
  const subject = { name: 'app', digest };
  return JSON.parse(signedStatement({ subject, predicateType, predicate }, named(pair.privateKey)).toString());
}

function attached(content: object): AttachedDocument {
  const bytes = Buffer.from(JSON.stringify(content));
  const mediaType = 'application/vnd.dsse.envelope.v1+json';
  const [attachment, annotations] = ['cosign', new Map()] as const;
  return { digest: sha256(bytes), mediaType, attachment, about: image, annotations, bytes };
}

const heldAgainst = (content: object, who: typeof trust | undefined) =>
  attachedVex({ digests: [image], documents: [attached(content)], faults: [] }, who);

const namesOf = ({ documents }: ReturnType<typeof attachedVex>): readonly string[] =>
  documents.flatMap(({ document }) => document.statements.map(({ vulnerability }) => vulnerability));

describe('what is used of statements, where somebody is trusted', () => {
  it('is what they signed', () => {
    const found = heldAgainst(signed(openVex('CVE-2026-1')), trust);

    expect(found).toMatchObject({ documents: [{ signed: true }], faults: [] });
    expect(namesOf(found)).toEqual(['CVE-2026-1']);
  });

  const forged = openVex('CVE-2026-666');
  const statement = { predicateType: 'https://openvex.dev/ns', predicate: forged, subject: [] };
  const honest = signed(openVex('CVE-2026-1')) as { readonly payload: string };
  const payload = Buffer.from(JSON.stringify(forged)).toString('base64');
  it.each<[string, object]>([
    ['a document around a signed envelope', { ...forged, ...honest }],
    ['a statement around a signed envelope', { ...statement, ...honest }],
    ['a document around a bundle', { ...forged, dsseEnvelope: honest }],
    ['a statement around a bundle', { ...statement, dsseEnvelope: honest }],
    ['an envelope around a bundle', { ...(honest as object), payload, dsseEnvelope: honest }],
  ])('is nothing of %s', (_, content) => {
    expect(namesOf(heldAgainst(content, trust))).not.toContain('CVE-2026-666');
  });

  it.each<[string, object]>([
    ['something else, and holds one as its predicate', signed(forged, image, 'https://example.org/note')],
    ['a predicate with an envelope in it', signed({ payload }, image, 'https://example.org/note')],
    ['another image', signed(forged, another)],
  ])('is nothing of what was signed of %s', (_, content) => {
    expect(heldAgainst(content, trust).documents).toEqual([]);
  });

  it('is nothing that nobody signed, or that was changed', () => {
    const changed = { ...honest, payload };

    expect(heldAgainst(forged, trust)).toMatchObject({ documents: [], faults: [expect.stringContaining('not used')] });
    expect(heldAgainst(changed, trust).documents).toEqual([]);
    expect(namesOf(heldAgainst(forged, undefined))).toEqual(['CVE-2026-666']);
  });
});
