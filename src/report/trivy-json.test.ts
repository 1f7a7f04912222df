import { expect, it } from 'vitest';
import { makeReport, makeVulnerability, oneOfEachKind } from '../../test/support/report.ts';
import { makePackage } from '../../test/support/view.ts';
import { readTrivy } from '../formats/trivy/read.ts';
import type { Package } from '../model/package.ts';
import { trivyJson } from './trivy-json.ts';

const options = { width: 80, colour: false };

interface Result {
  readonly Class: string;
  readonly Packages?: readonly { readonly ID: string; readonly Identifier: { readonly PURL: string } }[];
  readonly Vulnerabilities?: readonly Record<string, unknown>[];
  readonly Secrets?: readonly unknown[];
  readonly Misconfigurations?: readonly unknown[];
  readonly Licenses?: readonly unknown[];
}

it('has every package and every finding in the place that Trivy has for it', () => {
  const vulnerability = makeVulnerability('CVE-2026-1', 'openssl', '3.0.11-1', {
    severity: 'negligible',
    fixedVersion: '3.0.12-1',
    score: { cvss: [{ version: '3.1', vector: 'CVSS:3.1/AV:N', score: 7.5, source: 'nvd' }], cwes: ['CWE-79'] },
  });
  const findings = [...oneOfEachKind.filter(({ kind }) => kind !== 'vulnerability'), vulnerability];
  const report = makeReport({ findings });
  const document = JSON.parse(trivyJson.render([report], options)) as {
    readonly SchemaVersion: number;
    readonly Results: readonly Result[];
  };
  const { Results: results } = document;
  expect(document).toMatchObject({ SchemaVersion: 2, ArtifactName: report.image.reference });
  expect(results.flatMap(({ Packages = [] }) => Packages)).toHaveLength(report.packages.length);
  const [own, ...others] = results.flatMap(({ Vulnerabilities = [] }) => Vulnerabilities);
  expect(others).toEqual([]);
  expect(own).toMatchObject({
    VulnerabilityID: 'CVE-2026-1',
    PkgName: 'openssl',
    InstalledVersion: '3.0.11-1',
    FixedVersion: '3.0.12-1',
    Status: 'fixed',
    Severity: 'LOW',
    CVSS: { nvd: { V3Vector: 'CVSS:3.1/AV:N', V3Score: 7.5 } },
    CweIDs: ['CWE-79'],
  });
  const rest = results.flatMap(({ Secrets = [], Misconfigurations = [], Licenses = [] }) => [
    ...Secrets,
    ...Misconfigurations,
    ...Licenses,
  ]);
  expect(rest).toHaveLength(findings.length - 1);
});

it('is read by our reader of Trivy with the same packages', () => {
  const report = makeReport();
  const { components, faults } = readTrivy(Buffer.from(trivyJson.render([report], options)), { components: 1000 });
  const names = components.filter(({ kind }) => kind === 'library').map(({ name, version }) => `${name} ${version}`);
  expect(names.toSorted()).toEqual(report.packages.map(({ name, version }) => `${name} ${version}`).toSorted());
  expect(faults).toEqual([]);
});

it('gives each package of a result an id of its own, and names none of another result by it', () => {
  const make = (type: string, arch: string, more: Partial<Package> = {}): Package => ({
    ...makePackage('x', '', { type }),
    arch,
    purl: `pkg:${type}/x?arch=${arch}`,
    ...more,
  });
  const [one, two, other] = [make('deb', 'a'), make('deb', 'b', { dependsOn: ['pkg:npm/x?arch=a'] }), make('npm', 'a')];
  const three = make('deb', 'c', { dependsOn: [one!.purl, two!.purl] });

  const report = makeReport({ view: { packages: [one!, two!, other!, three] } });

  const { Results: results } = JSON.parse(trivyJson.render([report], options)) as {
    Results: { Packages: { ID: string; Identifier: { PURL: string }; DependsOn?: string[] }[] }[];
  };
  const rows = results.flatMap(({ Packages }) => Packages);
  expect(rows.map(({ ID, DependsOn = [] }) => [ID, ...DependsOn].join(' ')).sort()).toEqual(
    ['x@', 'x@', 'x@#2', 'x@#3 x@ x@#2'].sort(),
  );
});
