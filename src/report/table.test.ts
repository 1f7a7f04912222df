import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { processorTime } from '../../test/support/processor-time.ts';
import {
  makeFinding,
  makeReport,
  makeVulnerability,
  oneOfEachKind,
  type SampleParts,
  someProblems,
} from '../../test/support/report.ts';
import { debian12, makeLayers, makePackage } from '../../test/support/view.ts';
import type { Package } from '../model/package.ts';
import type { Problem } from '../model/problem.ts';
import { type FileClass, fileClasses } from '../model/report.ts';
import { displayWidth } from './display-width.ts';
import type { RenderOptions } from './format.ts';
import { renderTable, table } from './table.ts';

function render(parts: SampleParts, options: Partial<RenderOptions> = {}): string {
  return renderTable(makeReport(parts), { width: 80, colour: false, ...options });
}

/** The lines from the one that begins with `start` to the next blank one. */
function section(text: string, start: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith(start));
  const end = lines.findIndex((line, index) => index > first && line === '');
  return first < 0 ? '' : lines.slice(first, end < 0 ? undefined : end).join('\n');
}

const openssl = { source: { name: 'openssl', version: '3.0.11' } };

const vulnerable: SampleParts = {
  view: {
    packages: [
      makePackage('openssl', '3.0.11', openssl),
      makePackage('libssl3', '3.0.11', openssl),
      makePackage('zlib1g', '1.2'),
    ],
  },
  findings: [
    ...['openssl', 'libssl3'].flatMap((name) => [
      makeVulnerability('CVE-2024-0002', name, '3.0.11', {
        severity: 'high',
        fixedVersion: '3.0.12',
        upgradeTo: '3.0.13',
      }),
      makeVulnerability('CVE-2024-0001', name, '3.0.11', {
        severity: 'critical',
        fixedVersion: '3.0.13',
        upgradeTo: '3.0.13',
      }),
    ]),
    makeVulnerability('CVE-2024-0003', 'openssl', '3.0.11', { state: 'will-not-fix', severity: 'low' }),
    makeVulnerability('CVE-2023-9999', 'zlib1g', '1.2', { title: 'CVE-2023-9999', severity: 'critical' }),
  ],
};

describe('a text report', () => {
  it('reads like this at 80 columns', () => {
    expect(render({ ...vulnerable, problems: someProblems })).toBe(`\
! INCOMPLETE: 1 thing could not be read or judged. Findings may be missing.
! - The file is no valid JSON. [file.format, layer 1, app/package.json]

example:1
  distribution  Debian GNU/Linux 12 (bookworm), security updates until
                2028-06-30
  platform      linux/amd64, created 2026-08-01
  digest        sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddd...
  layers        3 (6.0 MB)
  packages      3 (3 deb)
  advisories    generation 7, built 2026-08-20 (1 day old), from tracker

VULNERABILITIES  4 in 2 packages (6 findings)

upgrade openssl 3.0.11 -> 3.0.13 fixes 2 of 3: 1 critical, 1 high
  layer 0: ADD file:0f1e2d in /
  packages: libssl3, openssl
  CRITICAL    CVE-2024-0001  fix available  Title of CVE-2024-0001
  HIGH        CVE-2024-0002  fix available  Title of CVE-2024-0002
  LOW         CVE-2024-0003  will not fix   Title of CVE-2024-0003
                                            [only openssl]

no fix for zlib1g 1.2: 1 critical
  layer 0: ADD file:0f1e2d in /
  CRITICAL    CVE-2023-9999  no fix yet

NOTES
  - 12 bytes follow the end of the layer. [layer.trailing-bytes, layer 1]

LAYERS
  layer       size  packages  findings  instruction
      0     1.0 MB         3         6  ADD file:0f1e2d in /
      1     2.0 MB         -         -  COPY . /app
      2     3.0 MB         -         -  RUN rm /app/x

COVERAGE  5,458 files, 97.3 % owned by packages; 1 executable nobody owns:
          usr/local/bin/gosu
TOTAL     6 findings: 3 critical, 2 high, 1 low
          INCOMPLETE: 1 thing could not be read or judged, see the first lines.
`);
  });

  it('gives a long title two lines, and keeps what tells the row from others in sight', () => {
    const title = 'In the Linux kernel a very long story of many words is told about a small mistake of no importance';
    const findings = [
      ...vulnerable.findings!,
      makeVulnerability('CVE-2024-0009', 'openssl', '3.0.11', { title, severity: 'low' }),
    ];

    expect(section(render({ ...vulnerable, findings }), 'upgrade openssl')).toContain(`
  LOW         CVE-2024-0009  no fix yet     In the Linux kernel a very long
                                            story of many word... [only openssl]`);
  });

  it('tells the fix of every vulnerability where there is room', () => {
    expect(section(render(vulnerable, { width: 120 }), 'upgrade openssl')).toContain(
      '  HIGH        CVE-2024-0002  fix available  3.0.12    Title of CVE-2024-0002',
    );
  });

  it.each([40, 57, 80, 120, 200])('keeps to %i columns, whatever it shows', (width) => {
    const long = '中文 e\u0301 \x1b[31m very long '.repeat(40);
    const findings = [
      ...oneOfEachKind,
      ...oneOfEachKind.map((finding) => ({
        ...finding,
        id: long,
        title: long,
        evidence: long,
        remediation: long,
        fixedVersion: long,
        upgradeTo: long,
        location: { path: long },
        layer: { index: 0, instruction: long },
        hiddenBy: { index: 1, instruction: long },
      })),
      makeFinding('S', { suppressed: { by: long, reason: long, expires: long } }),
    ];
    const problems: Problem[] = [{ code: 'file.format', message: long, path: long }];
    const packages = [makePackage(long, long, { locations: [long] }), makePackage('openssl', '3.0.11')];
    const text = render(
      {
        findings,
        problems,
        view: { packages, image: { reference: long, platform: long }, distribution: { ...debian12, name: long } },
      },
      { width, listPackages: true, showSuppressed: true },
    );

    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    expect(text).not.toMatch(/ $/m);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}](?<!\n)/u);
  });

  it('carries every kind of finding (T-34)', () => {
    const text = render({ findings: oneOfEachKind });

    for (const { id } of oneOfEachKind) expect(text).toContain(id);
  });

  it('tells all of a finding that is no vulnerability', () => {
    const findings = oneOfEachKind.filter(({ kind }) => kind === 'secret');

    expect(section(render({ findings }), '  MEDIUM')).toBe(`\
  MEDIUM      Title of secret-rule [secret-rule]
              - Evidence of secret-rule
                app/secret:3
                layer 1: COPY . /app
                hidden by layer 2, but still in the image: RUN rm /app/x
              -> Remedy of secret`);
  });

  it('tells the title and remedy of a rule once for all its findings', () => {
    const [first] = oneOfEachKind.filter(({ kind }) => kind === 'evasion');
    const findings = [1, 2, 3].map((n) => ({ ...first!, evidence: `Evidence ${n}` }));

    const text = section(render({ findings }), '  MEDIUM');

    expect(text.match(/Title of/g)).toHaveLength(1);
    expect(text.match(/Remedy of/g)).toHaveLength(1);
    expect(text.match(/Evidence/g)).toHaveLength(3);
  });

  it('names rules of no weight about configuration and history by their ids alone', () => {
    const [first] = oneOfEachKind.filter(({ kind }) => kind === 'history');
    const of = (id: string, severity: 'low' | 'negligible') => ({ ...first!, id, severity });
    const findings = [of('b', 'negligible'), of('a', 'negligible'), of('c', 'low'), of('b', 'negligible')];

    const text = render({ findings });

    expect(section(text, '  NEGLIGIBLE')).toBe('  NEGLIGIBLE  a, b (2)');
    expect(text.match(/Evidence/g)).toHaveLength(1);
    expect(text).toContain('HISTORY  4');
  });
});

describe('what comes first and last', () => {
  it.each([
    ['advisories.missing', 'There is no advisory database, so no vulnerability was judged.'],
    ['packages.none', 'No package was found.'],
    ['distribution.unknown', 'No known distribution was recognised.'],
  ] as const)('%s: incomplete, never clean (T-09)', (code, message) => {
    const text = render({ problems: [{ code, message }] });

    expect(text.split('\n')[0]).toMatch(/^! INCOMPLETE: 1 thing/);
    expect(text.split('\n')[1]).toContain(message.slice(0, 40));
    expect(text).toMatch(/TOTAL {5}no findings\n {10}INCOMPLETE: 1 thing/);
  });

  it('a complete and clean report says so', () => {
    const text = render({});

    expect(text).not.toContain('INCOMPLETE');
    expect(text).toMatch(/^example:1\n/);
    expect(text).toMatch(/\nTOTAL {5}no findings\n$/);
  });

  it('an image past its end of life says so in the header', () => {
    const text = render({ view: { distribution: { ...debian12, endOfLife: '2020-01-01' } } });

    expect(text).toContain('WITHOUT SECURITY UPDATES since');
  });

  it.each([
    ['the starter set', { starter: true, feeds: [{ name: 'starter', records: 3 }] }, [], 'the starter set only'],
    [
      'nothing, though they were needed',
      { starter: false, feeds: [] },
      [{ code: 'advisories.missing', message: 'There are none.' } as const],
      'NONE: no vulnerability was judged',
    ],
    [
      'nothing, since nobody asked',
      { starter: false, feeds: [] },
      [],
      'not asked for (--checks): no vulnerability was judged',
    ],
  ])('says that the advisories are %s', (_, advisories, problems, words) => {
    expect(render({ advisories, problems })).toContain(`  advisories    ${words}`);
  });

  it('names a command as the program was started', () => {
    const problems: Problem[] = [{ code: 'advisories.stale', message: 'Old. Run "drydock db update".' }];

    expect(render({ problems }, { program: './drydock' })).toContain('Run "./drydock db update".');
    expect(render({ problems })).toContain('Run "drydock db update".');
  });

  it('says that no instruction is recorded, without blanks at the end of a line', () => {
    const layers = makeLayers('', ' ').map((layer) => ({ ...layer }));
    const findings = [
      makeVulnerability('CVE-1', 'openssl', '3.0.11', { severity: 'unknown' }),
      makeFinding('E', {
        kind: 'evasion',
        layer: { index: 0, instruction: '' },
        hiddenBy: { index: 1, instruction: ' ' },
      }),
    ];

    const text = render({ findings, view: { image: { layers } } });

    expect(text).not.toMatch(/ $/m);
    expect(text.match(/^ {2}layer 0: \(no instruction recorded\)$/gm)).toHaveLength(1);
    expect(text.match(/^ +\d +[\d.]+ MB .*\(no instruction recorded\)$/gm)).toHaveLength(2);
    expect(text).toMatch(/hidden by layer 1, but still in the image$/m);
  });

  it('names no layer of an image that tells of none, as many bills of materials', () => {
    const findings = [makeVulnerability('CVE-1', 'openssl', '3.0.11')];

    expect(render({ findings, view: { image: { layers: makeLayers('ADD a') } } })).toContain('\n  layer 0: ADD a');
    expect(render({ findings, view: { image: { layers: [] } } })).not.toContain('layer 0');
  });

  it('tells how many findings nobody rated', () => {
    const findings = [makeVulnerability('CVE-1', 'openssl', '3.0.11', { severity: 'unknown' })];

    const text = render({ findings });

    expect(text).toContain('no fix for openssl 3.0.11: 1 of unknown severity');
    expect(text).toContain('TOTAL     1 finding: 1 of unknown severity');
  });

  it('tells a few problems of every code and counts the rest', () => {
    const problems: Problem[] = [
      ...Array.from(
        { length: 500 },
        (_, i): Problem => ({ code: 'file.format', message: `Bad file ${i}.`, path: `f${i}` }),
      ),
      { code: 'packages.unwatched', message: 'Nobody watches conan.' },
    ];

    const text = section(render({ problems }), '! INCOMPLETE');

    expect(text.split('\n')).toHaveLength(6);
    expect(text).toContain('Nobody watches conan.');
    expect(text).toContain('and 497 more, all in the JSON report: 497 file.format');
  });

  it('tells every reason for which something is undecided, and the reason before the rules', () => {
    const problems = Array.from({ length: 8 }, (_, i): Problem => {
      const ids = Array.from({ length: 60 }, (_, at) => `rule-number-${at}`).join(', ');
      return { code: 'check.undecided', message: `history: 60 rules cannot be decided: reason ${i} (${ids})` };
    });
    const text = section(render({ problems }), 'NOTES');

    for (let i = 0; i < 8; i++) expect(text).toContain(`60 rules cannot be decided: reason ${i} (`);
    expect(text).not.toContain('more, all in the JSON report');
  });

  it('tells of how many packaged files the digests were not compared', () => {
    const none = { files: 0, bytes: 0 };
    const classes = Object.fromEntries(fileClasses.map((name) => [name, none])) as Record<FileClass, typeof none>;
    const coverage: SampleParts['coverage'] = {
      files: 4000,
      bytes: 1000,
      analysed: 1,
      byClass: { owned: 4000, analysed: 0, unowned: 0 },
      unexplained: [],
      ledger: {
        classes: { ...classes, owned: { files: 4000, bytes: 1000 } },
        executables: { files: 10, bytes: 100, explained: { files: 10, bytes: 100 } },
        unexplained: 0,
        modified: [],
        hidden: [],
      },
    };
    const of = (depth: 'default' | 'deep'): string =>
      section(render({ coverage, depth }), 'COVERAGE').replace(/\s+/g, ' ');

    expect(of('default')).toContain(
      '100.0 % of the bytes of executables accounted for; digests of 4,000 packaged files were not compared (--deep)',
    );
    expect(of('deep')).not.toContain('digests');
  });

  it('counts what filters and policies leave out', () => {
    const findings = [
      makeFinding('A'),
      makeFinding('B', { suppressed: { by: 'policy.yaml:3', reason: 'unreachable', expires: '2027-01-01' } }),
    ];

    const text = render({ findings }, { hidden: [4] });

    expect(text).not.toContain('unreachable');
    expect(text).toContain('TOTAL     1 finding: 1 medium');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'not shown: 1 accepted (until 2027-01-01) (--show-suppressed), 4 left out by',
    );
  });

  it('shows suppressed findings on demand', () => {
    const findings = [
      makeFinding('B', { suppressed: { by: 'policy.yaml:3', reason: 'unreachable', expires: '2027-01-01' } }),
    ];

    const text = render({ findings }, { showSuppressed: true });

    expect(text).toContain('SUPPRESSED  1\n  MEDIUM B: unreachable (policy.yaml:3, until 2027-01-01)');
    expect(text).not.toContain('not shown');
  });

  it('lists packages on demand', () => {
    expect(render({})).not.toContain('PACKAGES');
    expect(section(render({}, { listPackages: true }), 'PACKAGES').split('\n')).toEqual([
      'PACKAGES  2',
      expect.stringMatching(/^ {2}bash {5}deb {2}5\.2 +layer 0$/),
      expect.stringMatching(/^ {2}openssl {2}deb {2}3\.0\.11 +layer 0$/),
    ]);
  });
});

describe('groups of vulnerabilities', () => {
  it('name the place of a language package, and that a package was recovered', () => {
    const lodash = makePackage('lodash', '4.17.20', { type: 'npm' });
    const bash = makePackage('bash', '5.2', { presence: 'recovered' });
    const own = (pkg: typeof lodash) => ({ package: { name: pkg.name, version: pkg.version, purl: pkg.purl } });
    const findings = [
      makeFinding('CVE-1', { ...own(lodash), location: { path: 'app/a/package.json' } }),
      makeFinding('CVE-1', { ...own(lodash), location: { path: 'app/b/package.json' } }),
      makeFinding('CVE-2', { ...own(bash), location: { path: 'var/lib/dpkg/status' } }),
    ];

    const text = render({ findings, view: { packages: [lodash, bash] } });

    expect(section(text, 'no fix for lodash')).toContain('  at app/a/package.json, app/b/package.json\n');
    expect(section(text, 'no fix for bash')).toContain('  recovered: in the image, but in no package database of it\n');
    expect(section(text, 'no fix for bash')).not.toContain('var/lib');
  });

  it('stand in the order of their gravest vulnerabilities', () => {
    const findings = [
      makeVulnerability('CVE-1', 'a', '1', { severity: 'high' }),
      makeVulnerability('CVE-2', 'b', '1', { severity: 'critical' }),
      makeVulnerability('CVE-3', 'c', '1', { severity: 'critical' }),
      makeVulnerability('CVE-4', 'c', '1', { severity: 'high' }),
    ];
    const packages = ['a', 'b', 'c'].map((name) => makePackage(name, '1'));

    const heads = render({ findings, view: { packages } }).match(/no fix for \w/g);

    expect(heads).toEqual(['no fix for c', 'no fix for b', 'no fix for a']);
  });

  it('keep layers apart', () => {
    const packages = [
      makePackage('a', '1'),
      makePackage('a', '1', { layer: { index: 1 }, arch: 'i386', purl: 'pkg:deb/a?i386' }),
    ];
    const findings = packages.map(({ name, version, purl, layer }) =>
      makeFinding('CVE-1', { package: { name, version, purl }, layer }),
    );

    expect(render({ findings, view: { packages } })).toContain('VULNERABILITIES  1 in 2 packages (2 findings)');
  });

  it('name the vulnerabilities of a collective notice', () => {
    const findings = [
      makeVulnerability('ALSA-1', 'a', '1', { title: 'a update', related: ['CVE-1', 'CVE-2', 'CVE-3'] }),
    ];

    expect(render({ findings, view: { packages: [makePackage('a', '1')] } })).toContain(
      'a update (CVE-1, CVE-2 and 1 more)',
    );
  });
});

describe('colours', () => {
  it('add nothing but colour', () => {
    const parts = { ...vulnerable, findings: [...vulnerable.findings!, ...oneOfEachKind], problems: someProblems };

    const coloured = render(parts, { colour: true });

    expect(coloured).toContain('\x1b[');
    expect(stripVTControlCharacters(coloured)).toBe(render(parts));
  });
});

describe('several reports', () => {
  it('stand below each other, with a line for each at the end', () => {
    const reports = [
      makeReport(vulnerable),
      makeReport({ problems: someProblems, view: { image: { reference: 'example:2' } } }),
    ];

    const text = table.render(reports, { width: 80, colour: false });

    expect(text.match(/^TOTAL/gm)).toHaveLength(2);
    expect(text.split('\n').slice(-3)).toEqual([
      'example:1: 6 findings (3 critical, 2 high)',
      'example:2: 0 findings (0 critical, 0 high), INCOMPLETE',
      '',
    ]);
  });
});

describe('speed', () => {
  it('renders 2,000 findings in a fraction of a second', () => {
    const packages = Array.from({ length: 200 }, (_, i) => makePackage(`p${i}`, '1'));
    const findings = packages.flatMap(({ name }) =>
      Array.from({ length: 10 }, (_, i) =>
        makeVulnerability(`CVE-2024-000${i}`, name, '1', { title: 'A long title '.repeat(10) }),
      ),
    );
    const report = makeReport({ findings, view: { packages } });

    // A second where nobody else is: a machine may have slow processors.
    expect(processorTime(() => renderTable(report, { width: 120, colour: true }))).toBeLessThan(5000);
  });
});

describe('packages of languages', () => {
  const npm = (name: string, more: Partial<Package> = {}) =>
    makePackage(name, '1.0', { type: 'npm', locations: [`app/node_modules/${name}/package.json`], ...more });
  const packages = [
    makePackage('node-x', '1'),
    npm('lodash'),
    npm('x', { ownedBy: 'node-x' }),
    npm('y', { evidence: 'lockfile' }),
    npm('z', { evidence: 'manifest' }),
  ];
  const places = ['a', 'b', 'c', 'd', 'e'].map((path) => ({ path, layer: 0 }));
  const finding = makeFinding('CVE-1', {
    package: { name: 'lodash', version: '1.0', purl: npm('lodash').purl },
    location: { path: 'a' },
    locations: places,
    fixedVersion: '2.0',
    upgradeTo: '2.0',
  });

  it('are counted by what shows that they are there', () => {
    const problems: Problem[] = [{ code: 'packages.not-judged', message: 'Some were not judged.' }];

    expect(render({ view: { packages }, problems }, { width: 200 })).toContain(
      'packages      3 (1 deb, 2 npm); 1 come with others and are judged through them; 1 named by lockfiles, not judged; 1 named by manifests, not judged\n',
    );
    expect(render({ view: { packages: [packages[3]!] } }, { width: 200 })).toContain(
      'packages      none found; 1 named by lockfiles\n',
    );
    expect(render({ view: { packages: [] }, packageTypes: ['npm'] }, { width: 200 })).toContain(
      'packages      none found; only npm (--package-types)\n',
    );
  });

  it('tell where they are', () => {
    const text = render({ view: { packages }, findings: [finding] });

    expect(section(text, 'upgrade lodash')).toContain('  at a, b, c and 2 more');
  });

  it('tell where they are where they are malware', () => {
    expect(render({ view: { packages }, findings: [{ ...finding, kind: 'malware' }] })).toContain('a (+4 more)');
  });

  it('say in a list what only asks for them', () => {
    expect(section(render({ view: { packages } }, { listPackages: true }), 'PACKAGES')).toContain('npm lockfile');
  });

  it('need no distribution', () => {
    const problems: Problem[] = [{ code: 'distribution.none', message: 'It has none.' }];
    const { distribution: _, ...image } = makeReport({ view: { packages } }).image;

    expect(renderTable({ ...makeReport({ problems }), image }, { width: 80, colour: false })).toContain(
      'distribution  none',
    );
  });
});
