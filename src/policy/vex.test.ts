import { describe, expect, it } from 'vitest';
import { makeReport, makeVulnerability } from '../../test/support/report.ts';
import { hasShared, readShared } from '../../test/support/shared.ts';
import { tarMembers } from '../../test/support/tar-members.ts';
import { makePackage } from '../../test/support/view.ts';
import { readVex } from '../formats/vex/read.ts';
import type { Package } from '../model/package.ts';
import { formatPurl } from '../model/purl.ts';
import { applyVex } from './vex.ts';
import { VexIndex } from './vex-hub.ts';
import type { VexSource } from './vex-source.ts';

const now = new Date('2026-08-21T12:00:00Z');
const digest = `sha256:${'d'.repeat(64)}`;

function deb(name: string, version: string, more: Partial<Package> = {}): Package {
  return makePackage(name, version, {
    purl: formatPurl('deb', 'debian', name, version, { arch: 'amd64', distro: 'debian-12' }),
    ...more,
  });
}

function golang(name: string, version: string, file: string): Package {
  return makePackage(name, version, { type: 'golang', purl: `pkg:golang/${name}@${version}`, locations: [file] });
}

const libssl = deb('libssl3', '3.0.11-1', { source: { name: 'openssl', version: '3.0.11-1' } });
const packages = [
  libssl,
  deb('bash', '5.2'),
  golang('example.com/tool', 'v1.2.0', 'usr/bin/tool'),
  golang('golang.org/x/crypto', 'v0.1.0', 'usr/bin/tool'),
  golang('example.com/other', 'v1.0.0', 'usr/bin/other'),
];

function finding(id: string, pkg: Package, aliases: readonly string[] = []) {
  const { name, version, purl } = pkg;
  return makeVulnerability(id, name, version, { aliases, package: { name, version, purl }, layer: pkg.layer });
}

const report = makeReport({
  view: { packages, image: { reference: 'nginx:1.25' } },
  findings: [
    finding('CVE-2024-1', libssl, ['DSA-1']),
    finding('CVE-2024-2', packages[1]!),
    finding('GO-2024-1', packages[3]!, ['CVE-2024-3']),
  ],
});

function source(name: string, ...statements: readonly object[]): VexSource {
  const document = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    author: 'Example',
    timestamp: '2026-01-01T00:00:00Z',
    statements,
  };
  return { name, document: readVex(Buffer.from(JSON.stringify(document))) };
}

const because = { status: 'not_affected', justification: 'vulnerable_code_not_present' };
const statement = (vulnerability: string, product: string, ...parts: readonly string[]): object => ({
  ...because,
  vulnerability: { name: vulnerability },
  products: [{ '@id': product, ...(parts.length > 0 && { subcomponents: parts.map((part) => ({ '@id': part })) }) }],
});

function apply(given: object, subject = report) {
  const { findings, outcomes } = applyVex(subject, [source('x.json', given)], now);
  const suppressed = findings.filter((one) => one.suppressed !== undefined).map(({ id }) => id);
  return { suppressed, why: outcomes[0]!.unmatched.map(({ mismatch, reason }) => `${mismatch}: ${reason}`) };
}

describe('applyVex', () => {
  it.each<[string, object]>([
    ['the package', statement('CVE-2024-1', 'pkg:deb/debian/libssl3')],
    ['the package and its version', statement('CVE-2024-1', 'pkg:deb/debian/libssl3@3.0.11-1')],
    ['a version in another spelling', statement('CVE-2024-1', 'pkg:deb/debian/libssl3@0:3.0.11-1')],
    ['an alias', statement('DSA-1', 'pkg:deb/debian/libssl3')],
    ['an id in small letters', statement('cve-2024-1', 'pkg:deb/debian/libssl3')],
    ['qualifiers in any order', statement('CVE-2024-1', 'pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12&arch=amd64')],
    ['a minor release', statement('CVE-2024-1', 'pkg:deb/debian/libssl3?distro=debian-12.5')],
    ['the codename', statement('CVE-2024-1', 'pkg:deb/debian/libssl3?distro=bookworm')],
    ['the source package', statement('CVE-2024-1', 'pkg:deb/debian/openssl@3.0.11-1?arch=source&distro=bookworm')],
    ['the image by its digest', statement('CVE-2024-1', `pkg:oci/whatever@${digest}`)],
    ['the image by its digest, encoded', statement('CVE-2024-1', `pkg:oci/x@${digest.replace(':', '%3A')}`)],
    ['the image by its name', statement('CVE-2024-1', 'pkg:oci/nginx')],
    ['T-20: index.docker.io', statement('CVE-2024-1', 'pkg:oci/nginx?repository_url=index.docker.io/library/nginx')],
    ['T-20: docker.io without library', statement('CVE-2024-1', 'pkg:oci/nginx?repository_url=docker.io/nginx')],
    [
      'T-20: a repository_url without the name',
      statement('CVE-2024-1', 'pkg:oci/nginx?repository_url=docker.io/library'),
    ],
    [
      'T-20: a repository_url with a scheme',
      statement('CVE-2024-1', 'pkg:oci/nginx?repository_url=https://docker.io/library/nginx&tag=1.25'),
    ],
    [
      'T-20: a qualifier with an encoded slash',
      statement('CVE-2024-1', 'pkg:oci/nginx?repository_url=docker.io%2Flibrary%2Fnginx'),
    ],
    ['type docker', statement('CVE-2024-1', 'pkg:docker/nginx@1.25')],
    ['a reference that is no purl', statement('CVE-2024-1', 'docker.io/library/nginx:1.25')],
    ['a part of the image', statement('CVE-2024-1', 'pkg:oci/nginx', 'pkg:deb/debian/libssl3')],
    [
      'one part of several',
      statement('CVE-2024-1', 'pkg:oci/nginx', 'pkg:deb/debian/nope', 'pkg:deb/debian/libssl3@3.0.11-1'),
    ],
    [
      'a hash of the image',
      { ...because, vulnerability: 'CVE-2024-1', products: [{ hashes: { 'sha-256': 'd'.repeat(64) } }] },
    ],
  ])('matches by %s', (_, given) => {
    expect(apply(given)).toEqual({ suppressed: ['CVE-2024-1'], why: [] });
  });

  it.each<[string, object, string]>([
    [
      'the package',
      statement('CVE-2024-1', 'pkg:deb/debian/nope'),
      'no-such-package: the image has no package pkg:deb/debian/nope',
    ],
    [
      'the distribution',
      statement('CVE-2024-1', 'pkg:deb/ubuntu/libssl3'),
      'no-such-package: the image has no package pkg:deb/ubuntu/libssl3',
    ],
    [
      'the version',
      statement('CVE-2024-1', 'pkg:deb/debian/libssl3@3.0.9'),
      'other-version: the image has libssl3 3.0.11-1, not 3.0.9',
    ],
    [
      'the architecture',
      statement('CVE-2024-1', 'pkg:deb/debian/libssl3?arch=arm64'),
      'other-build: the image has pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12, which is another build than pkg:deb/debian/libssl3?arch=arm64',
    ],
    [
      'a release that only begins the same',
      statement('CVE-2024-1', 'pkg:deb/debian/libssl3?distro=debian-1'),
      'other-build: the image has pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12, which is another build than pkg:deb/debian/libssl3?distro=debian-1',
    ],
    [
      'the vulnerability',
      statement('CVE-2020-9', 'pkg:deb/debian/libssl3'),
      'no-such-vulnerability: the image has libssl3 3.0.11-1, but CVE-2020-9 was not found in the image',
    ],
    [
      'the package of the vulnerability',
      statement('CVE-2024-2', 'pkg:deb/debian/libssl3'),
      'no-such-vulnerability: the image has libssl3 3.0.11-1, but CVE-2024-2 was found in other packages only',
    ],
    [
      'the image',
      statement('CVE-2024-1', 'pkg:oci/redis'),
      'other-image: the product pkg:oci/redis is another image than docker.io/library/nginx',
    ],
    [
      'the registry',
      statement('CVE-2024-1', 'pkg:oci/nginx?repository_url=ghcr.io/library/nginx'),
      'other-image: the product pkg:oci/nginx?repository_url=ghcr.io/library/nginx is another image than docker.io/library/nginx',
    ],
    [
      'the tag',
      statement('CVE-2024-1', 'pkg:docker/nginx@1.24'),
      'other-image: the product pkg:docker/nginx@1.24 has another tag than 1.25',
    ],
    [
      'the digest',
      statement('CVE-2024-1', `pkg:oci/nginx@sha256:${'e'.repeat(64)}`),
      `other-image: the product pkg:oci/nginx@sha256:${'e'.repeat(64)} is an image with another digest`,
    ],
    [
      'a part',
      statement('CVE-2024-1', 'pkg:oci/nginx', 'pkg:deb/debian/libssl3@1'),
      'other-version: the image has libssl3 3.0.11-1, not 1',
    ],
    [
      'a name that says nothing',
      statement('CVE-2024-1', 'https://example.com/product'),
      'unknown-product: the product https://example.com/product is no package URL',
    ],
  ])('says that %s differs', (_, given, why) => {
    expect(apply(given)).toEqual({ suppressed: [], why: [why] });
  });

  it('tells an image that was read from a file from one that is another', () => {
    const { name: _, ...image } = report.image;
    const file = { ...report, image: { ...image, reference: 'docker-archive:image.tar' } };

    expect(apply(statement('CVE-2024-1', 'pkg:oci/nginx'), file).why).toEqual([
      'image-without-name: the image was not read by a name, so it cannot be told whether it is pkg:oci/nginx',
    ]);
    expect(apply(statement('CVE-2024-1', `pkg:oci/nginx@${digest}`), file).suppressed).toEqual(['CVE-2024-1']);
  });

  it('does not take an image for the one that its file says it is', () => {
    const { name: _, ...image } = report.image;
    const claimed = { names: ['nginx:1.25'], digests: true as const };
    const file = { ...report, image: { ...image, reference: 'nginx:1.25', claimed } };
    const why = (product: string) => {
      const outcome = apply(statement('CVE-2024-1', product), file);
      expect(outcome.suppressed).toEqual([]);
      return outcome.why;
    };

    const words = 'image-without-name: the image was not read by a name, so it cannot be told whether it is';
    const proves =
      'its file calls it docker.io/library/nginx:1.25, which proves nothing (--image-name NAME says that it is)';
    expect(why('pkg:oci/nginx')).toEqual([`${words} pkg:oci/nginx: ${proves}`]);
    expect(why('docker.io/library/nginx:1.25')).toEqual([`${words} docker.io/library/nginx:1.25: ${proves}`]);
    expect(why('pkg:oci/redis')).toEqual([`${words} pkg:oci/redis`]);
    expect(why(`pkg:oci/nginx@${digest}`)).toEqual([
      `image-without-name: the digest of pkg:oci/nginx@${digest} is what the file states of itself, and its layers were not held against it: --verify does so, where it has layers`,
    ]);
  });

  it('takes modules of one program for parts of each other, and of no other program', () => {
    const part = 'pkg:golang/golang.org/x/crypto@0.1.0';

    expect(apply(statement('CVE-2024-3', 'pkg:golang/example.com/tool', part)).suppressed).toEqual(['GO-2024-1']);
    expect(apply(statement('CVE-2024-3', 'pkg:golang/example.com/other', part))).toEqual({
      suppressed: [],
      why: ['not-a-part: golang.org/x/crypto v0.1.0 is not known to be a part of example.com/other v1.0.0'],
    });
    // All packages of Debian stand in one database, which makes none a part of another.
    expect(apply(statement('CVE-2024-1', 'pkg:deb/debian/bash', 'pkg:deb/debian/libssl3')).suppressed).toEqual([]);
  });

  it.each([
    ['pkg:deb/debian/libssl3', [], false],
    ['pkg:deb/debian/libssl3@3.0.11-1', [], true],
    ['pkg:oci/nginx', [], false],
    ['pkg:oci/nginx', ['pkg:deb/debian/libssl3'], false],
    ['pkg:oci/nginx', ['pkg:deb/debian/libssl3@3.0.11-1'], true],
    [`pkg:oci/nginx@${digest}`, [], true],
    ['docker.io/library/nginx:1.25', [], true],
  ])('fixed needs a version: %s %j: %s', (product, parts, expected) => {
    const { suppressed, why } = apply({ ...statement('CVE-2024-1', product, ...parts), status: 'fixed' });

    expect(suppressed).toEqual(expected ? ['CVE-2024-1'] : []);
    expect(why).toEqual(expected ? [] : ['without-version: it says fixed, and not in which version']);
  });

  it('says who rules a finding out, and why', () => {
    const given = { ...statement('CVE-2024-1', 'pkg:oci/nginx'), impact_statement: 'not built in' };

    const { findings, outcomes } = applyVex(report, [source('x.json', given)], now);

    expect(findings.find(({ id }) => id === 'CVE-2024-1')).toMatchObject({
      suppressed: { by: 'vex:x.json', reason: 'vulnerable_code_not_present: not built in' },
      vex: { status: 'not_affected', by: 'vex:x.json' },
    });
    expect(outcomes).toEqual([
      {
        source: 'x.json',
        format: 'openvex',
        author: 'Example',
        statements: 1,
        matched: 1,
        findings: 1,
        unmatched: [],
        mismatches: {},
      },
    ]);
  });

  it.each([
    [
      'affected',
      { action_statement: 'upgrade' },
      { status: 'affected', by: 'vex:x.json', statement: 'upgrade' },
      false,
    ],
    ['under_investigation', {}, { status: 'under_investigation', by: 'vex:x.json' }, false],
    ['fixed', {}, { status: 'fixed', by: 'vex:x.json', statement: 'fixed' }, true],
  ])(
    '%s: says it of the finding; suppressed only where it is shown not to concern it',
    (status, more, vex, suppressed) => {
      const given = {
        ...statement('CVE-2024-1', 'pkg:oci/nginx?tag=1.25'),
        justification: undefined,
        status,
        ...more,
      };

      const { findings } = applyVex(report, [source('x.json', given)], now);

      const one = findings.find(({ id }) => id === 'CVE-2024-1')!;
      expect([one.vex, one.suppressed !== undefined]).toEqual([vex, suppressed]);
    },
  );

  it('lets the youngest statement decide, whatever the order of the sources, and none of a day to come', () => {
    const on = (day: string, status: string): object => ({
      ...statement('CVE-2024-1', 'pkg:oci/nginx'),
      status,
      timestamp: `${day}T00:00:00Z`,
    });
    const old = source('old', on('2026-01-01', 'not_affected'));
    const young = source('young', on('2026-02-01', 'affected'));
    const future = source('future', on('2030-01-01', 'not_affected'));
    const status = (...sources: readonly VexSource[]) =>
      applyVex(report, sources, now).findings.find(({ id }) => id === 'CVE-2024-1')?.vex?.by;

    expect([status(old, young), status(young, old), status(young, future)]).toEqual([
      'vex:young',
      'vex:young',
      'vex:young',
    ]);
    expect(applyVex(report, [future], now).outcomes[0]?.mismatches).toEqual({ later: 1 });
  });

  it.each([
    ['pkg:rpm/redhat/nodejs@18.1-1.el9?epoch=1&rpmmod=nodejs:18', true],
    ['pkg:rpm/redhat/nodejs@1:18.1-1.el9', true],
    ['pkg:rpm/rhel/nodejs@1:18.1-1.el9?arch=x86_64', true],
    ['pkg:rpm/redhat/nodejs@18.1-1.el9?arch=src&epoch=1', true],
    ['pkg:rpm/redhat/nodejs@18.1-1.el9', false],
    ['pkg:rpm/redhat/nodejs?rpmmod=nodejs:20', false],
    ['pkg:rpm/redhat/nodejs?rpmmod=nodejs:18', true],
    ['pkg:rpm/redhat/nodejs', false],
  ])('tells rpms apart by epoch, source and module: %s: %s', (product, expected) => {
    const nodejs = makePackage('nodejs', '1:18.1-1.el9', {
      type: 'rpm',
      modularity: 'nodejs:18:9020020230127:rhel9',
      purl: formatPurl('rpm', 'rhel', 'nodejs', '1:18.1-1.el9', { arch: 'x86_64' }),
    });
    const subject = makeReport({ view: { packages: [nodejs] }, findings: [finding('CVE-2024-1', nodejs)] });

    expect(apply(statement('CVE-2024-1', product), subject).suppressed).toEqual(expected ? ['CVE-2024-1'] : []);
  });

  it('matches a CSAF of Red Hat only in its release', () => {
    const rpm = (namespace: string) =>
      makePackage('bash', '5.1.8-9.el9', {
        type: 'rpm',
        purl: formatPurl('rpm', namespace, 'bash', '5.1.8-9.el9', { arch: 'x86_64' }),
      });
    const image = (version: string, id = 'rhel') =>
      makeReport({
        view: { packages: [rpm(id)], distribution: { id, version, name: '' } },
        findings: [finding('CVE-2024-1', rpm(id))],
      });
    const csaf = {
      document: {
        category: 'csaf_vex',
        csaf_version: '2.0',
        tracking: { id: 'CVE-2024-1', current_release_date: '2026-01-01T00:00:00Z' },
      },
      product_tree: {
        full_product_names: [
          {
            product_id: 'rhel9',
            name: 'x',
            product_identification_helper: { cpe: 'cpe:/o:redhat:enterprise_linux:9' },
          },
          { product_id: 'bash', name: 'x', product_identification_helper: { purl: 'pkg:rpm/redhat/bash' } },
        ],
        relationships: [
          {
            category: 'default_component_of',
            product_reference: 'bash',
            relates_to_product_reference: 'rhel9',
            full_product_name: { product_id: 'rhel9:bash', name: 'x' },
          },
        ],
      },
      vulnerabilities: [
        {
          cve: 'CVE-2024-1',
          product_status: { known_not_affected: ['rhel9:bash'] },
          flags: [{ label: 'component_not_present', product_ids: ['rhel9:bash'] }],
        },
      ],
    };
    const document = readVex(Buffer.from(JSON.stringify(csaf)));
    const outcome = (subject: ReturnType<typeof image>) =>
      applyVex(subject, [{ name: 'x', document }], now).outcomes[0];

    expect(outcome(image('9'))).toMatchObject({ matched: 1, mismatches: {} });
    expect(outcome(image('8'))).toMatchObject({ matched: 0, mismatches: { 'other-image': 1 } });
    expect(outcome(image('9', 'rocky'))).toMatchObject({ matched: 0, mismatches: { 'other-image': 1 } });
  });
});

describe.skipIf(!hasShared)('the public hub', () => {
  const files = hasShared ? tarMembers(readShared('feeds/vexhub/vexhub.tar.zst')) : new Map<string, Buffer>();
  const member = (name: string): Buffer =>
    files.get([...files.keys()].find((path) => path.replace(/^\.\//, '') === name)!)!;

  it('has 57 index entries and 59 documents with 15,304 statements, all of which are read', () => {
    const documents = [...files.keys()].filter(
      (name) => name.endsWith('.json') && /(?:^|\/)pkg\//.test(name) && !name.endsWith('/manifest.json'),
    );
    const read = documents.map((name) => readVex(files.get(name)!));

    expect(new VexIndex(member('index.json')).size).toBe(57);
    expect(read).toHaveLength(59);
    expect(read.reduce((sum, { statements }) => sum + statements.length, 0)).toBe(15_304);
    expect(read.flatMap(({ skipped }) => skipped)).toEqual([]);
  });

  it('rules out what it says of a program of the image, and says of all else why not', () => {
    const tool = golang('github.com/harvester/webhook', 'v1.0.0', 'usr/bin/webhook');
    const crypto = golang('golang.org/x/crypto', 'v0.0.0-20220214200702-86341886e292', 'usr/bin/webhook');
    const subject = makeReport({ view: { packages: [tool, crypto] }, findings: [finding('CVE-2022-27191', crypto)] });

    const [location, ...others] = new VexIndex(member('index.json')).locationsFor(subject);
    expect([location, others]).toEqual(['pkg/golang/github.com/harvester/webhook/scan.openvex.json', []]);
    const document = readVex(member(location!));
    const { findings, outcomes } = applyVex(subject, [{ name: 'hub', document }], now);

    expect(findings[0]?.suppressed?.reason).toMatch(/^vulnerable_code_not_present: Govulncheck determined/);
    const [{ statements, matched, unmatched }] = outcomes as [(typeof outcomes)[number]];
    expect([matched, statements - matched]).toEqual([1, unmatched.length]);
    expect(unmatched.filter(({ reason }) => reason === '')).toEqual([]);
  });
});
