import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecosystems } from '../src/ecosystems/index.ts';
import type { Package } from '../src/model/package.ts';
import type { Report } from '../src/model/report.ts';
import { loadFormats } from '../src/report/index.ts';
import { readSbomDocument } from '../src/sbom/read-document.ts';
import { sbomOf } from '../src/sbom/sbom-of.ts';
import { exchangeErrors } from './support/exchange-schemas.ts';
import { largeReport } from './support/large-report.ts';
import { projectRoot } from './support/program.ts';
import { relatedPackages } from './support/related-packages.ts';
import { makeReport, oneOfEachKind, someProblems } from './support/report.ts';
import { sarifErrors } from './support/sarif-schema.ts';
import { cycloneDxXmlErrors, sbomErrors } from './support/sbom-schemas.ts';
import { scanOne } from './support/scan.ts';

/*
 * Every report in every form that has a schema: no document breaks it. Those that list packages are read again, and have the
 * same packages with the same versions and relations.
 */

const options = {
  width: 80,
  colour: false,
  showSuppressed: true,
  variables: { GITHUB_SHA: 'b'.repeat(40), GITHUB_REF: 'refs/heads/main' },
};

const reports = new Map<string, Report>();

beforeAll(async () => {
  const [first, second] = [relatedPackages(5), relatedPackages(6)];
  expect(Math.min(first.length, second.length)).toBeGreaterThan(10);
  const findings = [...oneOfEachKind, ...largeReport(25).findings];
  reports.set('a scan of a real image', await scanOne(path.join(projectRoot, 'examples/demo.tar')));
  reports.set('findings of all kinds', { ...largeReport(25), findings });
  reports.set(
    'packages with all that they can have',
    makeReport({ findings, problems: someProblems, view: { packages: first } }),
  );
  reports.set('other packages, and problems', makeReport({ findings: oneOfEachKind, view: { packages: second } }));
});

async function textsOf(id: string): Promise<readonly (readonly [Report, string])[]> {
  const [format] = await loadFormats([id]);
  return [...reports.values()].map((report) => [report, format!.render([report], options)]);
}

function readBack(text: string): readonly Package[] {
  const read = readSbomDocument(Buffer.from(text), 'bom', { components: 10_000 });
  expect(read.faults).toEqual([]);
  return sbomOf(read, 'bom', ecosystems).packages;
}

/** What a package is, and what it needs. */
function essence(
  list: readonly Package[],
  isKept: (from: Package, to: Package) => boolean = () => true,
): readonly string[] {
  const byPurl = new Map(list.map((pkg) => [pkg.purl, pkg]));
  // A package URL has a name of PyPI in the form that all its spellings share (PEP 503).
  const name = ({ type, name: own, version }: Package): string =>
    JSON.stringify([type, type === 'pypi' ? own.replace(/[-_.]+/g, '-').toLowerCase() : own, version]);
  return list
    .map((pkg) => {
      const needs = (pkg.dependsOn ?? []).flatMap((purl) => byPurl.get(purl) ?? []).filter((to) => isKept(pkg, to));
      return `${name(pkg)} ${needs.map(name).sort().join(' ')}`;
    })
    .sort();
}

const byPurl = (list: readonly Package[]) => list.toSorted((a, b) => (a.purl < b.purl ? -1 : 1));

let count = 0;

describe.each(['cyclonedx-1.5', 'cyclonedx-1.6', 'cyclonedx-1.7', 'spdx', 'spdx-tv', 'spdx-3'])('%s', (id) => {
  it('is valid, and gives back packages, versions and relations', async () => {
    for (const [report, text] of await textsOf(id)) {
      if (id === 'spdx-3') expect(exchangeErrors(id, text)).toEqual([]);
      else if (id !== 'spdx-tv') expect(sbomErrors(id, text)).toEqual([]);
      else for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(?:[A-Z][A-Za-z]+: \S.*)?$/);
      expect(byPurl(readBack(text))).toEqual(byPurl(report.packages));
      count++;
    }
  });
});

describe('cyclonedx-xml', () => {
  it('is valid, and gives back packages, versions and relations', async () => {
    const texts = await textsOf('cyclonedx-xml');

    expect(await cycloneDxXmlErrors(texts.map(([, text]) => text))).toEqual([]);
    for (const [report, text] of texts) {
      expect(byPurl(readBack(text))).toEqual(byPurl(report.packages));
      count++;
    }
  });
});

describe('trivy-json', () => {
  /** A result of Trivy is of one system or language: what needs what in another one it has no place for. */
  const result = ({ type }: Package): string => (/^(?:deb|rpm|apk|alpm)$/.test(type) ? 'system' : type);

  it('gives back packages, versions and relations', async () => {
    for (const [report, text] of await textsOf('trivy-json')) {
      const isKept = (from: Package, to: Package): boolean => result(from) === result(to);
      expect(essence(readBack(text))).toEqual(essence(report.packages, isKept));
      count++;
    }
  });
});

describe('github', () => {
  it('is valid, and gives back packages, versions and relations', async () => {
    for (const [report, text] of await textsOf('github')) {
      expect(exchangeErrors('github', text)).toEqual([]);
      expect(essence(readBack(text))).toEqual(essence(report.packages));
      count++;
    }
  });
});

describe.each(['gitlab', 'gitlab-codequality', 'cosign-vuln', 'grype-json', 'openvex', 'sarif'])('%s', (id) => {
  it('is valid', async () => {
    const [format] = await loadFormats([id]);
    for (const [report, text] of await textsOf(id)) {
      if (format!.nothing?.([report]) !== undefined) continue;
      expect(id === 'sarif' ? sarifErrors(text) : exchangeErrors(id, text)).toEqual([]);
      count++;
    }
  });
});

it('these are 55 documents at least', () => {
  expect(count).toBeGreaterThanOrEqual(55);
});
