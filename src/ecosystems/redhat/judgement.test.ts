import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { ndbDatabase, rpmHeader, type TestRpm } from '../../../test/support/rpm.ts';
import { scanOne } from '../../../test/support/scan.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { type TestStatement, vexDocument } from '../../../test/support/vex.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import type { AdvisorySource } from '../../model/advisory.ts';
import type { Report } from '../../model/report.ts';
import { redhatRepositoryCpe } from './repository-cpe.ts';
import { redhatVex } from './vex-feed.ts';

const EUS = 'a:redhat:rhel_eus:9.2::appstream';
const BASE = 'o:redhat:enterprise_linux:9::baseos';

/** Both feeds, read as from a folder. */
async function advisories(documents: Readonly<Record<string, readonly TestStatement[]>>): Promise<AdvisorySource> {
  const vex = await readFiles(
    redhatVex,
    Object.fromEntries(
      Object.entries(documents).map(([cve, statements]) => [
        `2024/${cve.toLowerCase()}.json`,
        JSON.stringify(vexDocument(cve, statements)),
      ]),
    ),
  );
  const map = {
    data: { 'rhel-9-eus-rpms': { cpes: [`cpe:/${EUS}`] }, 'rhel-9-baseos-rpms': { cpes: [`cpe:/${BASE}`] } },
  };
  const { enrichments } = await readFiles(redhatRepositoryCpe, { 'repository-to-cpe.json': JSON.stringify(map) });
  const byName = new Map(enrichments.map((enrichment) => [enrichment.name, enrichment]));
  return {
    ...advisoriesOf({ 'redhat-vex': vex.upserts }),
    enrich: (names) =>
      names.map((name) => {
        const enrichment = byName.get(name);
        return enrichment === undefined ? [] : [{ feed: redhatRepositoryCpe.name, enrichment }];
      }),
  };
}

const release = (id: string, version: string): TarEntry => ({
  path: 'etc/os-release',
  content: `NAME="x"\nID="${id}"\nVERSION_ID="${version}"\n`,
});
const database = (...rpms: readonly TestRpm[]): TarEntry => ({
  path: 'var/lib/rpm/Packages.db',
  content: ndbDatabase(rpms.map(rpmHeader)),
});
const manifest = (...names: readonly string[]): TarEntry => ({
  path: 'root/buildinfo/content_manifests/x-1.json',
  content: JSON.stringify({ content_sets: names }),
});

async function scan(source: AdvisorySource, ...layers: readonly (readonly TarEntry[])[]): Promise<Report> {
  const archive = dockerArchive({ layers: layers.map((entries) => layer(entries)) });
  const supply = async () => ({ source, problems: [] });
  return await scanOne(writeTemporary('image.tar', archive), { advisories: { supply } });
}

const found = ({ findings }: Report): readonly string[] =>
  findings
    .filter(({ kind }) => kind === 'vulnerability')
    .map((one) => `${one.package?.name} ${one.id} ${one.state} ${one.fixedVersion ?? '-'} ${one.severity}`);
const problem = ({ problems }: Report, code: string): string | undefined =>
  problems.find((one) => one.code === code)?.message;

const redHat = 'Red Hat, Inc.';
const bash = (version: string, releaseText: string, more: Partial<TestRpm> = {}): TestRpm => ({
  name: 'bash',
  version,
  release: releaseText,
  vendor: redHat,
  ...more,
});
const bashFixed: TestStatement = { status: 'fixed', product: BASE, component: 'bash@5.1.8-9.el9?arch=x86_64' };

describe('an image of Red Hat Enterprise Linux', () => {
  it('has what is not fixed in it yet, and nothing of other releases', async () => {
    const source = await advisories({
      'CVE-2024-0001': [bashFixed],
      'CVE-2024-0002': [{ ...bashFixed, component: 'bash@5.1.8-6.el9?arch=x86_64' }],
      'CVE-2024-0003': [{ ...bashFixed, product: 'o:redhat:enterprise_linux:8::baseos' }],
      'CVE-2024-0004': [
        { status: 'known_affected', product: BASE, component: 'bash?arch=src', remedy: 'Will not fix', impact: 'Low' },
      ],
      'CVE-2024-0005': [{ status: 'known_not_affected', product: BASE, component: 'bash?arch=src' }],
      'CVE-2024-0006': [{ ...bashFixed, component: 'bash@5.1.8-9.el9?arch=s390x' }],
    });
    const report = await scan(source, [
      release('rhel', '9.4'),
      database(bash('5.1.8', '6.el9')),
      manifest('rhel-9-baseos-rpms'),
    ]);

    expect(found(report)).toEqual([
      'bash CVE-2024-0001 fixed 5.1.8-9.el9 medium',
      'bash CVE-2024-0004 will-not-fix - low',
    ]);
    expect(report.packages[0]?.repositories).toEqual(['rhel-9-baseos-rpms']);
    expect(problem(report, 'packages.repositories-unknown')).toBeUndefined();
  });

  it('finds packages by their source', async () => {
    const source = await advisories({
      'CVE-2024-0001': [{ status: 'known_affected', product: BASE, component: 'openssl?arch=src' }],
      'CVE-2024-0002': [{ status: 'fixed', product: BASE, component: 'openssl@3.0.7-27.el9?epoch=1' }],
    });
    const libs = { name: 'openssl-libs', version: '3.0.7', release: '25.el9', epoch: 1, vendor: redHat };
    const report = await scan(source, [
      release('rhel', '9'),
      database({ ...libs, sourceRpm: 'openssl-3.0.7-25.el9.src.rpm' }),
    ]);

    expect(found(report)).toEqual([
      'openssl-libs CVE-2024-0001 affected - medium',
      'openssl-libs CVE-2024-0002 fixed 1:3.0.7-27.el9 medium',
    ]);
  });

  it('pitfall 2: compares a module with its own stream alone', async () => {
    const row = (stream: string, version: string): TestStatement => ({
      status: 'fixed',
      product: 'a:redhat:enterprise_linux:8::appstream',
      component: `nodejs@${version}.module%2Bel8.9.0%2B2%2Bb?arch=x86_64&rpmmod=nodejs:${stream}:809:ctx`,
    });
    const source = await advisories({ 'CVE-2024-0001': [row('18', '18.19-1'), row('20', '20.11-1')] });
    const node = (version: string, stream?: string): TestRpm => ({
      name: 'nodejs',
      version,
      release: stream === undefined ? '1.el8' : '1.module+el8.9.0+1+a',
      vendor: redHat,
      ...(stream !== undefined && { modularityLabel: `nodejs:${stream}:808:other` }),
    });
    const scanned = async (rpm: TestRpm) => found(await scan(source, [release('rhel', '8'), database(rpm)]));

    expect(await scanned(node('18.18', '18'))).toEqual([
      'nodejs CVE-2024-0001 fixed 18.19-1.module+el8.9.0+2+b medium',
    ]);
    expect(await scanned(node('18.20', '18'))).toEqual([]);
    expect(await scanned(node('16.20', '16'))).toEqual([]);
    expect(await scanned(node('18.18'))).toEqual([]);
  });

  it('pitfall 4: judges packages of another product by its rows', async () => {
    const source = await advisories({
      'CVE-2024-0001': [bashFixed, { status: 'fixed', product: EUS, component: 'bash@5.1.8-6.el9_2.1?arch=x86_64' }],
      'CVE-2024-0002': [
        { status: 'known_affected', product: 'a:redhat:rhel_eus:9.2', component: 'bash@1-1.el9?arch=src' },
      ],
    });
    const image = (version: string, ...sets: readonly string[]) => [
      release('rhel', '9.2'),
      database(bash('5.1.8', version)),
      ...(sets.length > 0 ? [manifest(...sets)] : []),
    ];
    const elsewhere = await advisories({ 'CVE-2024-0001': [bashFixed] });

    // A release that got no fix of its own is not fixed by that.
    expect(found(await scan(elsewhere, image('6.el9_2.1', 'rhel-9-eus-rpms')))).toEqual([
      'bash CVE-2024-0001 fixed 5.1.8-9.el9 medium',
    ]);
    expect(found(await scan(source, image('6.el9_2', 'rhel-9-eus-rpms')))).toEqual([
      'bash CVE-2024-0001 fixed 5.1.8-6.el9_2.1 medium',
      'bash CVE-2024-0002 affected - medium',
    ]);
    const extended = await scan(source, image('6.el9_2.1', 'rhel-9-eus-rpms'));
    expect(found(extended)).toEqual(['bash CVE-2024-0002 affected - medium']);
    expect(problem(extended, 'packages.judged-by-product')).toBe(
      `The image says that 1 package (rpm of rhel:9) is of cpe:/${EUS}: where that has fixes of its own, those of the distribution itself do not count.`,
    );
    expect(found(await scan(source, image('6.el9_2.1', 'rhel-9-baseos-rpms')))).toEqual([
      'bash CVE-2024-0001 fixed 5.1.8-9.el9 medium',
    ]);
    const unknown = await scan(source, image('6.el9_2.1'));
    expect(found(unknown)).toEqual(['bash CVE-2024-0001 fixed 5.1.8-9.el9 medium']);
    expect(problem(unknown, 'packages.repositories-unknown')).toBe(
      'It is not known which products 1 package (rpm of rhel:9) come from: they were judged as those of the distribution itself.',
    );
  });

  it('says so where nothing is known of the content sets that an image names', async () => {
    const source = await advisories({ 'CVE-2024-0001': [bashFixed] });
    const report = await scan(source, [
      release('rhel', '9'),
      database(bash('5.1.8', '6.el9')),
      manifest('unheard-of-rpms'),
    ]);

    expect(found(report)).toEqual(['bash CVE-2024-0001 fixed 5.1.8-9.el9 medium']);
    expect(problem(report, 'packages.repositories-unknown')).toBeDefined();
  });

  it('takes the CPE of the labels where an image has no content sets', async () => {
    const source = await advisories({
      'CVE-2024-0001': [{ status: 'fixed', product: 'a:redhat:mooring:2::el9', component: 'bash@5.2-1.el9' }],
    });
    const labels = { path: 'usr/share/buildinfo/labels.json', content: '{"cpe":"cpe:/a:redhat:mooring:2::el9"}' };
    const report = await scan(source, [release('rhel', '9'), database(bash('5.1.8', '6.el9')), labels]);

    expect(found(report)).toEqual(['bash CVE-2024-0001 fixed 5.2-1.el9 medium']);
    expect(problem(report, 'packages.repositories-unknown')).toBeUndefined();
  });

  it('takes the content sets of the layer that brought a package, else those of any layer', async () => {
    const source = await advisories({ 'CVE-2024-0001': [{ ...bashFixed, product: EUS }] });
    const zsh = { ...bash('5.8', '1.el9'), name: 'zsh' };
    const report = await scan(
      source,
      [release('rhel', '9'), database(bash('5.1.8', '6.el9')), manifest('rhel-9-baseos-rpms')],
      [
        database(bash('5.1.8', '7.el9')),
        { ...manifest('rhel-9-eus-rpms'), path: 'root/buildinfo/content_manifests/y.json' },
      ],
      [database(bash('5.1.8', '7.el9'), zsh)],
    );

    expect(report.packages.map(({ name, repositories }) => [name, repositories])).toEqual([
      ['bash', ['rhel-9-eus-rpms']],
      ['zsh', ['rhel-9-baseos-rpms', 'rhel-9-eus-rpms']],
    ]);
    expect(found(report)).toEqual(['bash CVE-2024-0001 fixed 5.1.8-9.el9 medium']);
  });

  it('does not judge packages that somebody else built, and says who did', async () => {
    const source = await advisories({ 'CVE-2024-0001': [bashFixed] });
    const report = await scan(source, [
      release('rhel', '9'),
      database(
        bash('5.1.8', '6.el9', { vendor: 'Fedora Project' }),
        bash('4', '1.el9', { name: 'nginx', vendor: 'nginx, Inc.' }),
      ),
    ]);

    expect(report.packages).toHaveLength(2);
    expect(found(report)).toEqual([]);
    expect(problem(report, 'packages.unwatched')).toBe(
      '1 package (rpm of rhel:9, built by Fedora Project), 1 package (rpm of rhel:9, built by nginx, Inc.) could not be judged: Drydock knows of no advisories for them.',
    );
  });

  it('pitfall 3: judges every kernel, and no headers', async () => {
    const source = await advisories({
      'CVE-2024-0001': [{ status: 'fixed', product: BASE, component: 'kernel@5.14.0-427.el9' }],
    });
    const kernel = (name: string, releaseText: string): TestRpm => ({
      ...bash('5.14.0', releaseText),
      name,
      sourceRpm: `kernel-5.14.0-${releaseText}.src.rpm`,
    });
    const report = await scan(source, [
      release('rhel', '9'),
      database(kernel('kernel-core', '400.el9'), kernel('kernel-core', '427.el9'), kernel('kernel-headers', '400.el9')),
    ]);

    expect(report.packages).toHaveLength(3);
    expect(report.findings.filter(({ kind }) => kind === 'vulnerability').map(({ package: pkg }) => pkg)).toMatchObject(
      [{ name: 'kernel-core', version: '5.14.0-400.el9' }],
    );
  });
});

describe('an image of CentOS', () => {
  it.each([
    ['7', '97.el7.centos.4', ['httpd CVE-2024-0001 fixed 2.4.6-97.el7_9.5 medium']],
    ['7', '97.el7.centos.5', []],
    ['7', '97.el7_9.5', []],
    ['7', '97.el7', ['httpd CVE-2024-0001 fixed 2.4.6-97.el7_9.5 medium']],
  ])('T-16: version %s is judged as the release it rebuilds, with httpd of %s', async (version, build, expected) => {
    const source = await advisories({
      'CVE-2024-0001': [
        {
          status: 'fixed',
          product: 'o:redhat:enterprise_linux:7::server',
          component: 'httpd@2.4.6-97.el7_9.5?arch=x86_64',
        },
      ],
    });
    const httpd = { name: 'httpd', version: '2.4.6', release: build, vendor: 'CentOS' };
    const report = await scan(source, [release('centos', version), database(httpd)]);

    expect(found(report)).toEqual(expected);
    expect(problem(report, 'packages.repositories-unknown')).toBeUndefined();
    expect(problem(report, 'advisories.namespace-missing')).toBeUndefined();
  });
});
