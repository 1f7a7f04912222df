import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport, makeVulnerability, oneOfEachKind } from '../../test/support/report.ts';
import { makePackage } from '../../test/support/view.ts';
import { severities } from '../model/severity.ts';
import { grypeJson } from './grype-json.ts';

const options = { width: 80, colour: false };

interface Match {
  readonly vulnerability: Readonly<Record<string, unknown>>;
  readonly artifact: { readonly name: string; readonly version: string; readonly purl: string };
  readonly appliedIgnoreRules?: readonly object[];
}
interface Document {
  readonly matches: readonly Match[];
  readonly ignoredMatches?: readonly Match[];
}

const read = (...args: Parameters<typeof grypeJson.render>): Document => JSON.parse(grypeJson.render(...args));

describe('the shape of Grype', () => {
  it('has a match for each vulnerability, with what its readers look for', () => {
    const finding = makeVulnerability('CVE-2026-1', 'libssl3', '3.0.11-1', {
      aliases: ['GHSA-1'],
      severity: 'critical',
      fixedVersion: '3.0.12-1',
      upgradeTo: '3.0.13-1',
      source: { name: 'debian-tracker', url: 'https://security.example/CVE-2026-1' },
      score: {
        cvss: [
          { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', source: 'nvd' },
          { version: '3.1', vector: 'no vector', source: 'x' },
        ],
        epss: 0.5,
        epssPercentile: 0.9,
        kev: true,
        cwes: ['CWE-79'],
      },
    });
    const source = { name: 'openssl', version: '3.0.11-1' };
    const packages = [
      { ...makePackage('libssl3', '3.0.11-1'), source, licences: ['MIT'], locations: ['var/lib/dpkg/status'] },
    ];

    const { matches, ignoredMatches } = read(
      [makeReport({ findings: [...oneOfEachKind.slice(1), finding], view: { packages } })],
      options,
    );

    expect(ignoredMatches).toBeUndefined();
    expect(matches).toMatchObject([
      {
        vulnerability: {
          id: 'CVE-2026-1',
          dataSource: 'https://security.example/CVE-2026-1',
          severity: 'Critical',
          cvss: [{ source: 'nvd', type: 'Primary', metrics: { baseScore: 9.8 } }],
          epss: [{ cve: 'CVE-2026-1', epss: 0.5, percentile: 0.9, date: '2026-08-21' }],
          knownExploited: [{ cve: 'CVE-2026-1' }],
          cwes: [{ cve: 'CVE-2026-1', cwe: 'CWE-79' }],
          fix: { versions: ['3.0.12-1'], state: 'fixed' },
          risk: 100,
        },
        relatedVulnerabilities: [{ id: 'GHSA-1' }],
        matchDetails: [
          { type: 'exact-indirect-match', searchedBy: { package: source }, fix: { suggestedVersion: '3.0.13-1' } },
        ],
        artifact: {
          name: 'libssl3',
          version: '3.0.11-1',
          type: 'deb',
          language: '',
          licenses: ['MIT'],
          locations: [{ path: '/var/lib/dpkg/status' }],
          upstreams: [source],
        },
      },
    ]);
  });

  it.each([
    ['fixed', '2', 'fixed'],
    ['affected', undefined, 'not-fixed'],
    ['will-not-fix', undefined, 'wont-fix'],
    ['end-of-life', undefined, 'wont-fix'],
    ['under-investigation', undefined, 'unknown'],
  ] as const)('says of %s with the fix %s that it is %s', (state, fixedVersion, expected) => {
    const finding = makeVulnerability('X', 'bash', '5.2', {
      state,
      ...(fixedVersion !== undefined && { fixedVersion }),
    });

    const [match] = read([makeReport({ findings: [finding] })], options).matches;

    expect(match!.vulnerability['fix']).toMatchObject({ state: expected });
  });

  it('has a word for every severity', () => {
    const findings = severities.map((severity) => makeVulnerability(severity, 'bash', '5.2', { severity }));

    for (const { vulnerability } of read([makeReport({ findings })], options).matches) {
      expect(vulnerability['severity']).toBe(`${vulnerability['id']}`.replace(/^./, (letter) => letter.toUpperCase()));
    }
  });

  it('keeps what is accepted apart, with the reason, also where it is asked for', () => {
    const suppressed = { by: 'vex:x.json', reason: 'not reached', justification: 'component_not_present' };
    const vex = { status: 'not_affected', by: 'vex:x.json' } as const;
    const report = makeReport({ findings: [makeVulnerability('CVE-1', 'bash', '5.2', { suppressed, vex })] });

    const { matches, ignoredMatches } = read([report], options);

    expect(matches).toEqual([]);
    expect(ignoredMatches).toMatchObject([
      {
        vulnerability: { id: 'CVE-1' },
        appliedIgnoreRules: [
          {
            reason: 'vex:x.json: not reached',
            'vex-status': 'not_affected',
            'vex-justification': 'component_not_present',
          },
        ],
      },
    ]);
    expect(read([report], { ...options, showSuppressed: true })).toEqual(read([report], options));
  });

  it('has a place for a finding whose package nobody lists, and for one without a package', () => {
    const findings = [makeVulnerability('A', 'gone', '1'), makeFinding('B', { location: { path: 'boot/vmlinuz' } })];

    const { matches } = read([makeReport({ findings })], options);

    expect(matches.map(({ artifact }) => artifact.name).sort()).toEqual(['boot/vmlinuz', 'gone']);
    expect(JSON.stringify(matches[1])).toContain('"stock-matcher"');
  });

  it.each([
    ['deb', 'dpkg-matcher'],
    ['rpm', 'rpm-matcher'],
    ['apk', 'apk-matcher'],
    ['alpm', 'pacman-matcher'],
    ['ebuild', 'portage-matcher'],
    ['npm', 'javascript-matcher'],
    ['pypi', 'python-matcher'],
    ['maven', 'java-matcher'],
    ['golang', 'go-module-matcher'],
    ['gem', 'ruby-gem-matcher'],
    ['cargo', 'rust-matcher'],
    ['nuget', 'dotnet-matcher'],
    ['hex', 'hex-matcher'],
    ['bitnami', 'bitnami-matcher'],
    ['composer', 'stock-matcher'],
    ['generic', 'stock-matcher'],
    ['linux-kernel', 'stock-matcher'],
  ])('says of a package of the type %s that %s found it, listed or not', (type, matcher) => {
    const pkg = { ...makePackage('x', '1', { type }), purl: `pkg:${type}/x@1` };
    const named = { name: pkg.name, version: pkg.version, purl: pkg.purl };
    const findings = [makeFinding('A', { package: named })];

    for (const packages of [[pkg], []]) {
      const [match] = read([makeReport({ findings, view: { packages } })], options).matches;
      expect(match).toMatchObject({ matchDetails: [{ matcher }] });
    }
  });

  it('is a list for several images', () => {
    expect(JSON.parse(grypeJson.render([makeReport(), makeReport()], options))).toHaveLength(2);
  });
});
