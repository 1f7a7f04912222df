import { describe, expect, it } from 'vitest';
import { advisoriesOf, makeAdvisory, makeLayers, makePackage, makeView } from '../../test/support/view.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Advisory, Affected } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';
import { isExactVersion } from './exact-version.ts';
import { explainVulnerability } from './explain.ts';
import { matchPackages } from './match.ts';
import type { MatchOptions } from './match-options.ts';
import { neededAdvisories } from './needed.ts';

const row = (namespace: string, name: string, more: Partial<Affected> = {}) =>
  ({ namespace, package: name, nameKind: 'binary', ...more }) as const;
const fixedIn = (id: string, namespace: string, name: string, fixed: string, more: Partial<Advisory> = {}) =>
  makeAdvisory(id, [row(namespace, name, { ranges: [{ introduced: '0', fixed }] })], more);

function npm(name: string, version: string, layer = 0, ...locations: string[]): Package {
  const places = locations.length === 0 ? [`node_modules/${name}/package.json`] : locations;
  return makePackage(name, version, { type: 'npm', layer: { index: layer }, locations: places });
}

function judge(packages: readonly Package[], records: readonly Advisory[], options: MatchOptions = {}) {
  const view = makeView({ packages, image: { layers: makeLayers('ADD a', 'RUN b', 'COPY c') } });
  return matchPackages(view, ecosystems, advisoriesOf({ osv: records }), options);
}

const lodash = fixedIn('CVE-2021-1', 'npm', 'lodash', '4.17.21');

describe('copies', () => {
  it('are one finding with all places, the lowest layer first', () => {
    const { findings } = judge(
      [npm('lodash', '4.0.0', 2, 'b', 'd'), npm('lodash', '4.0.0', 1, 'c'), npm('lodash', '4.1.0', 0, 'a')],
      [lodash],
    );

    expect(findings.map((f) => [f.package?.version, f.layer?.index, f.location, f.locations])).toEqual([
      [
        '4.0.0',
        1,
        { path: 'c' },
        [
          { path: 'c', layer: 1 },
          { path: 'b', layer: 2 },
          { path: 'd', layer: 2 },
        ],
      ],
      ['4.1.0', 0, { path: 'a' }, undefined],
    ]);
  });

  it('are the same under any spelling of the name', () => {
    const packages = ['Flask_Cors', 'flask.cors'].map((name) =>
      makePackage(name, '1', { type: 'pypi', locations: [name] }),
    );
    const { findings } = judge(packages, [fixedIn('CVE-1', 'pypi', 'flask-cors', '2')]);

    expect(findings.map((f) => f.locations)).toEqual([
      [
        { path: 'Flask_Cors', layer: 0 },
        { path: 'flask.cors', layer: 0 },
      ],
    ]);
  });

  it('name no more than a thousand places', () => {
    const places = Array.from({ length: 3000 }, (_, i) => `p${i}`);

    expect(judge([npm('lodash', '1', 0, ...places)], [lodash]).findings[0]?.locations).toHaveLength(1000);
  });
});

describe('what a distribution owns', () => {
  const owned = { ...npm('lodash', '1'), ownedBy: 'node-lodash' };

  it('is judged through its owner alone', () => {
    const { findings, problems } = judge([owned], [lodash]);

    expect([findings, problems]).toEqual([[], []]);
    expect(neededAdvisories({ packages: [owned] }, ecosystems).feeds).toEqual([]);
  });

  it('is judged where a copy is nobody’s', () => {
    const { findings } = judge([owned, npm('lodash', '1', 1, 'app/x')], [lodash]);

    expect(findings.map(({ location, locations }) => [location?.path, locations])).toEqual([['app/x', undefined]]);
  });

  it('is explained by who judges it', () => {
    const view = makeView({ packages: [owned] });
    const { verdict, reason } = explainVulnerability('CVE-2021-1', view, ecosystems, advisoriesOf({ osv: [lodash] }));

    expect([verdict, reason]).toEqual([
      'not-affected',
      'lodash 1 belongs to the distribution package node-lodash and is judged only through it.',
    ]);
  });
});

describe('packages of types that nobody watches', () => {
  const conda = (name: string): Package => ({ ...npm(name, '1.0'), type: 'conda', purl: `pkg:conda/${name}@1.0` });

  it('are named', () => {
    const { problems } = judge(['zlib', 'openssl', 'curl', 'expat'].map(conda), []);

    expect(problems).toEqual([
      {
        code: 'packages.without-feed',
        message:
          '4 packages (conda) could not be judged, since no feed has advisories on that type: curl 1.0, expat 1.0, openssl 1.0 and 1 more.',
      },
    ]);
  });

  it('are no more than not judged where files only ask for them', () => {
    const asked: Package = { ...npm('std/path', '1.0'), type: 'jsr', evidence: 'lockfile' };
    const codes = (lockfiles: boolean) => judge([asked], [], { lockfiles }).problems.map(({ code }) => code);

    expect([codes(false), codes(true)]).toEqual([['packages.not-judged'], ['packages.without-feed']]);
  });
});

describe('what is made here and published nowhere', () => {
  const own: Package = { ...npm('lodash', '0.1.0', 0, 'app/package.json'), application: true };

  it('is held against no advisory, and nobody is told that it was not', () => {
    for (const pkg of [own, { ...own, evidence: 'lockfile' } as const]) {
      for (const lockfiles of [false, true]) {
        expect(judge([pkg], [lodash], { lockfiles })).toEqual({ findings: [], problems: [] });
      }
    }
    expect(neededAdvisories({ packages: [own] }, ecosystems).feeds).toEqual([]);
  });

  it('says nothing of the published one', () => {
    const { findings } = judge([own, npm('lodash', '0.1.0', 0, 'app/x')], [lodash]);

    expect(findings.map(({ location, locations }) => [location?.path, locations])).toEqual([['app/x', undefined]]);
  });

  it('is explained', () => {
    const view = makeView({ packages: [own] });
    const { verdict, reason } = explainVulnerability('CVE-2021-1', view, ecosystems, advisoriesOf({ osv: [lodash] }));

    expect([verdict, reason]).toEqual([
      'not-affected',
      'app/package.json says that lodash is made here and not published: a package of that name elsewhere is another one.',
    ]);
  });
});

describe('what files only ask for', () => {
  const lock = (version: string, evidence: 'lockfile' | 'manifest' = 'lockfile'): Package => ({
    ...npm('lodash', version, 0, 'app/package-lock.json'),
    evidence,
  });

  it('is listed and not judged', () => {
    const packages = [lock('1'), lock('2'), lock('^1.0', 'manifest')];
    const { findings, problems } = judge(packages, [lodash]);

    expect(findings).toEqual([]);
    expect(problems).toEqual([
      {
        code: 'packages.not-judged',
        message:
          '2 packages (npm, in lockfiles), 1 package (npm, in manifests) were listed and not judged: nothing shows that they are installed (--lockfiles judges them too).',
      },
    ]);
    expect(neededAdvisories({ packages }, ecosystems).feeds).toEqual([]);
    expect(neededAdvisories({ packages }, ecosystems, { lockfiles: true }).feeds.map(({ name }) => name)).toEqual([
      'npm-osv',
    ]);
  });

  it('is judged where that is asked for, with little confidence', () => {
    const { findings, problems } = judge([lock('1.0.0')], [lodash], { lockfiles: true });

    expect(problems).toEqual([]);
    expect(findings).toMatchObject([
      {
        id: 'CVE-2021-1',
        confidence: 'low',
        remediation: 'npm install lodash@4.17.21',
        evidence:
          'lodash 1.0.0 < 4.17.21 (semver order, npm); a lockfile (app/package-lock.json) names it, and nothing shows that it is installed',
      },
    ]);
  });

  it('is not said again of what is installed', () => {
    const { findings } = judge([lock('1.0.0'), npm('lodash', '1.0.0', 0, 'x')], [lodash], { lockfiles: true });

    expect(findings.map(({ confidence, location, locations }) => [confidence, location?.path, locations])).toEqual([
      ['high', 'x', undefined],
    ]);
  });

  it('is never judged by a range', () => {
    const { findings, problems } = judge(
      [lock('^1.0', 'manifest'), { ...lock('[1.0,2.0)', 'manifest'), name: 'g:a', type: 'maven' }],
      [lodash, fixedIn('CVE-2', 'maven', 'g:a', '9')],
      { lockfiles: true },
    );

    expect(findings).toEqual([]);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        'packages.not-judged',
        '1 package (maven, in manifests), 1 package (npm, in manifests) were listed and not judged: they are not asked for in one version.',
      ],
    ]);
  });

  it.each([
    ['1.2.3', true],
    ['v0.0.0-20240102150405-abcdef123456', true],
    ['1.0+build', true],
    ['1!2.0.post1', true],
    ['2.0-SNAPSHOT', true],
    ['', false],
    ['^1.0', false],
    ['~> 1.0', false],
    ['>=1', false],
    ['1.x', false],
    ['1.*', false],
    ['[1,2)', false],
    ['latest', false],
    ['LATEST', false],
    ['${project.version}', false],
    ['git+https://example.com/x.git', false],
    ['https://example.com/x.tgz', false],
    ['workspace:*', false],
    ['file:../x', false],
    ['npm:other@1', false],
    ['1.0 || 2.0', false],
    ['dev-master#abc', false],
  ])('%s is a version: %s', (version, expected) => {
    expect(isExactVersion(version)).toBe(expected);
  });

  it('is explained', () => {
    const view = makeView({ packages: [lock('1.0.0')] });
    const source = advisoriesOf({ osv: [lodash] });

    expect(explainVulnerability('CVE-2021-1', view, ecosystems, source)).toMatchObject({
      verdict: 'unjudged',
      reason:
        'Only app/package-lock.json names lodash 1.0.0; nothing shows that it is installed, and it is not judged without --lockfiles.',
    });
    expect(explainVulnerability('CVE-2021-1', view, ecosystems, source, { lockfiles: true }).verdict).toBe('affected');
  });
});

describe('versions', () => {
  it('that cannot be compared are told once for a type', () => {
    const packages = ['a', 'b', 'c', 'd'].map((version) => npm('lodash', `not ${version}`, 0, version));
    const { findings, problems } = judge([...packages, npm('unheard-of', 'x y')], [lodash]);

    expect(findings).toEqual([]);
    expect(problems).toEqual([
      {
        code: 'version.invalid',
        message:
          '4 packages (npm) could not be judged against what is known of them, since the versions cannot be compared: lodash not a, lodash not b, lodash not c and 1 more.',
      },
    ]);
  });

  it.each([
    ['npm', 'npm', 'a'],
    ['maven', 'maven', 'g:a'],
    ['gem', 'rubygems', 'a'],
  ])('that are unknown (%s) are told once, and are below no fix', (type, namespace, name) => {
    const packages = [makePackage(name, '', { type, locations: ['x'] })];
    const { findings, problems } = judge(packages, [fixedIn('CVE-1', namespace, name, '2')]);

    expect(findings).toEqual([]);
    expect(problems).toEqual([
      {
        code: 'packages.unidentified',
        message: `1 package (${type}) could not be judged, since nothing tells the version: ${name}.`,
      },
    ]);
  });

  it('that are unknown do not matter where all are affected', () => {
    const all = makeAdvisory('CVE-1', [row('npm', 'a', { ranges: [{ introduced: '0' }] })]);

    expect(judge([npm('a', '')], [all]).findings.map(({ id }) => id)).toEqual(['CVE-1']);
  });

  it.each<[string, Partial<Affected>, string, boolean]>([
    ['from the beginning', { ranges: [{ introduced: '0' }] }, '0.0.1', true],
    ['up to the last affected one', { ranges: [{ introduced: '0', lastAffected: '1.2.3' }] }, '1.2.3', true],
    ['past the last affected one', { ranges: [{ introduced: '0', lastAffected: '1.2.3' }] }, '1.2.4', false],
    ['listed', { versions: ['1.0.0'] }, '1.0.0', true],
    ['not listed', { versions: ['1.0.0'] }, '1.0.1', false],
    ['before it was introduced', { ranges: [{ introduced: '2.0.0' }] }, '1.0.0', false],
    ['a pre-release of the fix', { ranges: [{ introduced: '0', fixed: '2.0.0' }] }, '2.0.0-rc.1', true],
  ])('as OSV says: %s', (_, affected, version, expected) => {
    const { findings } = judge([npm('a', version)], [makeAdvisory('CVE-1', [row('npm', 'a', affected)])]);

    expect(findings.length > 0).toBe(expected);
  });
});

describe('malware', () => {
  it('is no vulnerability, whatever other records call it', () => {
    const every = { ranges: [{ introduced: '0' }] };
    const { findings } = judge(
      [npm('evil', '1.0.0')],
      [
        makeAdvisory('GHSA-aaaa-bbbb-cccc', [row('npm', 'evil', every)], { severity: 'high', aliases: ['MAL-2024-1'] }),
        makeAdvisory('MAL-2024-1', [row('malicious:npm', 'evil', every)]),
      ],
    );

    expect(findings).toMatchObject([
      {
        kind: 'malware',
        severity: 'critical',
        remediation: 'Remove evil 1.0.0, and treat whatever it could read or change as compromised.',
      },
    ]);
  });
});

describe('what helps', () => {
  it.each<[string, Package, string, string]>([
    [
      'a jar in a jar',
      makePackage('g:a', '1', { type: 'maven', locations: ['app/x.war!/lib/y.jar!/a.jar'] }),
      'maven',
      'Replace app/x.war by a build with g:a 2.0.0 or later.',
    ],
    [
      'a jar',
      makePackage('g:a', '1', { type: 'maven', locations: ['app/a.jar'] }),
      'maven',
      'Upgrade g:a to 2.0.0 or later.',
    ],
    [
      'a module of a program',
      makePackage('example.com/m', 'v1.0.0', { type: 'golang', locations: ['usr/bin/x'] }),
      'go',
      'Replace usr/bin/x by a build with example.com/m 2.0.0 or later.',
    ],
    [
      'Go itself',
      makePackage('stdlib', '1.20.0', { type: 'golang', locations: ['usr/bin/x'] }),
      'go',
      'Replace usr/bin/x by a build with Go 2.0.0 or later.',
    ],
    ['a package of npm', npm('a', '1.0.0'), 'npm', 'npm install a@2.0.0'],
  ])('%s', (_, pkg, namespace, expected) => {
    const { findings } = judge([pkg], [fixedIn('CVE-1', namespace, pkg.name, '2.0.0')]);

    expect(findings.map(({ remediation }) => remediation)).toEqual([expected]);
  });
});
