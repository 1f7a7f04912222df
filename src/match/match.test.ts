import { describe, expect, it } from 'vitest';
import {
  advisoriesOf,
  debian12,
  debianLike,
  makeAdvisory,
  makeLayers,
  makePackage,
  makeView,
  nodeLike,
} from '../../test/support/view.ts';
import type { Advisory, AdvisorySource } from '../model/advisory.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import { matchPackages } from './match.ts';

const ecosystems = [debianLike, nodeLike];

function match(packages: readonly Package[], records: readonly Advisory[], list: readonly Ecosystem[] = ecosystems) {
  const view = makeView({
    distribution: debian12,
    packages,
    image: { layers: makeLayers('ADD file:1 in /', 'RUN apt') },
  });
  return matchPackages(view, list, advisoriesOf({ tracker: records }));
}

/** `id package version` of every finding. */
function found(packages: readonly Package[], records: readonly Advisory[], list?: readonly Ecosystem[]): string[] {
  return match(packages, records, list).findings.map((f) => `${f.id} ${f.package?.name} ${f.package?.version}`);
}

const openssl = { source: { name: 'openssl', version: '3.0.11' } };

describe('matchPackages', () => {
  it('tells all of a finding', () => {
    const pkg = makePackage('libssl3', '3.0.11', { ...openssl, layer: { index: 1, diffId: 'sha256:b' } });
    const record = makeAdvisory(
      'CVE-2024-0001',
      [{ package: 'openssl', ranges: [{ fixed: '3.0.12' }], severity: 'high' }],
      { title: 'A hole', related: ['DSA-1-1'], cvss: [{ version: '3.1', vector: 'V', score: 5, source: 'nvd' }] },
    );

    const { findings, problems } = match([pkg], [record]);

    expect(problems).toEqual([]);
    expect(findings).toEqual([
      {
        kind: 'vulnerability',
        id: 'CVE-2024-0001',
        aliases: [],
        related: ['DSA-1-1'],
        severity: 'high',
        confidence: 'certain',
        title: 'A hole',
        layer: { index: 1, diffId: 'sha256:b', instruction: 'RUN apt' },
        historyIndex: 1,
        from: 'unknown',
        location: { path: 'var/lib/dpkg/status' },
        evidence: 'openssl 3.0.11 < 3.0.12 (dotted order, source package openssl, debian:12)',
        source: { name: 'tracker', url: 'https://advisories.example/CVE-2024-0001' },
        package: { name: 'libssl3', version: '3.0.11', purl: 'pkg:deb/debian/libssl3@3.0.11' },
        fixedVersion: '3.0.12',
        upgradeTo: '3.0.12',
        state: 'fixed',
        score: { cvss: [{ version: '3.1', vector: 'V', score: 5, source: 'nvd' }] },
        remediation: 'apt-get install --only-upgrade libssl3=3.0.12',
      },
    ]);
  });

  it('asks for everything at once', () => {
    const advisories = advisoriesOf({ tracker: [makeAdvisory('CVE-2024-0001', [{ package: 'a' }])] });
    const packages = ['a', 'b', 'c'].map((name) => makePackage(name, '1'));

    matchPackages(makeView({ distribution: debian12, packages }), ecosystems, advisories);

    expect(advisories.lookUps).toBe(1);
  });

  it.each<[string, Package, Advisory, readonly string[]]>([
    [
      'a source row compares the version of the source',
      makePackage('g++', '4.12', { source: { name: 'gcc-defaults', version: '1.203' } }),
      makeAdvisory('CVE-2024-0001', [{ package: 'gcc-defaults', ranges: [{ fixed: '2' }] }]),
      ['CVE-2024-0001 g++ 4.12'],
    ],
    [
      'a source row does not mean a binary package of the same name',
      makePackage('gcc', '4.12', { source: { name: 'gcc-defaults', version: '1.203' } }),
      makeAdvisory('CVE-2024-0001', [{ package: 'gcc', ranges: [{ fixed: '99' }] }]),
      [],
    ],
    [
      'a binary row compares the version of the package',
      makePackage('gcc', '4.12', { source: { name: 'gcc-defaults', version: '1.203' } }),
      makeAdvisory('CVE-2024-0001', [{ package: 'gcc', nameKind: 'binary', ranges: [{ fixed: '4.13' }] }]),
      ['CVE-2024-0001 gcc 4.12'],
    ],
    [
      'a binary row does not mean the source of the same name',
      makePackage('libssl3', '3.0.11', openssl),
      makeAdvisory('CVE-2024-0001', [{ package: 'openssl', nameKind: 'binary', ranges: [{ fixed: '99' }] }]),
      [],
    ],
    [
      'a package without source is its own source',
      makePackage('bash', '5.2'),
      makeAdvisory('CVE-2024-0001', [{ package: 'bash', ranges: [{ fixed: '5.3' }] }]),
      ['CVE-2024-0001 bash 5.2'],
    ],
    [
      'a record of another release is none of ours',
      makePackage('bash', '5.2'),
      makeAdvisory('CVE-2024-0001', [{ package: 'bash', namespace: 'debian:11' }, { package: 'zsh' }]),
      [],
    ],
    [
      'source and binary rows of one record: one finding',
      makePackage('openssl', '3.0.11', openssl),
      makeAdvisory('CVE-2024-0001', [
        { package: 'openssl', ranges: [{ fixed: '3.0.12' }] },
        { package: 'openssl', nameKind: 'binary', ranges: [{ fixed: '3.0.12' }] },
      ]),
      ['CVE-2024-0001 openssl 3.0.11'],
    ],
  ])('%s', (_, pkg, record, expected) => {
    expect(found([pkg], [record])).toEqual(expected);
  });

  it('makes one finding per binary package of a source', () => {
    const packages = [makePackage('openssl', '3.0.11', openssl), makePackage('libssl3', '3.0.11', openssl)];
    const record = makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.12' }] }]);

    expect(found(packages, [record])).toEqual(['CVE-2024-0001 libssl3 3.0.11', 'CVE-2024-0001 openssl 3.0.11']);
  });

  it('judges a package that a distribution package owns only through its owner (T-16)', () => {
    const record = makeAdvisory('CVE-2024-0001', [{ package: 'requests', namespace: 'npm' }]);
    const owned = makePackage('requests', '1', { type: 'npm', ownedBy: 'python3-requests' });
    const free = makePackage('requests', '2', { type: 'npm' });

    expect(found([owned, free], [record])).toEqual(['CVE-2024-0001 requests 2']);
    expect(match([owned], []).problems).toEqual([]);
  });

  describe('several records of one vulnerability', () => {
    const records = [
      makeAdvisory('GHSA-1', [{ package: 'p', namespace: 'npm', ranges: [{ fixed: '2.1' }] }], {
        aliases: ['CVE-2024-0001'],
        severity: 'high',
        title: 'From GHSA',
      }),
      makeAdvisory('PYSEC-1', [{ package: 'p', namespace: 'npm', ranges: [{ fixed: '2' }] }], {
        aliases: ['CVE-2024-0001', 'SNYK-1'],
      }),
    ];
    const pkg = makePackage('p', '1', { type: 'npm' });

    it('are one finding under the id of the CVE', () => {
      const { findings } = match([pkg], records);

      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({
        id: 'CVE-2024-0001',
        aliases: ['GHSA-1', 'PYSEC-1', 'SNYK-1'],
        severity: 'high',
        title: 'From GHSA',
        confidence: 'high',
      });
    });

    it('name the fix that satisfies all of them', () => {
      expect(match([pkg], records).findings[0]).toMatchObject({ fixedVersion: '2.1', upgradeTo: '2.1' });
    });

    it('are silenced by a statement of another source that the package is not affected', () => {
      const statement = makeAdvisory('CVE-2024-0001', [{ package: 'p', namespace: 'npm', state: 'not-affected' }]);
      const view = makeView({ packages: [pkg] });

      expect(matchPackages(view, ecosystems, advisoriesOf({ osv: records, vex: [statement] })).findings).toEqual([]);
    });

    it('do not depend on the order of the records', () => {
      expect(match([pkg], records)).toEqual(match([pkg], records.toReversed()));
    });
  });

  it('keeps the vulnerabilities of a collective notice apart', () => {
    const record = makeAdvisory('RLSA-1', [{ package: 'bash' }], { aliases: ['CVE-2024-0001', 'CVE-2024-0002'] });

    const { findings } = match([makePackage('bash', '1')], [record]);

    expect(findings.map(({ id, aliases }) => [id, aliases])).toEqual([
      ['CVE-2024-0001', ['RLSA-1']],
      ['CVE-2024-0002', ['RLSA-1']],
    ]);
  });

  it('reports malicious packages as malware', () => {
    const record = makeAdvisory('MAL-2024-1', [{ package: 'evil', namespace: 'npm' }]);

    expect(match([makePackage('evil', '1', { type: 'npm' })], [record]).findings[0]).toMatchObject({
      kind: 'malware',
      severity: 'critical',
    });
  });

  it('upgrades a package to where everything is fixed, and names the least fix of each', () => {
    const records = [
      makeAdvisory('CVE-2024-0001', [{ package: 'p', ranges: [{ fixed: '2' }] }]),
      makeAdvisory('CVE-2024-0002', [{ package: 'p', ranges: [{ fixed: '3' }] }]),
      makeAdvisory('CVE-2024-0003', [{ package: 'p', state: 'affected' }]),
    ];

    const { findings } = match([makePackage('p', '1')], records);

    expect(findings.map(({ fixedVersion, upgradeTo }) => [fixedVersion, upgradeTo])).toEqual([
      ['2', '3'],
      ['3', '3'],
      [undefined, undefined],
    ]);
    expect(findings[0]?.remediation).toBe('apt-get install --only-upgrade p=3');
  });

  it.each([
    ['its title', { title: 'The title', description: 'Not this.' }, 'The title'],
    ['the first sentence of its description', { description: 'Version 1.2 is\n bad. Really.' }, 'Version 1.2 is bad.'],
    ['its id', {}, 'CVE-2024-0001'],
  ])('titles a finding by %s', (_, more, expected) => {
    const record = makeAdvisory('CVE-2024-0001', [{ package: 'p' }], more);

    expect(match([makePackage('p', '1')], [record]).findings[0]?.title).toBe(expected);
  });

  it('cuts a description without sentences between words', () => {
    const record = makeAdvisory('CVE-2024-0001', [{ package: 'p' }], { description: 'word '.repeat(1000) });

    const title = match([makePackage('p', '1')], [record]).findings[0]!.title;

    expect(title).toMatch(/^(word )+\.\.\.$/);
    expect(title.length).toBeLessThanOrEqual(164);
  });

  it('is less sure of a recovered package', () => {
    const record = makeAdvisory('CVE-2024-0001', [{ package: 'p' }]);

    expect(match([makePackage('p', '1', { presence: 'recovered' })], [record]).findings[0]?.confidence).toBe('high');
  });

  it('lets the ecosystem exclude a row, with its reason', () => {
    const choosy: Ecosystem = {
      ...debianLike,
      applies: (_, advisory) =>
        advisory.id === 'CVE-2024-0001' ? { applies: false, reason: 'another module stream' } : { applies: true },
    };
    const records = ['CVE-2024-0001', 'CVE-2024-0002'].map((id) => makeAdvisory(id, [{ package: 'p' }]));

    expect(found([makePackage('p', '1')], records, [choosy])).toEqual(['CVE-2024-0002 p 1']);
  });

  it('does not let an excluded statement silence others', () => {
    const choosy: Ecosystem = {
      ...debianLike,
      applies: (_, __, affected) =>
        affected.state === 'not-affected' ? { applies: false, reason: 'another module stream' } : { applies: true },
    };
    const records = [makeAdvisory('CVE-2024-0001', [{ package: 'p' }, { package: 'p', state: 'not-affected' }])];

    expect(found([makePackage('p', '1')], records, [choosy])).toEqual(['CVE-2024-0001 p 1']);
  });

  it('prefers the namespace that the ecosystem names first', () => {
    const two: Ecosystem = { ...debianLike, namespaces: () => ['debian:12', 'debian-extra:12'] };
    const records = [
      makeAdvisory('A-1', [{ package: 'p', namespace: 'debian-extra:12' }], { aliases: ['CVE-2024-0001'] }),
      makeAdvisory('Z-1', [{ package: 'p', ranges: [{ fixed: '2' }] }], { aliases: ['CVE-2024-0001'] }),
    ];

    expect(match([makePackage('p', '1')], records, [two]).findings[0]?.evidence).toContain('p 1 < 2');
  });
});

describe('what could not be judged', () => {
  it('an installed version that is none: neither a finding nor silence (T-18)', () => {
    const records = ['CVE-2024-0002', 'CVE-2024-0001', 'CVE-2024-0003'].map((id) =>
      makeAdvisory(id, [{ package: 'p', ranges: [{ fixed: '2' }] }]),
    );

    const { findings, problems } = match([makePackage('p', 'nightly', { layer: { index: 1 } })], records);

    expect(findings).toEqual([]);
    expect(problems).toEqual([
      {
        code: 'version.invalid',
        message:
          'p nightly could not be judged against CVE-2024-0001 and 2 more (tracker): ' +
          'not a dotted version: "nightly" (numbers between dots are expected).',
        layer: 1,
        path: 'var/lib/dpkg/status',
      },
    ]);
  });

  it('a version of an advisory that is none, beside findings of other advisories', () => {
    const records = [
      makeAdvisory('CVE-2024-0001', [{ package: 'p', ranges: [{ fixed: '1:2?' }] }]),
      makeAdvisory('CVE-2024-0002', [{ package: 'p', ranges: [{ fixed: '2' }] }]),
    ];

    const { findings, problems } = match([makePackage('p', '1')], records);

    expect(findings.map(({ id }) => id)).toEqual(['CVE-2024-0002']);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('CVE-2024-0001 (tracker)')]);
  });

  it('counts packages with invalid versions beyond the first thousand', () => {
    const packages = Array.from({ length: 1234 }, (_, index) => makePackage(`p${index}`, '?'));
    const records = packages.map(({ name }) =>
      makeAdvisory('CVE-2024-0001', [{ package: name, ranges: [{ fixed: '2' }] }]),
    );

    const { problems } = match(packages, records);

    expect(problems).toHaveLength(1001);
    expect(problems.at(-1)?.message).toBe('234 further packages with invalid versions could not be judged.');
  });

  it('packages that nobody watches, by type and distribution', () => {
    const packages = [
      makePackage('a', '1', { type: 'conan' }),
      makePackage('b', '1', { type: 'conan' }),
      makePackage('c', '1', { distribution: 'raspbian:12' }),
    ];

    expect(match(packages, []).problems).toEqual([
      {
        code: 'packages.unwatched',
        message: '1 package (deb of raspbian:12) could not be judged: Drydock knows of no advisories for them.',
      },
      {
        code: 'packages.without-feed',
        message: '2 packages (conan) could not be judged, since no feed has advisories on that type: a 1, b 1.',
      },
    ]);
  });

  it('namespaces of which the advisory data knows nothing', () => {
    const packages = [makePackage('a', '1'), makePackage('b', '1', { type: 'npm' })];

    expect(match(packages, [makeAdvisory('CVE-2024-0001', [{ package: 'a' }])]).problems).toEqual([
      {
        code: 'advisories.namespace-missing',
        message: 'The advisory data holds nothing for npm, so 1 package (npm) could not be judged.',
      },
    ]);
  });

  it('asks nothing when there is nobody to ask for', () => {
    const advisories = advisoriesOf({});

    matchPackages(makeView({ packages: [makePackage('a', '1', { type: 'nobodys' })] }), ecosystems, advisories);

    expect(advisories.lookUps).toBe(0);
  });
});

describe('order and speed', () => {
  it('gives the same result whatever the order of packages and records (T-19)', () => {
    const packages = ['b', 'a', 'c'].flatMap((name) => [makePackage(name, '2'), makePackage(name, '1')]);
    const records = ['CVE-2024-0003', 'CVE-2024-0001'].flatMap((id) =>
      ['a', 'b', 'c'].map((name) =>
        makeAdvisory(id, [{ package: name, ranges: [{ fixed: '3' }] }], { key: `${id} ${name}` }),
      ),
    );

    const once = JSON.stringify(match(packages, records));
    const again = JSON.stringify(match(packages.toReversed(), records.toReversed()));

    expect(again).toBe(once);
    expect(
      match(packages, records)
        .findings.slice(0, 2)
        .map(({ id, package: p }) => `${p?.name} ${p?.version} ${id}`),
    ).toEqual(['a 1 CVE-2024-0001', 'a 1 CVE-2024-0003']);
  });

  it('asks for everything of 3,000 packages at once (bench/advisories.ts measures how long it takes)', () => {
    const packages = Array.from({ length: 3000 }, (_, index) => makePackage(`p${index}`, '1.5'));
    const records = packages.flatMap(({ name }, index) =>
      [1, 2, 3].map((n) =>
        makeAdvisory(`CVE-2024-${index}000${n}`, [{ package: name, ranges: [{ fixed: `1.${n + 4}` }] }]),
      ),
    );
    const view = makeView({ distribution: debian12, packages });
    const source = advisoriesOf({ tracker: records });
    let asked = 0;
    const advisories: AdvisorySource = {
      ...source,
      lookUp(keys) {
        asked++;
        return source.lookUp(keys);
      },
      enrich(names) {
        asked++;
        return names.map(() => []);
      },
    };

    expect(matchPackages(view, ecosystems, advisories).findings).toHaveLength(6000);
    expect(asked).toBe(2);
  });
});
