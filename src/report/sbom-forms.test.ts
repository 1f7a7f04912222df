import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyPackages } from '../../test/support/any-packages.ts';
import { exchangeErrors } from '../../test/support/exchange-schemas.ts';
import { relatedPackages } from '../../test/support/related-packages.ts';
import { makeReport, makeVulnerability, oneOfEachKind, someProblems } from '../../test/support/report.ts';
import { cycloneDxXmlErrors, sbomErrors } from '../../test/support/sbom-schemas.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import { readSbomDocument } from '../sbom/read-document.ts';
import { sbomOf } from '../sbom/sbom-of.ts';
import { loadFormats } from './index.ts';

const options = { width: 80, colour: false };

/** Everything that a report can say of vulnerabilities. */
const full = makeReport({
  findings: [
    ...oneOfEachKind,
    makeVulnerability('CVE-2024-0002', 'bash', '5.2', {
      severity: 'negligible',
      suppressed: { by: 'vex:x.json', reason: 'not <there> & "so"', justification: 'component_not_present' },
      vex: { status: 'not_affected', by: 'vex:x.json' },
      score: {
        cvss: [
          { version: '4.0', vector: 'CVSS:4.0/AV:N', score: 9.1, source: 'cna:x' },
          { version: '2.0', vector: 'AV:N', source: 'nvd' },
        ],
        cwes: ['CWE-79'],
      },
    }),
    makeVulnerability('CVE-2024-0003', 'bash', '5.2', { suppressed: { by: 'policy:p:1', reason: 'later' } }),
  ],
  problems: someProblems,
});

/** Forms of text that have no controls and change blanks cannot carry other names; JSON can. */
const isPlain = ({ packages }: Report): boolean =>
  !/\\u|\\[bfnrt]|[^\x20-\x7e]|\s"|"\s|\s\s/.test(JSON.stringify(packages));

const reportOf = (packages: readonly Package[]): Report => makeReport({ view: { packages } });

const sampled: readonly Report[] = [
  full,
  ...fc.sample(anyPackages, { numRuns: 9, seed: 7 }).map(reportOf),
  ...[7, 8, 9].map((seed) => reportOf(relatedPackages(seed))),
];

it('packages that every form can carry are among the samples', () => {
  expect(sampled.filter((report) => report.packages.length > 10 && isPlain(report)).length).toBeGreaterThan(2);
});

async function formatOf(id: string) {
  const [format] = await loadFormats([id]);
  return (report: Report): string => format!.render([report], options);
}

function readBack(text: string): readonly Package[] {
  const read = readSbomDocument(Buffer.from(text), 'bom', { components: 1000 });
  expect(read.faults).toEqual([]);
  return sbomOf(read, 'bom', ecosystems).packages;
}

const byPurl = (list: readonly Package[]) => list.toSorted((a, b) => (a.purl < b.purl ? -1 : 1));

describe('cyclonedx-1.5', () => {
  it('is valid by its official schema, and gives back all packages', async () => {
    const render = await formatOf('cyclonedx-1.5');

    for (const report of sampled) {
      const text = render(report);
      expect(sbomErrors('cyclonedx-1.5', text)).toEqual([]);
      expect(byPurl(readBack(text))).toEqual(byPurl(report.packages));
    }
  });
});

describe('cyclonedx-xml', () => {
  it('is valid by its official schema, and gives back all packages', async () => {
    const render = await formatOf('cyclonedx-xml');
    const documents = sampled.map(render);

    expect(await cycloneDxXmlErrors(documents)).toEqual([]);
    for (const report of sampled) {
      const back = readBack(render(report));
      if (isPlain(report)) expect(byPurl(back)).toEqual(byPurl(report.packages));
      else expect(back).toHaveLength(report.packages.length);
    }
  });
});

it('what the schemas of XML refuse is told', async () => {
  const bad = '<bom xmlns="http://cyclonedx.org/schema/bom/1.7"><components><component/></components></bom>';

  expect(await cycloneDxXmlErrors([bad])).not.toEqual([]);
});

describe('spdx-3', () => {
  it('is valid, its references lead somewhere, and it gives back all packages', async () => {
    const render = await formatOf('spdx-3');

    for (const report of sampled) {
      const text = render(report);
      expect(exchangeErrors('spdx-3', text)).toEqual([]);
      expect(lostIds(text)).toEqual([]);
      expect(byPurl(readBack(text))).toEqual(byPurl(report.packages));
    }
  });

  it('has the vulnerabilities that nobody ruled out', async () => {
    const { '@graph': graph } = JSON.parse((await formatOf('spdx-3'))(full)) as {
      '@graph': { type: string; name?: string }[];
    };

    const found = graph.filter(({ type }) => type === 'security_Vulnerability').map(({ name }) => name);
    expect(found).toEqual(['CVE-2024-0001', 'CVE-2024-0003']);
  });
});

/** What is referred to and not there, and what is there twice. */
function lostIds(text: string): readonly string[] {
  const { '@graph': graph } = JSON.parse(text) as { '@graph': Record<string, unknown>[] };
  const ids = graph.map((element) => element['spdxId'] ?? element['@id']);
  const named = ['element', 'rootElement', 'to', 'from', 'subject', 'suppliedBy', 'createdBy', 'createdUsing'];
  const used = graph.flatMap((element) => named.flatMap((name) => [element[name] ?? []].flat()));
  const known = new Set(ids);
  return [
    ...(known.size === ids.length ? [] : ['an id stands twice']),
    ...used.filter((id) => !known.has(id)).map((id) => `nothing is called ${String(id)}`),
  ];
}

describe('spdx-tv', () => {
  it('has a tag on each line, and gives back all packages', async () => {
    const render = await formatOf('spdx-tv');

    for (const report of sampled) {
      const text = render(report);
      for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(?:[A-Z][A-Za-z]+: \S.*)?$/);
      expect(text.split('\n').filter((line) => line.startsWith('PackageName:'))).toHaveLength(
        1 + 1 + report.packages.length,
      );
      const back = readBack(text);
      if (isPlain(report)) expect(byPurl(back)).toEqual(byPurl(report.packages));
      else expect(back).toHaveLength(report.packages.length);
    }
  });
});
