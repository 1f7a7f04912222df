import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Report } from '../../model/report.ts';
import { azureLinuxOval } from './feed.ts';

async function scan(version: string, database: { path: string; content: Buffer | string }): Promise<Report> {
  const release = { path: 'etc/os-release', content: `ID=mariner\nVERSION_ID="${version}"\n` };
  const { upserts } = await readFiles(azureLinuxOval, {
    'cbl-mariner-2.0-oval.xml': readShared('feeds/azurelinux-oval/cbl-mariner-2.0-oval.xml.zst'),
  });
  const supply = async () => ({ source: advisoriesOf({ 'azurelinux-oval': upserts }), problems: [] });
  const archive = dockerArchive({ layers: [layer([release, database])] });
  return await scanOne(writeTemporary('image.tar', archive), { advisories: { supply } });
}

const found = ({ findings }: Report): string[] =>
  findings.flatMap(({ kind, id, package: pkg }) => (kind === 'vulnerability' ? [`${pkg?.name} ${id}`] : []));

/** Packages of the image whose sources have other names, and which the truth therefore does not list. */
const otherwiseNamed = [
  'curl-libs',
  'e2fsprogs-libs',
  'expat-libs',
  'libgcc',
  'libgomp',
  'libpkgconf',
  'libstdc++',
  'lua-libs',
  'ncurses-libs',
  'nss-libs',
  'openssl-libs',
  'pkgconf-m4',
  'pkgconf-pkg-config',
  'python3-libs',
  'rpm-build',
  'rpm-build-libs',
  'rpm-devel',
  'rpm-libs',
  'sqlite-libs',
  'systemd-rpm-macros',
  'util-linux-devel',
  'zlib-devel',
];

interface TruthRow {
  readonly package: string;
  readonly id: string;
  readonly patchable: string;
}

interface Installed {
  readonly name: string;
  readonly epoch: number | null;
  readonly version: string;
  readonly release: string;
  readonly sourceRpm: string;
}

describe.skipIf(!hasShared)('an image of CBL-Mariner', () => {
  const database = { path: 'var/lib/rpm/rpmdb.sqlite' };

  it('pitfall 1: has every finding of the truth, and beyond it only packages of the same sources', async () => {
    const content = readShared('fixtures/rpmdb/mariner2-sqlite/rpmdb.sqlite.zst');
    const truth = JSON.parse(
      readShared('fixtures/findings-truth/mariner2-vs-cbl-mariner-2.0-oval.json').toString(),
    ) as TruthRow[];
    const installed = JSON.parse(readShared('fixtures/rpmdb/mariner2-sqlite/expected.json').toString()) as Installed[];
    const report = await scan('2.0', { ...database, content });
    const findings = new Set(found(report));

    // Pitfall 28: support has ended, and the packages are judged all the same.
    expect(report.findings.map(({ id }) => id)).toContain('distribution-end-of-life');

    // The truth lists what the tests ask for, also where the publisher says that the CVE does not apply: six rows.
    const expected = truth.filter(({ patchable }) => patchable !== 'Not Applicable');
    expect([truth.length, expected.length]).toEqual([260, 254]);
    expect(expected.filter(({ package: name, id }) => !findings.has(`${name} ${id}`))).toEqual([]);

    // Advisories name sources, the truth compares names of binary packages: of a source all packages have the flaw.
    const sources = new Map(
      installed.map((pkg) => [pkg.name, /^(.+)-[^-]+-[^-]+\.src\.rpm$/.exec(pkg.sourceRpm)?.[1]]),
    );
    const direct = new Set(expected.map(({ package: name, id }) => `${name} ${id}`));
    const bySource = [...findings].filter((finding) => !direct.has(finding));
    for (const finding of bySource) {
      const [name = '', id = ''] = finding.split(' ');
      expect(sources.get(name), finding).not.toBe(name);
      // Either the package that the source is called by is listed with it, or that one is not installed.
      const main = sources.get(name) ?? '';
      expect(direct.has(`${main} ${id}`) || !sources.has(main), finding).toBe(true);
    }
    const extra = Object.groupBy(bySource, (finding) => finding.split(' ')[0] ?? '');
    expect(Object.keys(extra).toSorted()).toEqual(otherwiseNamed);
    expect(findings.size).toBe(254 + bySource.length);
  });

  it('has none of another release', async () => {
    const content = readShared('fixtures/rpmdb/mariner2-sqlite/rpmdb.sqlite.zst');

    expect(found(await scan('1.0', { ...database, content }))).toEqual([]);
  });

  it('reads the manifest of an image without rpm: a fixed version, an affected one, an epoch', async () => {
    const line = (name: string, version: string, source: string): string =>
      `${name}\t${version}\t1\t1\tMicrosoft Corporation\t(none)\t1\tx86_64\t0\t${source}\n`;
    const manifest =
      line('vim', '9.0.2112-1.cm2', 'vim-9.0.2112-1.cm2.src.rpm') +
      line('openssl-libs', '1.1.1k-1.cm2', 'openssl-1.1.1k-1.cm2.src.rpm');
    const report = await scan('2.0', { path: 'var/lib/rpmmanifest/container-manifest-2', content: manifest });

    const names = new Set(found(report).map((finding) => finding.split(' ')[0]));
    expect([...names]).toEqual(['openssl-libs']);
    expect(report.findings.length).toBeGreaterThan(5);
  });
});

it('orders the version behind a version before any longer one', () => {
  expect(rpmVersions.compare('0:1.19.0.cm2^', '0:1.19.0.cm2')).toBe(1);
  expect(rpmVersions.compare('0:1-1.cm2^', '0:1-1.cm2.1')).toBe(-1);
  expect(rpmVersions.compare('0:1-1.cm2^', '0:1-2.cm2')).toBe(-1);
});
