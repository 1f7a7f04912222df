import { createHash } from 'node:crypto';
import { jsonLine } from '../../formats/json-text.ts';
import { type XmlElement, xml, xmlText } from '../../formats/xml/write.ts';
import type { Report } from '../../model/report.ts';
import { escapeText } from '../escape.ts';
import type { Format } from '../format.ts';
import type { ClairVulnerabilityReport } from './documents.ts';
import { clairVulnerabilityReport } from './reports.ts';

/** A vulnerability report of Clair v4 for each image, one a line, as `clairctl report -o json` writes them. */
export const clairJson: Format = {
  id: 'clair-json',
  title: 'Vulnerability reports of Clair v4 as JSON, one a line',
  findingKinds: ['vulnerability'],
  withoutProblems: true,
  withoutAccepted: true,
  steady: true,
  render: (reports) => lines(reports.map((report) => jsonLine(reportOf(report)))),
};

/** `NAME found PACKAGE VERSION ID (fixed: VERSION)` in columns, as `clairctl report` writes them. */
export const clairText: Format = {
  id: 'clair-text',
  title: 'Lines as clairctl writes them: a package and a vulnerability each',
  findingKinds: ['vulnerability'],
  withoutProblems: true,
  withoutAccepted: true,
  steady: true,
  render: (reports) => lines(reports.flatMap((report) => inColumns(rowsOf(report)))),
};

/** A suite for each image and a test for each package, as `clairctl report -o xml` writes them. */
export const clairXml: Format = {
  id: 'clair-xml',
  title: 'JUnit XML as clairctl writes it: a test for each package',
  findingKinds: ['vulnerability'],
  withoutProblems: true,
  withoutAccepted: true,
  steady: true,
  render: (reports) => xmlText(xml('testsuites', {}, reports.map(suiteOf))),
};

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}

function reportOf(report: Report): ClairVulnerabilityReport {
  return clairVulnerabilityReport(report, manifestOf(report));
}

/** Of a manifest; where nothing tells that, of the configuration, and else of the list of layers. */
function manifestOf({ image }: Report): string {
  const { digest, id, layers } = image;
  const known = [digest, id].find(
    (one) => one !== undefined && /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(one),
  );
  const names = layers.map((layer) => layer.digest ?? layer.diffId ?? '');
  return known ?? `sha256:${createHash('sha256').update(names.join('\n')).digest('hex')}`;
}

/** `registry.example/team/app:1` -> `app:1`. */
function nameOf({ image }: Report): string {
  return escapeText(image.reference.slice(image.reference.lastIndexOf('/') + 1));
}

function rowsOf(report: Report): readonly (readonly string[])[] {
  const name = nameOf(report);
  const { packages, vulnerabilities, package_vulnerabilities: byPackage } = reportOf(report);
  const rows = Object.entries(byPackage).flatMap(([id, ids]) =>
    ids.map((one) => {
      const { name: package_ = '', version = '' } = packages[id] ?? {};
      const { name: vulnerability = '', fixed_in_version: fixed = '' } = vulnerabilities[one] ?? {};
      const cells = [name, 'found', package_, version, vulnerability].map(escapeText);
      return fixed === '' ? cells : [...cells, `(fixed: ${escapeText(fixed)})`];
    }),
  );
  if (rows.length > 0) return rows;
  // As clairctl says it of an image that it could not have judged.
  return report.coverage.complete ? [[name, 'ok']] : [[name, 'error', 'not everything could be read or judged']];
}

/** Cells one below the other, with a blank between them; a column goes as far as lines in a row have something behind it. */
function inColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const padded = rows.map((row) => [...row]);
  for (let column = 0; padded.some((row) => row.length > column + 1); column++) {
    for (let from = 0; from < padded.length; ) {
      let end = from;
      while (end < padded.length && padded[end]!.length > column + 1) end++;
      const block = padded.slice(from, end);
      const width = block.reduce((most, row) => Math.max(most, row[column]!.length), 0) + 1;
      for (const row of block) row[column] = row[column]!.padEnd(width);
      from = end + 1;
    }
  }
  return padded.map((row) => row.join(''));
}

function suiteOf(report: Report): XmlElement {
  const document = reportOf(report);
  const { packages, vulnerabilities, package_vulnerabilities: byPackage } = document;
  const cases = Object.values(packages).map(({ id, name, version }) => {
    const found = byPackage[id] ?? [];
    const names = found.map((one) => `\n\t${escapeText(vulnerabilities[one]?.name ?? '')}`);
    const failure = xml('failure', {}, `Found the following vulnerabilities:${names.join('')}`);
    return xml('testcase', { name: escapeText(`${name} ${version}`) }, found.length === 0 ? [] : [failure]);
  });
  const manifest = xml('property', { name: 'manifest', value: document.manifest_hash });
  const attributes = {
    name: escapeText(report.image.reference),
    tests: cases.length,
    errors: 0,
    failures: Object.keys(byPackage).length,
  };
  return xml('testsuite', attributes, [xml('properties', {}, [manifest]), ...cases]);
}
