import path from 'node:path';
import { constants, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openAdvisories } from '../../src/advisories/database.ts';
import { importAdvisories } from '../../src/advisories/import.ts';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { MemorySource } from '../../src/formats/byte-source.ts';
import { walkTarSync } from '../../src/formats/tar/walk.ts';
import { defaultLimits } from '../../src/limits.ts';
import { dpkgStatus } from '../support/databases.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { scanOne, testNow } from '../support/scan.ts';
import { hasShared, readShared, sharedPath } from '../support/shared.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

interface RootFileSystem {
  readonly file: string;
  readonly os?: { readonly ID: string };
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly arch: string;
    readonly origin: string;
    readonly license: string;
  }[];
}

function json<T>(relative: string): T {
  return JSON.parse(readShared(relative).toString('utf8')) as T;
}

const roots = (hasShared ? json<RootFileSystem[]>('fixtures/rootfs/expected-packages.json') : []).filter(
  ({ os }) => os?.ID === 'alpine',
);

describe.skipIf(!hasShared)('root file systems of Alpine', () => {
  it.each(roots)('$file', async ({ file, packages }) => {
    const report = await scanOne(sharedPath(`fixtures/rootfs/${file}`));

    const found = report.packages.map((pkg) => ({
      name: pkg.name,
      version: pkg.version,
      arch: pkg.arch,
      origin: pkg.source?.name ?? pkg.name,
      license: pkg.licences.join(' '),
    }));
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    expect(found.sort(byName)).toEqual([...packages].sort(byName));
    expect(report.image.distribution?.id).toBe('alpine');
    expect(report.problems.filter(({ code }) => code !== 'check.undecided')).toEqual([]);
  });

  it('busybox has no package database, which is said', async () => {
    const report = await scanOne(sharedPath('fixtures/rootfs/busybox-latest-uclibc-amd64-rootfs.tar.gz'));

    // The program says itself what it is; nobody publishes advisories on that.
    expect(report.packages.map(({ purl }) => purl)).toEqual([
      expect.stringMatching(/^pkg:generic\/busybox@1\.\d+\.\d+$/),
    ]);
    expect(report.problems.map((problem) => problem.code)).toEqual(expect.arrayContaining(['distribution.unknown']));
    expect(report.coverage.complete).toBe(false);
  });
});

/** The lists of the official Debian images: `VARIANT/rootfs.manifest` and what stands beside it. */
function manifests(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  if (!hasShared) return files;
  const bytes = readShared('fixtures/debian-image-manifests/debian-image-manifests.tar.zst');
  const archive =
    bytes.readUInt32LE(0) === 0xfd2fb528
      ? zstdDecompressSync(bytes, { params: { [constants.ZSTD_d_windowLogMax]: 27 } })
      : bytes;
  walkTarSync(
    new MemorySource(archive),
    {
      member: (header) => header.size,
      content: (header, content) => files.set(header.path, content.toString('utf8')),
      problem: (code, message) => expect.fail(`${code}: ${message}`),
    },
    { limits: defaultLimits },
  );
  return files;
}

const lists = manifests();
const variants = [...lists.keys()]
  .filter((name) => name.endsWith('/rootfs.manifest'))
  .map((name) => name.slice(0, -'/rootfs.manifest'.length))
  .sort();

/**
 * What the suites were when the lists were made, in December 2024. Unstable called itself trixie then, as testing did:
 * only its apt sources tell the two apart, and the lists are without.
 */
const releases: Readonly<Record<string, string>> = {
  bookworm: '12',
  stable: '12',
  bullseye: '11',
  oldstable: '11',
  trixie: '13',
  testing: '13',
  sid: '13',
  unstable: '13',
};

describe.skipIf(!hasShared)('official Debian images, their databases made from their package lists', () => {
  it.each(variants)('%s', async (variant) => {
    const lines = (lists.get(`${variant}/rootfs.manifest`) ?? '').trimEnd().split('\n');
    const truth = lines.map((line) => line.split('\t') as [string, string]);
    const packages = truth.map(([qualified, version]) => ({ name: qualified.split(':')[0] as string, version }));
    const root = layer([
      { path: 'etc/os-release', content: lists.get(`${variant}/rootfs.os-release`) ?? '' },
      { path: 'etc/debian_version', content: lists.get(`${variant}/rootfs.debian_version`) ?? '' },
      { path: 'var/lib/dpkg/status', content: dpkgStatus(packages) },
    ]);
    const rawConfig = lists.get(`${variant}/oci/blobs/image-config.json`);

    const report = await scanOne(
      writeTemporary('image.tar', dockerArchive({ layers: [root], ...(rawConfig !== undefined && { rawConfig }) })),
    );

    const counts = json<Record<string, number>>('fixtures/debian-image-manifests/package-counts.json');
    expect(report.packages).toHaveLength(counts[variant] as number);
    expect(report.packages.map(({ name, version }) => ({ name, version }))).toEqual(
      packages.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
    expect(report.image.distribution?.version).toBe(releases[variant.split('/')[0] as string]);
  });
});

interface Truth {
  readonly file: string;
  readonly findings: readonly {
    readonly package: string;
    readonly installed: string;
    readonly fixed: string;
    readonly id: string;
  }[];
}

describe.skipIf(!hasShared)('findings of real root file systems against the real secdb, imported', () => {
  it('are those of the native comparison, and no other', async () => {
    const database = path.join(temporaryFolder(), 'advisories.db');
    const feeds = ecosystems.flatMap((ecosystem) => ecosystem.feeds).filter((feed) => feed.name === 'alpine-secdb');
    await importAdvisories({ path: database, folder: sharedPath('feeds'), feeds, now: testNow });
    const source = await openAdvisories(database);

    for (const name of [
      'alpine-minirootfs-20210212-x86_64-vs-alpine-secdb-edge',
      'alpine-minirootfs-3.7.3-x86_64-vs-alpine-secdb-v3.7',
    ]) {
      const { file, findings } = json<Truth>(`fixtures/findings-truth/${name}.json`);
      const report = await scanOne(sharedPath(`fixtures/rootfs/${file}`), {
        advisories: { supply: () => Promise.resolve({ source, problems: [] }) },
      });

      const found = report.findings
        .filter((finding) => finding.kind === 'vulnerability')
        .map((finding) => `${finding.package?.name} ${finding.package?.version} ${finding.fixedVersion} ${finding.id}`)
        // The truth lists CVE ids; secdb has a few of its own.
        .filter((line) => line.includes(' CVE-'));
      const truth = findings.map((row) => `${row.package} ${row.installed} ${row.fixed} ${row.id}`);
      expect(found.sort()).toEqual(truth.sort());
    }
    source.close();
  });
});
