import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeRegistry } from '../../../test/support/fake-registry.ts';
import { ociLayout, sha256 } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';

const pem = (key: KeyObject): string =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();
const pair = generateKeyPairSync('ed25519');
const privateKey = writeTemporary('key.pem', pem(pair.privateKey));
const publicKey = writeTemporary('key.pub', pem(pair.publicKey));
const otherKey = writeTemporary('other.pub', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey));
const image = { layers: [debianLayer()] };
const archive = writeTemporary('image.tar', ociLayout(image));

type Blobs = Map<string, Uint8Array | object>;

const jsonOf = (blobs: Blobs, name: string) => JSON.parse(Buffer.from(blobs.get(name) as Uint8Array).toString());
const uncompressed = { ...image, compression: 'none' } as const;

/** Puts something else under the digest of a part of an image. */
function swap(blobs: Blobs, what: 'manifest' | 'config' | 'layer'): void {
  const nameOf = ({ digest }: { readonly digest: string }): string => `blobs/sha256/${digest.slice(7)}`;
  const manifest = nameOf(jsonOf(blobs, 'index.json').manifests[0]);
  const { config, layers } = jsonOf(blobs, manifest);
  const name = { manifest, config: nameOf(config), layer: nameOf(layers[0]) }[what];
  const bytes = Buffer.from(blobs.get(name) as Uint8Array);
  // JSON stays the same with a space behind it.
  if (what === 'layer') bytes.set(Buffer.from('Debian'), bytes.indexOf('debian'));
  blobs.set(name, what === 'layer' ? bytes : Buffer.concat([bytes, Buffer.from(' ')]));
}

let registry: FakeRegistry;
beforeAll(async () => {
  registry = await FakeRegistry.start();
});
afterAll(() => registry.close());

describe('drydock attest and verify', () => {
  it('attach a bill of materials to an image in a registry that lists no referrers, and verify it', async () => {
    const { digest } = registry.push(image, 'one');
    const name = `${registry.host}/app:one`;

    const first = await runDrydock(['attest', name, '--key', privateKey, '--push']);
    const second = await runDrydock(['attest', name, '--key', privateKey, '--type', 'spdx', '--push']);
    const verified = await runDrydock(['verify', name, '--key', publicKey, '-f', 'json']);
    const wrong = await runDrydock(['verify', name, '--key', otherKey]);
    const absent = await runDrydock(['verify', name, '--key', publicKey, '--type', 'vuln']);

    expect([first.status, second.status, verified.status, wrong.status, absent.status]).toEqual([0, 0, 0, 1, 1]);
    const tag = digest.replace(':', '-');
    expect(first.stdout).toContain(`${tag}.att`);
    const index = JSON.parse(Buffer.from(registry.manifests.get(tag)!.bytes).toString());
    expect(index.manifests).toHaveLength(1);
    const { results, ...head } = JSON.parse(verified.stdout);
    expect(head).toMatchObject({ schemaVersion: 1, digest, verified: true, faults: [] });
    expect(results).toMatchObject([
      { outcome: 'verified', predicateType: 'https://cyclonedx.org/bom', about: digest, packages: expect.any(Number) },
      {
        outcome: 'verified',
        predicateType: 'https://spdx.dev/Document',
        signer: { key: expect.stringMatching(/^sha256:/) },
      },
    ]);
    expect(results[0].packages).toBeGreaterThan(0);
    expect(wrong.stdout).toMatch(/NOT VERIFIED\n\nREFUSED \(signature\)/);
    expect(absent.stdout).toContain('nothing that was asked for is attached');
  });

  it('keep what others attached, and find theirs among what is damaged or beside the point', async () => {
    const { digest } = registry.push(image, 'crowded');
    const name = `${registry.host}/app:crowded`;
    const tag = digest.replace(':', '-');
    const indexType = 'application/vnd.oci.image.index.v1+json';
    const envelope = 'application/vnd.dsse.envelope.v1+json';
    const wrong = sha256(Buffer.from('wrong'));
    registry.manifests.set(wrong, {
      bytes: Buffer.from('{}'),
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
    const others = [{ digest: wrong, artifactType: envelope }];
    for (let i = 0; i < 150; i++) others.push({ digest: sha256(Buffer.from(`${i}`)), artifactType: 'text/x' });
    registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests: others }, indexType, tag);

    const pushed = await runDrydock(['attest', name, '--key', privateKey, '--push']);
    const verified = await runDrydock(['verify', name, '--key', publicKey, '-f', 'json']);

    expect([pushed.status, verified.status]).toEqual([0, 0]);
    const index = JSON.parse(Buffer.from(registry.manifests.get(tag)!.bytes).toString());
    expect(index.manifests).toHaveLength(152);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      verified: true,
      faults: [expect.stringContaining('more than 100 things refer'), expect.stringContaining(wrong)],
    });
  });

  it('write what is verified without a registry, about this image alone', async () => {
    const statement = writeTemporary('predicate.json', '{"note": "\\u001b[31mred"}');
    const words = ['--key', privateKey, '--predicate', statement, '--type', 'https://example.org/note', '--offline'];

    const { status, stdout } = await runDrydock(['attest', archive, ...words]);
    const file = writeTemporary('a.json', stdout);
    const fits = await runDrydock(['verify', archive, '--attestation', file, '--key', publicKey, '--offline']);
    const another = await runDrydock([
      'verify',
      sha256(Buffer.from('x')),
      '--attestation',
      file,
      '--key',
      publicKey,
      '--offline',
    ]);

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: expect.any(String) }],
    });
    expect([fits.status, another.status]).toEqual([0, 1]);
    expect(another.stdout).toContain('REFUSED (subject)');
  });

  it.each(['manifest', 'config', 'layer'] as const)(
    'refuse a layout with another %s than its digests name, whatever was signed of the digest',
    async (what) => {
      const note = writeTemporary('predicate.json', '{}');
      const claim = ['--predicate', note, '--type', 'https://example.org/note', '--offline'];
      const whole = writeTemporary('whole.tar', ociLayout(uncompressed));
      const signed = await runDrydock(['attest', whole, '--key', privateKey, ...claim]);
      const attestation = writeTemporary('a.json', signed.stdout);
      const swapped = writeTemporary('swapped.tar', ociLayout({ ...uncompressed, edit: (blobs) => swap(blobs, what) }));

      const verified = await runDrydock(['verify', swapped, '--attestation', attestation, '--key', publicKey]);
      const attested = await runDrydock(['attest', swapped, '--key', privateKey, ...claim]);
      const listed = await runDrydock(['attest', swapped, '--key', privateKey, '--offline']);

      expect(signed.status).toBe(0);
      for (const { status, stdout, stderr } of [verified, attested, listed]) {
        expect([status, stdout]).toEqual([3, '']);
        expect(stderr).toMatch(/nothing shows that it is what its digest names: .*digest/);
      }
    },
  );

  it('sign nothing of an image that a bill of materials only claims to be of', async () => {
    const { stdout } = await runDrydock(['sbom', archive, '--offline']);
    const claimed = writeTemporary('bom.cdx.json', stdout);

    const { status, stderr } = await runDrydock(['attest', claimed, '--key', privateKey, '--offline']);

    expect(status).toBe(3);
    expect(stderr).toContain('nothing shows that it is what its digest names');
  });

  it('tell what BuildKit attached, and that nobody signed it; texts of strangers are escaped', async () => {
    const { digest } = registry.push(image, 'plain');
    const statement = {
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType: 'https://slsa.dev/provenance/v0.2',
      subject: [{ name: 'x', digest: { sha256: digest.slice(7) } }],
      predicate: {
        builder: { id: 'https://example.org/\u001b[31mbuilder' },
        buildType: 'https://mobyproject.org/buildkit@v1',
        materials: [{ uri: 'pkg:docker/debian@12', digest: { sha256: 'c'.repeat(64) } }],
      },
    };
    const bytes = Buffer.from(JSON.stringify(statement));
    registry.addBlob(bytes);
    const layer = { mediaType: 'application/vnd.in-toto+json', digest: sha256(bytes), size: bytes.length };
    const attached = registry.addManifest(
      { schemaVersion: 2, layers: [layer] },
      'application/vnd.oci.image.manifest.v1+json',
      'unused',
    );
    const annotations = { 'vnd.docker.reference.digest': digest, 'vnd.docker.reference.type': 'attestation-manifest' };
    registry.addManifest(
      { schemaVersion: 2, manifests: [{ digest }, { digest: attached.digest, annotations }] },
      'application/vnd.oci.image.index.v1+json',
      'index',
    );

    const { status, stdout } = await runDrydock(['verify', `${registry.host}/app:index`]);

    expect(status).toBe(1);
    expect(stdout).toContain('unverified: https://slsa.dev/provenance/v0.2\n  why       it is not signed');
    expect(stdout).toContain(`source    pkg:docker/debian@12 (sha256:${'c'.repeat(64)})`);
    expect(stdout).toContain('about     the variant');
    expect(stdout).not.toContain('\u001b');
  });

  it.each([
    [['attest', archive], 'who signs?'],
    [['attest', archive, '--key', privateKey, '--push'], '--push needs an image in a registry'],
    [['attest', archive, '--key', privateKey, '--type', 'vuln'], 'give others by --predicate'],
    [['verify', 'app', '--key', privateKey], 'it is a private key'],
    [['verify', 'app', '--certificate-identity', 'x'], 'belong together'],
    [['verify', archive, '--key', publicKey], 'is a file, and signatures of an image are kept in its registry'],
    [['verify', `oci-archive:${archive}`], 'is a file, and signatures'],
  ])('%j is refused with status 2', async (words, expected) => {
    const { status, stdout, stderr } = await runDrydock([...words, '--offline']);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
  });
});
