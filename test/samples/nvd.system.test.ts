import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nvd } from '../../src/enrichers/nvd/index.ts';
import { nvdOverrides } from '../../src/enrichers/nvd-overrides/index.ts';
import type { Enrichment } from '../../src/model/enrichment.ts';
import { readFiles } from '../support/feed-events.ts';
import { type SampleProject, sampleFiles } from '../support/samples.ts';
import { hasShared, readShared } from '../support/shared.ts';

type Row = Readonly<Record<string, unknown>>;

/** A line for each vector, and one for the record: id, rejected, weaknesses. */
function ours({ name, rejected, cwes = [], cvss = [] }: Enrichment): string[] {
  return [
    [name, rejected !== undefined, cwes.join(' ')].join(' | '),
    ...cvss.map(({ vector, score, version }) => [name, version, vector, score].join(' | ')),
  ];
}

/** Two of the converters keep the `cve` of NVD as it is. */
function plain(cve: Row): string[] {
  const rejected = cve['vulnStatus'] === 'Rejected';
  const metrics = Object.values((cve['metrics'] ?? {}) as Record<string, readonly Row[]>)
    .filter(Array.isArray)
    .flat();
  const weaknesses = (cve['weaknesses'] ?? []) as { description: { value: string }[] }[];
  const cwes = new Set(
    weaknesses.flatMap((w) => w.description.map(({ value }) => value)).filter((v) => /^CWE-\d/.test(v)),
  );
  const sorted = [...cwes].toSorted((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  return [
    [cve['id'], rejected, sorted.join(' ')].join(' | '),
    ...metrics
      .map((metric) => metric['cvssData'] as Row | undefined)
      .filter((data) => data !== undefined)
      .map((data) => [cve['id'], data['version'], data['vectorString'], data['baseScore']].join(' | ')),
  ];
}

const json = (text: Buffer): Row => JSON.parse(text.toString()) as Row;

/** Pages of one request, and the converter's file for each CVE of them. */
const pages: readonly (readonly [SampleProject, input: RegExp, golden: RegExp, (file: Row) => Row, count: number])[] = [
  ['vuln-list-update', /fixtures\/(?:respPage(?:1|2|Full)|rootResp)\.json$/, /golden\/api\/.*CVE/, (file) => file, 0],
  ['vunnel', /full-page\.json$/, /snapshots\/full-page\/.*cve-/, ({ item }) => (item as { cve: Row }).cve, 0],
  ['vunnel', /single-entry\.json$/, /snapshots\/single-entry\/.*cve-/, ({ item }) => (item as { cve: Row }).cve, 1],
  // Their case `moddate` asks the server for what changed since a day, which we do not.
  ...['1_item', '3_items', '3_pages', 'increase', 'ssvc_affected'].map((name): (typeof pages)[number] => [
    'vuls-data-update',
    new RegExp(`^fetch/nvd/api/cve/.*fixtures/${name}/\\d+-\\d+`),
    new RegExp(`^fetch/nvd/api/cve/.*golden/${name}/`),
    (file) => file,
    0,
  ]),
];

describe.skipIf(!hasShared)('the samples of NVD', () => {
  it.each(pages)('%s: pages of the API %s', async (project, input, golden, cveOf) => {
    const files = sampleFiles('nvd', project);
    const inputs = [...files].filter(([name]) => input.test(name));
    const goldens = [...files].filter(([name]) => golden.test(name) && name.endsWith('.json'));
    const { enrichments, notes } = await readFiles(nvd, Object.fromEntries(inputs));
    const lines = new Set(goldens.flatMap(([, text]) => plain(cveOf(json(text)))));
    expect([...new Set(enrichments.flatMap(ours))].toSorted()).toEqual([...lines].toSorted());
    expect(goldens.length).toBeGreaterThan(0);
    expect(notes).toEqual([]);
  });

  it('files of years and of what was modified: as vuls-data-update', async () => {
    const files = sampleFiles('nvd', 'vuls-data-update');
    const inputs = [...files]
      .filter(([name]) => /^fetch\/nvd\/feed\/cve\/v2\/.*nvdcve-2\.0-\w+\.json\.gz$/.test(name))
      .map(([name, text]) => [name.replace(/^.*\/(.*)\.gz$/, '$1'), gunzipSync(text)] as const);
    const goldens = [...files].filter(([name]) => /^fetch\/nvd\/feed\/cve\/v2\/.*golden\//.test(name));
    const { enrichments, replaced } = await readFiles(nvd, Object.fromEntries(inputs));
    const lines = new Set(goldens.flatMap(([, text]) => plain(json(text))));
    expect([...new Set(enrichments.flatMap(ours))].toSorted()).toEqual([...lines].toSorted());
    expect(inputs).toHaveLength(3);
    expect(replaced).toContain('CVE-1999-');
  });

  it('authors are those that vuls-data-update names', async () => {
    const files = sampleFiles('nvd', 'vuls-data-update');
    const under = (pattern: RegExp) => [...files].filter(([name]) => pattern.test(name));
    const inputs = under(/^extract\/nvd\/(?:feed\/cve\/v2|api\/cve)\/.*-cve(?:-v2)?\/\d{4}\/CVE-/).filter(
      ([name]) => !name.includes('malformed-id'),
    );
    const goldens = under(/^extract\/nvd\/(?:feed\/cve\/v2|api\/cve)\/.*golden\/.*\/data\/.*CVE-/);
    const page = { vulnerabilities: inputs.map(([, text]) => ({ cve: json(text) })) };
    const { enrichments } = await readFiles(nvd, { 'page.json': JSON.stringify(page) });
    const names: Readonly<Record<string, string>> = {
      'nvd@nist.gov': 'nvd',
      '134c704f-9b21-4f2e-91b3-4a467353bcc0': 'adp:CISA-ADP',
    };
    const theirs = goldens.flatMap(([, text]) => {
      const [{ content }] = json(text)['vulnerabilities'] as [{ content: { id: string; severity?: Row[] } }];
      return (content.severity ?? []).map((row) => {
        const source = row['source'] as string;
        return `${content.id} ${names[source] ?? source} ${(row[row['type'] as string] as Row)['vector']}`;
      });
    });
    const own = enrichments.flatMap(({ name, cvss = [] }) =>
      cvss.map(({ source, vector }) => `${name} ${source.replace(/^(?:cna|adp):(?=\S+@)/, '')} ${vector}`),
    );
    // Records of one CVE lie in several of their cases; some of these make no golden.
    expect([...new Set(theirs)].filter((line) => !own.includes(line))).toEqual([]);
    expect(new Set(theirs).size).toBeGreaterThan(5);
  });

  it('pitfall 21: an id that is none is left out with words', async () => {
    const files = sampleFiles('nvd', 'vuls-data-update');
    const [, text] = [...files].find(([name]) => /malformed-id\/.*nvd-feed-cve-v2/.test(name))!;
    const page = { vulnerabilities: [{ cve: json(text) }, { cve: { id: 'CVE-2024-0001' } }] };
    const { enrichments, notes } = await readFiles(nvd, { 'page.json': JSON.stringify(page) });
    expect(enrichments).toEqual([{ name: 'CVE-2024-0001' }]);
    expect(notes).toEqual(['page.json: "CVE-2024/../../x-0001" is no id of a CVE']);
  });
});

describe.skipIf(!hasShared)('the overrides of 2026-08-21', () => {
  it('are 32,184, each once; their products are kept without versions', async () => {
    const { enrichments, notes } = await readFiles(nvdOverrides, {
      'all.ndjson': readShared('feeds/nvd-overrides/nvd-overrides.ndjson.zst'),
    });
    expect(notes).toEqual([]);
    expect(new Set(enrichments.map(({ name }) => name)).size).toBe(32_184);
    const cpes = enrichments.flatMap((enrichment) => enrichment.cpes ?? []);
    expect(cpes.length).toBeGreaterThan(30_000);
    expect(cpes.filter((cpe) => !/^cpe:2\.3:[aho]:(?:\\:|[^:])+:(?:\\:|[^:])+$/.test(cpe))).toEqual([]);
  });
});
