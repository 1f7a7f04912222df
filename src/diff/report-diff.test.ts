import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport, makeVulnerability } from '../../test/support/report.ts';
import { makeLayers, makePackage } from '../../test/support/view.ts';
import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import { diffReports, isRegression } from './report-diff.ts';

function report(packages: readonly Package[], findings: readonly Finding[], layers = ['ADD a']): Report {
  return makeReport({ findings, view: { packages, image: { layers: makeLayers(...layers) } } });
}

const openssl = (version: string): Package => makePackage('openssl', version);
const cve = (version: string, more: Partial<Finding> = {}): Finding =>
  makeVulnerability('CVE-2024-1', 'openssl', version, { severity: 'high', ...more });

const told = (before: Report, after: Report, rejudged?: readonly Finding[]) =>
  diffReports(before, after, rejudged).findings.map(({ change, cause, evidence }) => `${change} ${cause}: ${evidence}`);

describe('diffReports', () => {
  it('finds nothing between a report and itself', () => {
    const one = report([openssl('3.0')], [cve('3.0'), makeFinding('rule', { kind: 'secret' })]);
    const diff = diffReports(one, one, one.findings);

    expect(diff).toMatchObject({ sameImage: true, packages: [], findings: [], unchanged: 2 });
  });

  it.each<[string, Report, Report, readonly Finding[] | undefined, string]>([
    [
      'a package that came',
      report([], []),
      report([openssl('3.0')], [cve('3.0')]),
      undefined,
      'new image: openssl was not in the image before',
    ],
    [
      'a package that stayed while the advisories changed',
      report([openssl('3.0')], []),
      report([openssl('3.0')], [cve('3.0')]),
      undefined,
      'new database: the image had openssl 3.0 already; the advisories did not say this of it',
    ],
    [
      'a package that changed, judged by the new advisories: the old version has it too',
      report([openssl('2.0')], []),
      report([openssl('3.0')], [cve('3.0')]),
      [cve('2.0')],
      'new database: openssl 2.0 has it too, as is known now',
    ],
    [
      'a package that changed: the old version does not have it',
      report([openssl('2.0')], []),
      report([openssl('3.0')], [cve('3.0')]),
      [],
      'new image: the image had openssl 2.0, which does not have it',
    ],
    [
      'a package that changed, and nobody judged the old one again',
      report([openssl('2.0')], []),
      report([openssl('3.0')], [cve('3.0')]),
      undefined,
      'new unknown: the image had openssl 2.0, and the advisories of both reports may differ',
    ],
    [
      'a package that went',
      report([openssl('3.0')], [cve('3.0')]),
      report([], []),
      undefined,
      'gone image: openssl is no longer in the image',
    ],
    [
      'an upgrade that fixed it',
      report([openssl('3.0')], [cve('3.0')]),
      report([openssl('3.1')], []),
      [cve('3.0')],
      'gone image: the image has openssl 3.1 now, in place of openssl 3.0',
    ],
    [
      'an upgrade of what is no vulnerability any more',
      report([openssl('3.0')], [cve('3.0')]),
      report([openssl('3.1')], []),
      [],
      'gone database: the advisories no longer say this of openssl 3.0',
    ],
    [
      'an advisory that was withdrawn',
      report([openssl('3.0')], [cve('3.0')]),
      report([openssl('3.0')], []),
      undefined,
      'gone database: the image still has openssl 3.0; the advisories no longer say this of it',
    ],
    [
      'a raised severity (T-35)',
      report([openssl('3.0')], [cve('3.0')]),
      report([openssl('3.0')], [cve('3.0', { severity: 'critical' })]),
      undefined,
      'changed severity: its severity was raised from high to critical',
    ],
    [
      'exploitation that became known',
      report([openssl('3.0')], [cve('3.0')]),
      report([openssl('3.0')], [cve('3.0', { score: { cvss: [], kev: true } })]),
      undefined,
      'changed exploitation: it is known to be exploited now',
    ],
    [
      'a fix that became known',
      report([openssl('3.0')], [cve('3.0')]),
      report([openssl('3.0')], [cve('3.0', { fixedVersion: '3.1' })]),
      undefined,
      'changed fix: 3.1 fixes it; there was none before',
    ],
    [
      'a suppression that expired',
      report([openssl('3.0')], [cve('3.0', { suppressed: { by: 'policy', reason: 'x', expires: '2026-01-01' } })]),
      report([openssl('3.0')], [cve('3.0')]),
      undefined,
      'changed suppression: it was accepted until 2026-01-01, by policy, and is no longer',
    ],
    [
      'a suppression that came',
      report([openssl('3.0')], [cve('3.0')]),
      report([openssl('3.0')], [cve('3.0', { suppressed: { by: 'policy', reason: 'not reachable' } })]),
      undefined,
      'changed suppression: it is accepted now, by policy: not reachable',
    ],
  ])('tells %s', (_, before, after, rejudged, expected) => {
    expect(told(before, after, rejudged)).toEqual([expected]);
  });

  describe('what is only asked for', () => {
    const asked = (version: string): Package => ({ ...openssl(version), evidence: 'lockfile' });

    it.each<[string, Report, Report, readonly Finding[] | undefined, readonly string[]]>([
      [
        'is not what the image has in place of a package that went',
        report([openssl('3.0'), asked('2.0')], [cve('3.0')]),
        report([asked('2.0')], []),
        [cve('3.0')],
        ['gone image: openssl is no longer in the image'],
      ],
      [
        'does not keep a package in the image that went',
        report([openssl('3.0'), asked('3.0')], [cve('3.0')]),
        report([asked('3.0')], []),
        undefined,
        ['gone image: openssl is no longer in the image'],
      ],
      [
        'was not in the image before it was installed',
        report([asked('3.0')], [cve('3.0', { confidence: 'low' })]),
        report([openssl('3.0'), asked('3.0')], [cve('3.0')]),
        undefined,
        ['new image: openssl was not in the image before', 'gone image: no file asks for openssl alone any more'],
      ],
      [
        'is told from what is installed where it changed',
        report([openssl('1.0'), asked('2.0')], []),
        report([openssl('1.0'), asked('3.0')], [cve('3.0')]),
        [],
        ['new image: files asked for openssl 2.0, which does not have it'],
      ],
      [
        'is the same as before',
        report([openssl('1.0'), asked('3.0')], [cve('3.0')]),
        report([openssl('1.0'), asked('3.0')], [cve('3.0')]),
        undefined,
        [],
      ],
    ])('%s', (_, before, after, rejudged, expected) => {
      expect(told(before, after, rejudged)).toEqual(expected);
    });

    it('is no excuse for what was installed since: that is a regression', () => {
      const { findings } = diffReports(report([asked('3.0')], [cve('3.0')]), report([openssl('3.0')], [cve('3.0')]));

      expect(findings.map((change) => isRegression(change))).toEqual([true, false]);
    });
  });

  it('blames the image for other content in other layers, and the tool in the same layers', () => {
    const secret = makeFinding('aws-key', { kind: 'secret', location: { path: 'app/.env' } });

    expect(told(report([], []), report([], [secret], ['ADD a', 'COPY b']))).toEqual([
      'new image: the layers of the image differ',
    ]);
    expect(told(report([], [secret]), report([], []))).toEqual([expect.stringMatching(/^gone tool: the layers are/)]);
  });

  it('takes layers without identities for no same ones', () => {
    const { image, ...rest } = report([], []);
    const nameless = { ...rest, image: { ...image, layers: [{ index: 0, size: 1 }] } };

    expect(diffReports(nameless, nameless).sameImage).toBe(false);
  });

  it('knows a finding by any of its ids, and not by its place in the release', () => {
    const before = report([openssl('3.0')], [cve('3.0', { id: 'DSA-1', aliases: ['CVE-2024-1'] })]);
    const elsewhere = cve('3.0');
    const moved = {
      ...elsewhere,
      package: { ...elsewhere.package!, purl: `${elsewhere.package!.purl}?distro=debian-13` },
    };

    expect(diffReports(before, report([openssl('3.0')], [moved])).unchanged).toBe(1);
  });

  it('lists packages by what became of their versions', () => {
    const before = [openssl('3.0'), makePackage('bash', '5'), makePackage('linux', '5.1'), makePackage('linux', '5.2')];
    const after = [openssl('3.1'), makePackage('zsh', '1'), makePackage('linux', '5.2'), makePackage('linux', '5.3')];

    expect(diffReports(report(before, []), report(after, [])).packages).toEqual([
      { name: 'bash', type: 'deb', before: ['5'], after: [] },
      { name: 'linux', type: 'deb', before: ['5.1', '5.2'], after: ['5.2', '5.3'] },
      { name: 'openssl', type: 'deb', before: ['3.0'], after: ['3.1'] },
      { name: 'zsh', type: 'deb', before: [], after: ['1'] },
    ]);
  });

  it('puts what is new and grave first', () => {
    const packages = [openssl('3.0')];
    const low = makeVulnerability('CVE-2024-3', 'openssl', '3.0', { severity: 'low' });
    const grave = makeVulnerability('CVE-2024-2', 'openssl', '3.0', { severity: 'critical' });
    const diff = diffReports(report(packages, [cve('3.0')]), report(packages, [low, grave]));

    expect(diff.findings.map(({ change, before, after }) => `${change} ${(after ?? before)!.id}`)).toEqual([
      'new CVE-2024-2',
      'new CVE-2024-3',
      'gone CVE-2024-1',
    ]);
  });
});

describe('isRegression', () => {
  const packages = [openssl('3.0')];
  const accepted = { suppressed: { by: 'policy', reason: 'x' } };

  it.each<[string, Partial<Finding> | undefined, Partial<Finding> | undefined, boolean]>([
    ['a new finding', undefined, {}, true],
    ['a new one that is accepted', undefined, accepted, false],
    ['a finding that went', {}, undefined, false],
    ['a raised severity', {}, { severity: 'critical' }, true],
    ['a lowered severity', {}, { severity: 'low' }, false],
    ['exploitation', {}, { score: { cvss: [], kev: true } }, true],
    ['a fix', {}, { fixedVersion: '4' }, false],
    ['a suppression that ended', accepted, {}, true],
    ['a suppression that came', {}, accepted, false],
  ])('%s: %s -> %s is %s', (_, before, after, expected) => {
    const side = (more: Partial<Finding> | undefined) => report(packages, more === undefined ? [] : [cve('3.0', more)]);
    const { findings } = diffReports(side(before), side(after));

    expect(findings).toHaveLength(1);
    expect(isRegression(findings[0]!)).toBe(expected);
  });
});

describe('findings about no package', () => {
  const secret = (evidence: string, more: Partial<Finding> = {}): Finding =>
    makeFinding('password', { kind: 'secret', evidence, ...more });
  const file = { location: { path: 'app/.env' } };

  it.each<[string, readonly Finding[], readonly Finding[], readonly string[], readonly string[]]>([
    ['one more at the same place', [secret('a', file)], [secret('b', file), secret('a', file)], ['b'], []],
    ['one less at the same place', [secret('a', file), secret('b', file)], [secret('b', file)], [], ['a']],
    ['one that reads otherwise', [secret('a', file)], [secret('b', file)], [], []],
    [
      'one with another id of the same',
      [secret('a', { ...file, id: 'old' })],
      [secret('a', { ...file, aliases: ['old'] })],
      [],
      [],
    ],
    ['another secret', [secret('a', { fingerprint: '1' })], [secret('a', { fingerprint: '2' })], ['a'], ['a']],
    [
      'the same secret elsewhere',
      [secret('a', { fingerprint: '1', ...file })],
      [secret('b', { fingerprint: '1' })],
      [],
      [],
    ],
    ['one of a report without fingerprints', [secret('a', file)], [secret('a', { ...file, fingerprint: '1' })], [], []],
    [
      'one more instruction',
      [makeFinding('r', { kind: 'history', evidence: 'a' })],
      [makeFinding('r', { kind: 'history', evidence: 'b' }), makeFinding('r', { kind: 'history', evidence: 'a' })],
      ['b'],
      [],
    ],
  ])('are told from each other: %s', (_, before, after, came, went) => {
    const { findings } = diffReports(report([], before), report([], after));

    expect(findings.flatMap((one) => (one.change === 'new' ? [one.after?.evidence] : []))).toEqual(came);
    expect(findings.flatMap((one) => (one.change === 'gone' ? [one.before?.evidence] : []))).toEqual(went);
  });
});
