import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFiles } from '../../test/support/feed-events.ts';
import { hasShared, readShared, sharedAbsent } from '../../test/support/shared.ts';
import {
  advisoriesOf,
  debianLike,
  dotted,
  makeAdvisory,
  makePackage,
  makeView,
  nodeLike,
} from '../../test/support/view.ts';
import { alpine } from '../ecosystems/alpine/index.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Advisory, AdvisorySource } from '../model/advisory.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import { matchPackages } from './match.ts';
import { buildOf, type VersionedPackage, type VersionJudge, versionJudge } from './versions.ts';

/** Everything that is known under the keys of a version, but for what its rows settle. */
function judge(judges: VersionJudge, version: VersionedPackage, source: AdvisorySource) {
  const hits = source.lookUp(judges.keysOf(version)).flat();
  return judges.judge(version, hits.some(({ affected }) => judges.isOpen(version, affected)) ? hits : []);
}

function versionOf(pkg: Package): VersionedPackage {
  const { distribution, name, version, source } = pkg;
  return { namespace: distribution!, name, version, ...(source !== undefined && { source }), ...buildOf(pkg) };
}

const row = (name: string, version: string, id: string, fixed?: string) => `${name} ${version} ${id} ${fixed}`;

/** What both ways say of the same packages, as sorted texts. */
function compare(packages: readonly Package[], source: AdvisorySource, list: readonly Ecosystem[]) {
  const judges = versionJudge(list);
  const { findings } = matchPackages(makeView({ packages }), list, source);
  const matched = findings.map((f) => row(f.package!.name, f.package!.version, f.id, f.fixedVersion));
  const judged = packages.flatMap((pkg) =>
    judge(judges, versionOf(pkg), source).affected.map((v) => row(pkg.name, pkg.version, v.name, v.fixedVersion)),
  );
  return { matched: matched.sort(), judged: judged.sort() };
}

describe('versionJudge', () => {
  const advisories = advisoriesOf({
    tracker: [
      makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.1' }] }]),
      makeAdvisory('CVE-2024-0002', [{ package: 'openssl' }]),
      makeAdvisory('CVE-2024-0003', [{ package: 'openssl', state: 'not-affected' }]),
      makeAdvisory('UBUNTU-CVE-2024-0004', [{ package: 'zlib', ranges: [{ fixed: '2' }] }], {
        aliases: ['CVE-2024-0004'],
      }),
      makeAdvisory('DSA-1', [{ package: 'bash', ranges: [{ fixed: '6' }] }], {
        aliases: ['CVE-2024-0005', 'CVE-2024-0006'],
      }),
    ],
    npm: [makeAdvisory('GHSA-1', [{ namespace: 'npm', package: 'left-pad', nameKind: 'binary' }])],
  });
  const judges = versionJudge([debianLike, nodeLike]);
  const ofDebian = (name: string, version: string, more: Partial<VersionedPackage> = {}) =>
    judge(judges, { namespace: 'debian:12', name, version, ...more }, advisories);

  it.each([
    ['its own name where it has no source', ofDebian('openssl', '3.0')],
    ['its source', ofDebian('libssl3', '9', { source: { name: 'openssl', version: '3.0' } })],
  ])('judges a package by %s', (_, verdict) => {
    expect(verdict).toEqual({
      affected: [
        { namespace: 'debian:12', name: 'CVE-2024-0001', fixedVersion: '3.1' },
        { namespace: 'debian:12', name: 'CVE-2024-0002' },
      ],
      unjudged: [],
    });
  });

  it('calls a vulnerability by its CVE, also where the record has a name of its own', () => {
    expect(ofDebian('zlib', '1').affected.map(({ name }) => name)).toEqual(['CVE-2024-0004']);
  });

  it('takes a notice of several CVEs for as many vulnerabilities', () => {
    expect(ofDebian('bash', '5').affected.map(({ name }) => name)).toEqual(['CVE-2024-0005', 'CVE-2024-0006']);
  });

  it('says what a version that cannot be compared may have', () => {
    expect(ofDebian('zlib', 'one')).toEqual({
      affected: [],
      unjudged: [{ namespace: 'debian:12', name: 'CVE-2024-0004', reason: expect.stringContaining('"one"') }],
    });
  });

  it('knows languages by their namespace', () => {
    const verdict = judge(judges, { namespace: 'npm', name: 'left-pad', version: '1' }, advisories);
    expect(verdict.affected).toEqual([{ namespace: 'npm', name: 'GHSA-1' }]);
  });

  it('leaves a namespace alone that nobody watches', () => {
    expect(judges.keysOf({ namespace: 'plan9:4', name: 'openssl', version: '1' })).toEqual([]);
    expect(judges.schemeOf('plan9:4')).toBeUndefined();
  });

  it.each([
    ['centos:7', ['rhel:7', 'centos:7']],
    ['rhel:7', ['rhel:7']],
    ['debian:12', ['debian:12']],
    ['plan9:4', []],
  ])('knows where advisories on packages of %s stand: %j', (namespace, expected) => {
    expect(versionJudge(ecosystems).namespacesOf(namespace)).toEqual(expected);
  });

  it.each([
    ['debian:8', 'deb'],
    ['ubuntu:14.04', 'deb'],
    ['alpine:v3.4', 'apk'],
    ['centos:7', 'rpm'],
    ['rhel:9', 'rpm'],
    ['oracle:7', 'rpm'],
    ['ol:8', 'rpm'],
    ['amzn:2', 'rpm'],
    ['amzn:2017.03', 'rpm'],
  ])('orders versions of %s as %s', (namespace, scheme) => {
    expect(versionJudge(ecosystems).schemeOf(namespace)?.id).toBe(scheme);
  });

  it('asks the ecosystem by the name that images have, where a namespace has the one of its folder', () => {
    const asked: string[] = [];
    const oracle: Ecosystem = {
      ...debianLike,
      id: 'oracle',
      releases: [{ id: 'ol', version: '7', name: 'Oracle Linux 7' }],
      namespaces: (pkg, distribution) => {
        asked.push(`${pkg.distribution} ${distribution?.name}`);
        return [];
      },
    };
    versionJudge([oracle]).keysOf({ namespace: 'oracle:7', name: 'bash', version: '1' });
    expect(asked).toEqual(['ol:7 Oracle Linux 7']);
  });
});

describe('a build', () => {
  it('is told apart by what advisories tell apart', () => {
    const more = { vendor: 'Rocky', modularity: 'nodejs:18:8:a', repositories: ['b', 'a', 'b'] };
    const rpm = makePackage('a', '1', { type: 'rpm', arch: 'i686', ...more });
    expect(buildOf(rpm)).toEqual({ arch: 'i686', ...more, repositories: ['a', 'b'] });
    expect(buildOf(makePackage('a', '1', { arch: 'amd64', repositories: [] }))).toEqual({});
  });
});

describe('versionJudge and matchPackages', () => {
  const version = fc.constantFrom('0', '1', '1.5', '2', '3', 'bad');
  const id = fc.constantFrom('CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003', 'DSA-1', 'DSA-2', 'GHSA-1');
  const range = fc.record({ introduced: version, fixed: version, lastAffected: version }, { requiredKeys: [] });
  const entry = fc.record({
    namespace: fc.constantFrom('debian:12', 'debian:11'),
    package: fc.constantFrom('a', 'b', 'c'),
    nameKind: fc.constantFrom('source' as const, 'binary' as const),
    state: fc.constantFrom('fixed' as const, 'affected' as const, 'not-affected' as const),
    ranges: fc.array(range, { maxLength: 2 }),
  });
  const record = fc.record({
    id,
    key: fc.uuid(),
    aliases: fc.array(id, { maxLength: 3 }),
    affected: fc.array(entry, { minLength: 1, maxLength: 4 }),
  });
  const installed = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    version,
    source: fc.option(fc.record({ name: fc.constantFrom('a', 'b', 'c'), version }), { nil: undefined }),
  });

  it('say the same of whatever records and packages', () => {
    const both: Ecosystem = { ...debianLike, namespaces: () => ['debian:12', 'debian:11'], versions: () => dotted };
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 6 }),
        fc.array(record, { maxLength: 4 }),
        fc.array(installed, { minLength: 1, maxLength: 5 }),
        (first, second, list) => {
          const make = (records: typeof first): Advisory[] =>
            records.map((r) => makeAdvisory(r.id, r.affected, { key: r.key, aliases: r.aliases }));
          const packages = list.map(({ name, version: own, source }) =>
            makePackage(name, own, source === undefined ? {} : { source }),
          );
          // A CVE that is also known under another CVE may be found under a name that no record stands under.
          fc.pre([...first, ...second].every((r) => !r.id.startsWith('CVE') || !r.aliases.some((a) => a !== r.id)));
          const { matched, judged } = compare(packages, advisoriesOf({ one: make(first), two: make(second) }), [both]);
          expect(judged).toEqual(matched);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('say the same of whatever builds of rpms', () => {
    const stream = fc.constantFrom('nodejs:18', 'nodejs:20');
    const architecture = fc.constantFrom('x86_64', 'i686', 'noarch');
    const repository = fc.constantFrom('cpe:/o:redhat:enterprise_linux:8::baseos', 'rhel-8-baseos', 'other');
    const list = <T>(item: fc.Arbitrary<T>) => fc.uniqueArray(item, { minLength: 1, maxLength: 2 });
    const only = fc.record(
      {
        module: stream,
        architectures: list(architecture),
        repositories: list(repository),
        flavour: fc.constantFrom('fips'),
      },
      { requiredKeys: [] },
    );
    const build = fc.record(
      {
        arch: architecture,
        modularity: stream.map((name) => `${name}:8:abc`),
        vendor: fc.constantFrom('Red Hat, Inc.', 'Fedora Project', 'Rocky Enterprise Software Foundation'),
        repositories: list(repository),
      },
      { requiredKeys: [] },
    );
    const release = fc.constantFrom('rhel:8', 'centos:8', 'rocky:8', 'amzn:2', 'ol:8');
    const versions = fc.constantFrom('1-1', '2-1', '2-1.module+el8+1', '3-1_fips');
    fc.assert(
      fc.property(
        fc.array(fc.record({ id, only: fc.option(only, { nil: undefined }), fixed: versions }), { maxLength: 5 }),
        fc.array(fc.record({ distribution: release, version: versions, build }), { minLength: 1, maxLength: 4 }),
        (records, installedBuilds) => {
          const namespaces = ['rhel:8', 'rocky:8', 'amazon:2', 'oracle:8'];
          const advisories = records.map((r, index) => {
            const rows = namespaces.map((namespace) => ({
              namespace,
              package: 'a',
              nameKind: 'binary' as const,
              ranges: [{ fixed: r.fixed }],
              ...(r.only !== undefined && { only: r.only }),
            }));
            return makeAdvisory(r.id, rows, { key: String(index) });
          });
          const packages = installedBuilds.map((one) =>
            makePackage('a', one.version, { type: 'rpm', distribution: one.distribution, ...one.build }),
          );
          const { matched, judged } = compare(packages, advisoriesOf({ one: advisories }), ecosystems);
          expect(judged.sort()).toEqual(matched);
        },
      ),
      { numRuns: 500 },
    );
  });

  describe.skipIf(!hasShared)(`of real images${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
    interface Root {
      readonly file: string;
      readonly packages?: readonly { readonly name: string; readonly version: string; readonly origin: string }[];
    }
    const debian = ecosystems.find((ecosystem) => ecosystem.id === 'debian')!;

    async function tracker(): Promise<AdvisorySource> {
      const text = readShared('feeds/debian-tracker/tracker-data.json.gz');
      const { upserts } = await readFiles(debian.feeds[0]!, { 'tracker.json': text });
      return advisoriesOf({ 'debian-tracker': upserts });
    }

    it('say the same of a Debian 13 machine and of the Debian images', async () => {
      const source = await tracker();
      const machine = JSON.parse(readShared('fixtures/dpkg-trixie/expected.json.zst').toString()) as {
        name: string;
        version: string;
        source: string;
        sourceVersion: string;
      }[];
      const packages = machine.map((pkg) =>
        makePackage(pkg.name, pkg.version, {
          distribution: 'debian:13',
          source: { name: pkg.source, version: pkg.sourceVersion },
        }),
      );
      const archive = readShared('fixtures/debian-image-manifests/debian-image-manifests.tar.zst');
      const manifests = new Map([...membersOf(archive)].map(([name, body]) => [name.replace(/^\.\//, ''), body]));
      for (const [suite, release] of [
        ['bookworm', '12'],
        ['bullseye', '11'],
      ]) {
        const manifest = manifests.get(`${suite}/rootfs.manifest`)!.toString();
        for (const line of manifest.trim().split('\n')) {
          const [name, version] = line.split('\t') as [string, string];
          packages.push(makePackage(name.split(':')[0]!, version, { distribution: `debian:${release}` }));
        }
      }
      const { matched, judged } = compare(packages, source, ecosystems);
      expect(judged).toEqual(matched);
      expect(matched.length).toBeGreaterThan(500);
    });

    it('say the same of Alpine images', async () => {
      const archive = readShared('feeds/alpine-secdb/alpine-secdb.tar.zst');
      const files = Object.fromEntries(membersOf(archive));
      const { upserts } = await readFiles(alpine.feeds[0]!, files);
      const roots = JSON.parse(readShared('fixtures/rootfs/expected-packages.json').toString()) as Root[];
      const packages = roots.flatMap(({ packages: installed, file }) =>
        ['edge', 'v3.7', 'v3.20'].flatMap((branch) =>
          (installed ?? []).map((pkg) =>
            makePackage(pkg.name, pkg.version, {
              type: 'apk',
              distribution: `alpine:${branch}`,
              purl: `pkg:apk/alpine/${pkg.name}@${pkg.version}?distro=${branch}&of=${file}`,
              source: { name: pkg.origin, version: pkg.version },
            }),
          ),
        ),
      );
      const { matched, judged } = compare(packages, advisoriesOf({ 'alpine-secdb': upserts }), ecosystems);
      expect(judged).toEqual(matched);
      expect(matched.length).toBeGreaterThan(220);
    });
  });
});

/** Members of a tar archive with plain names, which is all that the reference data has. */
function* membersOf(tar: Buffer): Generator<[string, Buffer]> {
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    if (/\.(json|manifest)$/.test(name)) yield [name, tar.subarray(at + 512, at + 512 + size)];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
