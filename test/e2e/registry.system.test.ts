import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/open.ts';
import type { OpenedSource, OpenOptions } from '../../src/image/opened-image.ts';
import { openRegistryImage } from '../../src/image/registry.ts';
import { defaultLimits } from '../../src/limits.ts';
import type { Dialer } from '../../src/net/dial.ts';
import { networkDialer } from '../../src/net/network-dialer.ts';
import { userCredentials } from '../../src/net/registry/credential-files.ts';
import { examine } from '../support/examine.ts';
import { dockerArchive, layer, ociLayout } from '../support/image.ts';
import { type RealRegistry, startRealRegistry } from '../support/real-registry.ts';
import { listeningLog, quickLimits, sourceError } from '../support/registry-client.ts';
import { alpineLayer, debianLayer } from '../support/root-file-systems.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

/** Whether a program can be run here. */
function has(program: string): boolean {
  try {
    execFileSync(program, [program === 'openssl' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const missing = ['docker-registry', 'skopeo', 'openssl'].filter((program) => !has(program));

interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate for this machine that nobody trusts yet. */
function makeCertificate(): Certificate {
  const folder = temporaryFolder();
  const files = { certificate: path.join(folder, 'certificate.pem'), key: path.join(folder, 'key.pem') };
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', files.key, '-out', files.certificate], {
    stdio: 'ignore',
  });
  return files;
}

describe.skipIf(missing.length > 0)('a real registry', () => {
  const options: OpenOptions = {
    limits: defaultLimits,
    signal: new AbortController().signal,
    temporary: temporaryFolder(),
  };
  const image = {
    layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }]), layer([{ path: 'srv/.wh.app' }])],
    platform: 'linux/amd64',
  };
  const archive = writeTemporary('image.tar', dockerArchive({ ...image, layout: 'blobs' }));
  let registries: RealRegistry[] = [];
  let dialer: Dialer;

  beforeAll(async () => {
    dialer = networkDialer();
    registries = await Promise.all([startRealRegistry(), startRealRegistry({ withPasswords: true })]);
  });
  afterAll(async () => {
    for (const registry of registries) registry.stop();
    await dialer.close();
  });

  function copy(source: string, target: string, ...more: string[]): void {
    const args = ['--insecure-policy', 'copy', '--dest-tls-verify=false', '-q', ...more, source, `docker://${target}`];
    execFileSync('skopeo', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  async function open(reference: string, more: Partial<OpenOptions> = {}, authFile?: string): Promise<OpenedSource> {
    const { log } = listeningLog();
    const environment = { HOME: '/dev/null' };
    const credentials = userCredentials({ environment, log, ...(authFile !== undefined && { authFile }) });
    return await openRegistryImage(reference, {
      ...options,
      ...more,
      dialer,
      credentials,
      log,
      registryLimits: quickLimits,
    });
  }

  it.each([
    ['Docker, gzip', ['--format', 'v2s2']],
    ['OCI, gzip', ['--format', 'oci']],
    ['OCI, zstd', ['--format', 'oci', '--dest-compress-format', 'zstd']],
  ])('gives the same packages as the archive that was pushed: %s', async (name, how) => {
    const target = `${registries[0]!.host}/team/app:${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
    copy(`docker-archive:${archive}`, target, ...how);

    const there = await examine(await open(target), { verify: true });
    const here = await examine(await openImage(archive, options));

    const plain = ({ packages }: typeof here) =>
      packages.map(({ name: pkg, version, arch, layer: { index } }) => ({ pkg, version, arch, index }));
    expect(there.packages.length).toBeGreaterThan(3);
    expect(plain(there)).toEqual(plain(here));
    expect(there.files).toBe(here.files);
    expect(there.problems).toEqual(here.problems);
  });

  it('gives every platform of an index', async () => {
    const several = writeTemporary(
      'several.tar',
      ociLayout({
        ...image,
        more: [{ layers: [alpineLayer()], platform: 'linux/arm64' }],
        nestedIndex: true,
        annotations: {},
      }),
    );
    const target = `${registries[0]!.host}/several`;
    copy(`oci-archive:${several}`, target, '--all');

    expect((await open(target, { platform: 'all' })).images.map(({ info }) => info.platform)).toEqual([
      'linux/amd64',
      'linux/arm64',
    ]);
    expect((await sourceError(open(target, { platform: 'linux/s390x' }))).message).toContain(
      'linux/amd64, linux/arm64',
    );
  });

  it('that wants a password gets it from the file that skopeo wrote', async () => {
    const { host } = registries[1]!;
    const authFile = path.join(temporaryFolder(), 'auth.json');
    const login = ['login', '--tls-verify=false', '--authfile', authFile, '-u', 'user', '--password-stdin', host];
    execFileSync('skopeo', login, { input: 's3cret-pass', stdio: ['pipe', 'ignore', 'inherit'] });
    copy(`docker-archive:${archive}`, `${host}/private/app:1`, '--dest-authfile', authFile);

    const { packages } = await examine(await open(`${host}/private/app:1`, {}, authFile));
    const refused = await sourceError(open(`${host}/private/app:1`));

    expect(packages.length).toBeGreaterThan(3);
    expect(refused.code).toBe('source.unauthorised');
    expect(refused.message).toContain('(UNAUTHORIZED)');
  });

  it('that speaks TLS on this machine is spoken to that way, where its certificate is trusted', async () => {
    const certificate = makeCertificate();
    const registry = await startRealRegistry({ certificate });
    registries.push(registry);
    const target = `${registry.host}/secure/app`;
    copy(`docker-archive:${archive}`, target);

    const refused = await sourceError(open(target));
    expect(refused.code).toBe('source.unreachable');
    expect(refused.message).toContain('certificate that cannot be trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');

    const before = getCACertificates('default');
    setDefaultCACertificates([readFileSync(certificate.certificate, 'utf8')]);
    try {
      expect((await examine(await open(target))).packages.length).toBeGreaterThan(3);
    } finally {
      setDefaultCACertificates(before);
    }
  });

  it('says what it does not have', async () => {
    const { host } = registries[0]!;
    copy(`docker-archive:${archive}`, `${host}/team/app:there`);

    expect((await sourceError(open(`${host}/team/app:absent`))).message).toContain('(MANIFEST_UNKNOWN)');
    expect((await sourceError(open(`${host}/nobody/app`))).code).toBe('source.not-found');
  });
});
