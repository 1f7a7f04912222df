import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeRegistry } from '../../../test/support/fake-registry.ts';
import { sha256 } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import type { Report } from '../../model/report.ts';

const pem = (key: KeyObject): string =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();
const pair = generateKeyPairSync('ed25519');
const privateKey = writeTemporary('key.pem', pem(pair.privateKey));
const publicKey = writeTemporary('key.pub', pem(pair.publicKey));
const otherKey = writeTemporary('other.pub', pem(generateKeyPairSync('ed25519').publicKey));
const cache = temporaryFolder();

let registry: FakeRegistry;
beforeAll(async () => {
  registry = await FakeRegistry.start();
});
afterAll(() => registry.close());

describe('scan --attestations', () => {
  it('tells what is attached, and verifies it by a key alone; VEX that nobody signed is used where no key is asked for', async () => {
    const { digest } = registry.push({ layers: [debianLayer()] }, 'one');
    const name = `registry:${registry.host}/app:one`;
    await runDrydock(['attest', `${registry.host}/app:one`, '--key', privateKey, '--push']);
    const vex = Buffer.from(
      JSON.stringify({
        '@context': 'https://openvex.dev/ns/v0.2.0',
        '@id': 'x',
        author: 'me\u001b[31m',
        version: 1,
        statements: [],
      }),
    );
    const bom = Buffer.from('{"bomFormat":"CycloneDX"}');
    const types = ['application/vnd.openvex+json', 'application/vnd.cyclonedx+json'];
    const layers = [vex, bom].map((bytes, index) => {
      registry.addBlob(bytes);
      return { mediaType: types[index]!, digest: sha256(bytes), size: bytes.length };
    });
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = { schemaVersion: 2, mediaType, config: { mediaType, digest: sha256('{}'), size: 2 }, layers };
    registry.addManifest(manifest, mediaType, `${digest.replace(':', '-')}.sbom`);
    const scan = async (...words: string[]) => {
      const { status, stdout, stderr } = await runDrydock([
        ...['scan', name, '--checks', 'none', '--cache-dir', cache, '-f', 'json', ...words],
      ]);
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as Report;
    };
    const told = ({ attestations }: Report) =>
      attestations?.map(({ kind, outcome, attachment }) => [kind, outcome, attachment]);

    const before = registry.asked.length;
    expect((await scan()).attestations).toBeUndefined();
    // A scan that nobody asked to look for more asks for no more.
    expect(registry.paths.slice(before).filter((path) => /referrers|\.(?:att|sig|sbom)$/.test(path))).toEqual([]);

    const [open, trusted, strange] = await Promise.all([
      scan('--attestations', '--vex', 'oci'),
      scan('--attestations', '--vex', 'oci', '--key', publicKey),
      scan('--attestations', '--key', otherKey),
    ]);
    expect(told(open)).toEqual([
      ['attestation', 'unverified', 'cosign'],
      ['vex', 'unverified', 'cosign'],
      ['sbom', 'unverified', 'cosign'],
    ]);
    expect(open.vex).toMatchObject([{ source: `oci:${sha256(vex)}`, signed: false }]);
    expect(told(trusted)?.[0]).toEqual(['attestation', 'verified', 'cosign']);
    expect(trusted.attestations?.[0]).toMatchObject({
      about: digest,
      predicateType: 'https://cyclonedx.org/bom',
      signer: { key: expect.stringMatching(/^sha256:/) },
    });
    expect(trusted.vex).toEqual([]);
    expect(trusted.problems.map(({ message }) => message)).toContain(
      `--vex oci: ${sha256(vex)} is not used: it is not signed`,
    );
    expect(told(strange)?.[0]).toEqual(['attestation', 'refused', 'cosign']);
  });

  it('says that a key would verify nothing, and what has nothing attached', async () => {
    const image = writeTemporary('list', 'pkg:npm/lodash@4.17.20\n');
    const [idle, none] = await Promise.all([
      runDrydock(['scan', image, '--key', publicKey, '--offline']),
      runDrydock(['scan', 'pkg:npm/lodash@4.17.20', '--attestations', '--offline', '--checks', 'none', '--no-policy']),
    ]);

    expect([idle.status, idle.stderr]).toEqual([
      2,
      expect.stringContaining('--key: it needs --attestations or --vex oci'),
    ]);
    expect(none.status).toBe(0);
    expect(none.stdout).toContain('an image that is no name in a registry has nothing attached');
  });
});
