import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { FormatError, LimitError } from '../../../src/errors.ts';
import { readOsvIndex } from '../../../src/feeds/osv-index.ts';
import { parseApkInstalled } from '../../../src/formats/apk-installed.ts';
import { MemorySource } from '../../../src/formats/byte-source.ts';
import { scoreCvss } from '../../../src/formats/cvss/score.ts';
import { parseCvss } from '../../../src/formats/cvss/vector.ts';
import { readDebianTracker } from '../../../src/formats/debian-tracker.ts';
import { dpkgText, md5sumPaths, parseDiversions } from '../../../src/formats/dpkg-info.ts';
import { parseDpkgStatus } from '../../../src/formats/dpkg-status.ts';
import { jsonMembers } from '../../../src/formats/json-members.ts';
import { readOsv } from '../../../src/formats/osv/read.ts';
import { parseReleaseFields } from '../../../src/formats/release-file.ts';
import { parseRpmManifest } from '../../../src/formats/rpmdb/manifest.ts';
import { readRpmdb } from '../../../src/formats/rpmdb/rpmdb.ts';
import { readSecdb } from '../../../src/formats/secdb.ts';
import { apkVersions } from '../../../src/formats/versions/apk.ts';
import { composerVersions } from '../../../src/formats/versions/composer.ts';
import { composerNormalVersions } from '../../../src/formats/versions/composer-normal.ts';
import { conanVersions } from '../../../src/formats/versions/conan.ts';
import { cranVersions } from '../../../src/formats/versions/cran.ts';
import { debVersions } from '../../../src/formats/versions/deb.ts';
import { gemVersions } from '../../../src/formats/versions/gem.ts';
import { goVersions } from '../../../src/formats/versions/go.ts';
import { hackageVersions } from '../../../src/formats/versions/hackage.ts';
import { juliaVersions } from '../../../src/formats/versions/julia.ts';
import { luarocksVersions } from '../../../src/formats/versions/luarocks.ts';
import { mavenVersions } from '../../../src/formats/versions/maven.ts';
import { nugetVersions } from '../../../src/formats/versions/nuget.ts';
import { perlVersions } from '../../../src/formats/versions/perl.ts';
import { pubVersions } from '../../../src/formats/versions/pub.ts';
import { pypiVersions } from '../../../src/formats/versions/pypi.ts';
import { rpmVersions } from '../../../src/formats/versions/rpm.ts';
import { semverVersions } from '../../../src/formats/versions/semver.ts';
import { ZipReader } from '../../../src/formats/zip/strict-reader.ts';
import { VersionError, type VersionScheme } from '../../../src/model/version-scheme.ts';
import { type RpmForm, rpmDatabase, smallRpm } from '../../hostile/rpm-databases.ts';
import { apkInstalled, dpkgStatus } from '../../support/databases.ts';
import { alpinePackages, debianPackages } from '../../support/root-file-systems.ts';
import { textValue } from '../../support/rpm.ts';
import { zip } from '../../support/zip.ts';
import { archiveReader } from './archive-readers.ts';
import { diskReaders } from './disk-readers.ts';
import { inside, jsonValue } from './format-mutations.ts';
import { allow, type FuzzReader } from './fuzz-reader.ts';
import { imageReaders } from './image-readers.ts';
import { javaReaders } from './java-readers.ts';
import { newLanguageReaders } from './new-language-readers.ts';
import { nodeReaders } from './node-readers.ts';
import { noticeReaders } from './notice-readers.ts';
import { packedReaders } from './packed-readers.ts';
import { policyReaders } from './policy-readers.ts';
import { programReaders } from './program-readers.ts';
import { pythonReaders } from './python-readers.ts';
import { rJuliaLuaPerlCppReaders } from './r-julia-lua-perl-cpp-readers.ts';
import { rubyPhpDotnetReaders } from './ruby-php-dotnet-readers.ts';
import { sbomReaders } from './sbom-readers.ts';

function drain(values: Iterable<unknown>): void {
  for (const _ of values);
}

function claim(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const text = (...texts: readonly string[]): Buffer[] => texts.map((one) => Buffer.from(one));
const json = (...values: readonly unknown[]): Buffer[] => values.map((value) => Buffer.from(JSON.stringify(value)));

const osvRecord = {
  id: 'DSA-1-1',
  modified: '2024-01-01T00:00:00Z',
  published: '2023-01-01T00:00:00Z',
  aliases: ['CVE-2024-0001'],
  related: ['CVE-2024-0002'],
  summary: 'a summary',
  details: 'details',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  references: [{ type: 'ADVISORY', url: 'https://example.org/' }],
  affected: [
    {
      package: { ecosystem: 'Debian:12', name: 'openssl' },
      ranges: [
        {
          type: 'ECOSYSTEM',
          events: [{ introduced: '0' }, { fixed: '3.0.12-1' }, { introduced: '4' }, { last_affected: '5' }],
        },
        { type: 'GIT', events: [{ introduced: '0' }] },
      ],
      versions: ['1', '2'],
      ecosystem_specific: { urgency: 'high' },
    },
  ],
};

const secdb = {
  distroversion: 'v3.19',
  reponame: 'main',
  packages: [
    {
      pkg: {
        name: 'openssl',
        secfixes: { '3.1.4-r1': ['CVE-2023-1 XSA-3', 'CVE-2018-2 # (BGP)'], '0': ['CVE-2020-1'] },
      },
    },
  ],
};

const tracker = {
  openssl: {
    'CVE-2099-0001': {
      scope: 'remote',
      description: 'text',
      releases: {
        bookworm: {
          repositories: { bookworm: '3.0.11-1' },
          status: 'resolved',
          fixed_version: '3.0.12-1',
          urgency: 'low',
        },
      },
    },
  },
};

/** Two versions, one a line: the order must be one. */
function versionReader(scheme: VersionScheme, seeds: readonly string[]): FuzzReader {
  return {
    name: `version-${scheme.id}`,
    seeds: () => text(...seeds),
    run(bytes) {
      const [a = '', b = ''] = bytes.toString('utf8').split('\n');
      allow([VersionError], () => {
        claim(
          scheme.compare(a, b) === -scheme.compare(b, a) + 0 || scheme.compare(a, b) === 0,
          'the order depends on the side',
        );
        claim(scheme.compare(a, b) + scheme.compare(b, a) === 0, 'the order depends on the side');
        claim(scheme.compare(a, a) === 0, 'a version differs from itself');
        const steps = scheme.explain(a, b);
        claim((steps.at(-1)?.result ?? 0) === scheme.compare(a, b), 'the explanation ends otherwise');
      });
    },
  };
}

const small = [smallRpm('first'), smallRpm('long', { tags: { 1005: textValue('d'.repeat(9000)) } }), smallRpm('last')];

function rpmReader(form: RpmForm): FuzzReader {
  return {
    name: `rpmdb-${form}`,
    seeds: () => [rpmDatabase(form, small), rpmDatabase(form, [])],
    run(bytes) {
      let reports = 0;
      const options = { report: () => void reports++, maxPackages: 1000 };
      for (const pkg of readRpmdb(new MemorySource(bytes), options)) drain(pkg.files());
      const halves = [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)] as const;
      const writeAhead = new MemorySource(halves[1]);
      for (const pkg of readRpmdb(new MemorySource(halves[0]), { ...options, writeAhead })) drain(pkg.files());
      claim(reports < 100, `${reports} sentences about one database`);
    },
  };
}

const textReaders: readonly FuzzReader[] = [
  {
    name: 'dpkg-status',
    seeds: () => text(dpkgStatus(debianPackages), 'Package: a\nStatus: install ok installed\nVersion: 1\n\n'),
    run(bytes, random) {
      parseDpkgStatus(bytes, random.below(2) === 0);
    },
  },
  {
    name: 'dpkg-info',
    seeds: () => text('/bin/sh\n/bin/sh.distrib\ndash\n', 'd41d8cd98f00b204e9800998ecf8427e  usr/bin/x\n'),
    run(bytes) {
      parseDiversions(bytes);
      md5sumPaths(dpkgText(bytes));
    },
  },
  {
    name: 'apk-installed',
    seeds: () => text(apkInstalled(alpinePackages), 'P:a\nV:1\n\n'),
    run(bytes, random) {
      parseApkInstalled(bytes, random.below(2) === 0);
    },
  },
  {
    name: 'rpm-manifest',
    seeds: () => text('bash\t5.1.8-1.cm2\t1\t2\tMicrosoft\t(none)\t3\tx86_64\t0\tbash-5.1.8-1.cm2.src.rpm\n'.repeat(3)),
    run(bytes, random) {
      parseRpmManifest(bytes, random.below(2) === 0);
    },
  },
  {
    name: 'os-release',
    seeds: () => text('ID=debian\nVERSION_ID="12"\nNAME=\'a "b"\'\n# comment\nX="a\\"b"\n', 'Debian 12\n'),
    run(bytes) {
      parseReleaseFields(bytes.toString('utf8'));
    },
  },
  {
    name: 'cvss',
    seeds: () =>
      text(
        'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
        'AV:N/AC:L/Au:N/C:P/I:P/A:P',
        'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
      ),
    run(bytes) {
      const vector = bytes.toString('utf8');
      parseCvss(vector);
      const score = scoreCvss(vector)?.score;
      claim(score === undefined || (score >= 0 && score <= 10), `a score of ${score}`);
    },
  },
];

const feedReaders: readonly FuzzReader[] = [
  {
    name: 'osv',
    seeds: () => json(osvRecord),
    mutations: [jsonValue],
    run(bytes) {
      let value: unknown;
      allow([SyntaxError], () => {
        value = JSON.parse(bytes.toString());
      });
      readOsv(value, {
        namespaceOf: (name) => name.toLowerCase(),
        nameKind: 'source',
        cvssSource: 'x',
        compare: debVersions.compare,
      });
      readOsv(value, { namespaceOf: (name) => name, nameKind: 'binary', cvssSource: 'x', rangesOnly: true });
    },
  },
  {
    name: 'osv-index',
    seeds: () => text('2024-01-01T00:00:00Z,DSA-1\n2023-01-01T00:00:00.123Z,DSA-2\n'),
    run(bytes) {
      allow([FormatError], () => drain(readOsvIndex(bytes)));
    },
  },
  {
    name: 'secdb',
    seeds: () => json(secdb),
    mutations: [jsonValue],
    run(bytes) {
      allow([FormatError], () => drain(readSecdb(bytes)));
    },
  },
  {
    name: 'debian-tracker',
    seeds: () => json(tracker),
    mutations: [jsonValue],
    run(bytes) {
      allow([FormatError], () => drain(readDebianTracker(bytes)));
    },
  },
  {
    name: 'json-members',
    seeds: () => json(osvRecord, tracker, { a: '\\"', '\u00e9': [1, { b: null }] }),
    mutations: [jsonValue],
    run(bytes) {
      let whole: unknown;
      allow([SyntaxError], () => {
        whole = JSON.parse(bytes.toString());
      });
      let members: string[] | undefined;
      allow([FormatError], () => {
        members = [...jsonMembers(bytes)].map((member) => member.name);
      });
      if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return;
      // Whatever is JSON must be found whole.
      claim(members !== undefined, 'an object was refused');
      claim(new Set(members).size === Object.keys(whole).length, 'a member was lost');
    },
  },
];

const zipReader: FuzzReader = {
  name: 'zip',
  seeds: () => [
    zip([
      { name: 'a', content: 'x'.repeat(5000) },
      { name: 'b/c', content: 'y', stored: true },
    ]),
    zip([{ name: 'a', content: 'x', zip64: true }], { zip64: true, comment: 'c' }),
  ],
  mutations: [
    inside(
      (bytes) => inflateRawSync(bytes.subarray(31)),
      (bytes) => deflateRawSync(bytes),
    ),
  ],
  run(bytes) {
    allow([FormatError, LimitError], () => {
      const reader = new ZipReader(bytes, { entries: 1000, entryBytes: 1 << 20, totalBytes: 1 << 22 });
      for (const entry of reader.entries) allow([FormatError, LimitError], () => void reader.read(entry));
    });
  },
};

export const readers: readonly FuzzReader[] = [
  ...packedReaders,
  ...diskReaders,
  ...programReaders,
  ...textReaders,
  ...noticeReaders,
  ...nodeReaders,
  ...javaReaders,
  ...policyReaders,
  ...newLanguageReaders,
  ...rJuliaLuaPerlCppReaders,
  ...rubyPhpDotnetReaders,
  ...pythonReaders,
  ...sbomReaders,
  ...(['sqlite', 'ndb', 'bdb-le', 'bdb-be'] as const).map(rpmReader),
  zipReader,
  archiveReader,
  versionReader(debVersions, ['1:2.36-9+deb12u3\n2.36~rc1-1', '1.0\n1.0-0', '0:0\n0']),
  versionReader(apkVersions, ['3.1.4-r1\n3.1.4_rc2-r0', '1.2.4_git20230717-r4\n1.2a-r0', '1\n1.0']),
  versionReader(rpmVersions, ['1:5.1.8-1.cm2\n5.1.8~rc1-1', '1.0^git1-2\n1.0-2', '1.a.2\n1.2']),
  versionReader(composerVersions, ['v1.0.0-beta.2\n1.0pl1', '1.0-dev\n1.0RC1', '1.#\n1.2']),
  versionReader({ ...composerNormalVersions, id: 'composer-normal' }, [
    'v1.0.0-beta.2+b\n1.0pl1-dev',
    '1.x-dev\n2024-01-15',
    '1.0-stable\n1',
  ]),
  versionReader(conanVersions, ['1.0-a+1\ncci.20210118', '1.0.0\n1']),
  versionReader(cranVersions, ['1.0-1\n1.0.1', '2024-01-15\n01.2']),
  versionReader(gemVersions, ['1.0.a10\n1.0-1', '2.0.0.rc1\n0']),
  versionReader(goVersions, ['v0.0.0-20240102150405-abcdef123456\nv2.0.0+incompatible', 'go1.22rc1\ngo1.22.3 X:b']),
  versionReader(hackageVersions, ['1.0.0\n1.0']),
  versionReader(mavenVersions, ['1.0.0-alpha1\n1.0.0.Final', '1-1.foo-bar1baz-.1\n1-sp-1']),
  versionReader(nugetVersions, ['1.0.0.1-RC.1+m\n1.0']),
  versionReader(juliaVersions, ['1.0.0-a+1\nv1.0.0+2']),
  versionReader(luarocksVersions, ['1.0rc1-1\nscm-2']),
  versionReader(perlVersions, ['v1.2.3\n1.002_003']),
  versionReader(pubVersions, ['1.0.0-a+1\nv1.0.0+2']),
  versionReader(pypiVersions, ['1!1.0a1.post2.dev3+l.1\nv1.0-1', '0.7.10p1\n2013-01-23T17:11:52+0100']),
  versionReader(semverVersions, ['1.0.0-alpha.1+b\nv1.2', '1.0.0beta\n01.2.3.4']),
  ...feedReaders,
  ...imageReaders,
];
