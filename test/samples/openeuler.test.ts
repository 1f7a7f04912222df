import { describe, expect, it } from 'vitest';
import { openEulerCsaf, openEulerCvrf } from '../../src/ecosystems/openeuler/documents.ts';
import { openEulerOsv } from '../../src/ecosystems/openeuler/feed.ts';
import { asList, asRecord, type JsonRecord } from '../../src/formats/record.ts';
import { readFiles, updateFrom } from '../support/feed-events.ts';
import { startFeedMirror } from '../support/feed-mirror.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { differencesOf, type Reason } from './differences.ts';
import { cvesOf, factsOf, goldenRecords, overlooked } from './goldens.ts';
import { osvGoldenFacts, rangeFacts } from './osv-facts.ts';

const namespaceOf = (name: string) => name.replace(/^openEuler[:-]/, 'openeuler:');
const list = (value: unknown) => asList(value).map((item) => asRecord(item) ?? {});

/** `ID NAMESPACE NAME ARCH VERSION` of the file of a package; undefined for a source, whose version the others have. */
function fileFact(id: string, release: string, file: string): string[] {
  const [, name, version, arch] = /^(.+)-([^-]+-[^-]+)\.(\w+)\.rpm$/.exec(file) ?? [];
  return arch === 'src' ? [] : [`${id} ${namespaceOf(release)} ${name} ${arch} ${version}`];
}

/** The same with keys that the two converters have in common. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  const record = asRecord(value);
  if (record === undefined) return value;
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key.replaceAll('_', ''), plain(inner)]));
}

/** Files of a golden of CVRF. */
function cvrfFacts(golden: JsonRecord): string[] {
  const record = plain(golden) as JsonRecord;
  const tracking = asRecord(record['tracking'] ?? record['documenttracking']) ?? {};
  const id = String(tracking['id'] ?? asRecord(tracking['identification'])?.['id']);
  const tree = asRecord(record['producttree']) ?? {};
  const branches = list(tree['branches'] ?? tree['branch']).filter(({ type }) => type === 'Package Arch');
  return branches.flatMap((branch) =>
    list(branch['productions'] ?? [branch['fullproductname']]).flatMap((product) => {
      const release = `openEuler-${String(product['cpe']).split(':').at(-1)}`;
      return fileFact(id, release, String(product['text']));
    }),
  );
}

function cvrfCves(golden: JsonRecord): string[] {
  const record = plain(golden) as JsonRecord;
  const tracking = asRecord(record['tracking'] ?? record['documenttracking']) ?? {};
  const id = String(tracking['id'] ?? asRecord(tracking['identification'])?.['id']);
  return list(record['vulnerabilities'] ?? record['vulnerability']).map(({ cve }) => `${id} ${String(cve)}`);
}

/** Files of a golden of CSAF: its relationships. */
function csafFacts(record: JsonRecord): string[] {
  const id = String(asRecord(asRecord(record['document'])?.['tracking'])?.['id']);
  return list(asRecord(record['product_tree'])?.['relationships']).flatMap((one) =>
    fileFact(id, String(one['relates_to_product_reference']), String(one['product_reference'])),
  );
}

const lastOfBranch: readonly Reason[] = [
  [
    /^openEuler-SA-2025-1379 .* firefox(?:-debuginfo)? /,
    'the converter keeps the last product of a branch; the document has three',
  ],
];

const unique = (facts: readonly string[]) => [...new Set(facts)].toSorted();

describe.skipIf(!hasShared)('samples of openEuler', () => {
  it('has no golden that is overlooked', () => {
    const read = [
      /openeuler\/testdata\/golden/,
      /osv\/testdata\/golden/,
      /csaf\/testdata\/golden/,
      /cvrf\/testdata\/golden\/SA/,
    ];
    const unread = [[/HotPatchSA/, 'patches of a running kernel: no image has one']] as const;
    for (const project of ['vuln-list-update', 'vuls-data-update'] as const) {
      expect(overlooked(sampleFiles('openeuler', project), read, unread)).toEqual([]);
    }
  });

  it('vuls-data-update: OSV gives the fixes and CVEs of its golden', async () => {
    const files = sampleFiles('openeuler', 'vuls-data-update');
    const folder = 'fetch/openeuler/osv/testdata';
    const { upserts, notes } = await readFiles(openEulerOsv, {
      'OESA-2021-1001.json': files.get(`${folder}/fixtures/happy/OESA-2021-1001.json`) ?? '',
    });
    const golden = JSON.parse(String(files.get(`${folder}/golden/2021/OESA-2021-1001.json`)));

    expect(rangeFacts(upserts)).toEqual(osvGoldenFacts(golden, namespaceOf));
    expect(upserts.map(({ aliases, severity }) => [aliases, severity])).toEqual([[golden.upstream, 'high']]);
    expect(notes).toEqual([]);
  });

  it.each([
    ['vuln-list-update', /^openeuler\/testdata\/cvrf-.*xml$/, /^openeuler\/testdata\/golden\//, 4, []],
    [
      'vuls-data-update',
      /\/cvrf\/testdata\/fixtures\/happy\/cvrf\/.*xml$/,
      /\/cvrf\/testdata\/golden\/SA\//,
      1,
      lastOfBranch,
    ],
  ] as const)('%s: CVRF gives the builds and CVEs of its goldens', async (project, input, golden, count, ours) => {
    const files = sampleFiles('openeuler', project);
    const documents = [...files].filter(([path]) => input.test(path));
    const { upserts, notes } = await readFiles(openEulerCvrf, Object.fromEntries(documents));
    const records = goldenRecords(files, golden);

    expect(records).toHaveLength(count);
    const expected = unique(records.flatMap(cvrfFacts));
    expect(expected.length).toBeGreaterThan(1);
    expect(differencesOf(expected, factsOf(upserts), [], ours)).toMatchObject({
      equal: expected.length,
      theirs: {},
      unexplained: [],
    });
    expect(cvesOf(upserts)).toEqual(unique(records.flatMap(cvrfCves)));
    expect(upserts.filter(({ severity }) => severity === 'unknown')).toEqual([]);
    expect(notes).toEqual([]);
  });

  it('vuls-data-update: CSAF gives the builds of its goldens; one of its documents is damaged', async () => {
    const files = sampleFiles('openeuler', 'vuls-data-update');
    const documents = [...files].filter(([path]) => /\/csaf\/testdata\/fixtures\/.*json$/.test(path));
    const { upserts, notes } = await readFiles(openEulerCsaf, Object.fromEntries(documents));
    const records = goldenRecords(files, /\/csaf\/testdata\/golden\//);

    expect(records).toHaveLength(3);
    expect(factsOf(upserts)).toEqual(unique(records.flatMap(csafFacts)));
    expect(upserts.map(({ id, aliases }) => [id, aliases]).toSorted()).toEqual([
      ['CVE-2023-52920', []],
      ['CVE-2025-30346', []],
      ['openEuler-SA-2025-1351', ['CVE-2025-29768']],
    ]);
    expect(notes).toEqual([expect.stringMatching(/csaf-openeuler-cve-2024-50187\.json: .*JSON/)]);
  });

  it.each([
    ['EOF.txt', /cannot be read/],
    ['invalid.txt', /cannot be read/],
    ['broken-cvrf.xml', /cannot be read/],
  ])('vuln-list-update: refuses %s', async (name, message) => {
    const content = sampleFiles('openeuler', 'vuln-list-update').get(`openeuler/testdata/${name}`) ?? Buffer.of();

    await expect(readFiles(openEulerCvrf, { 'cvrf-openEuler-SA-2021-1.xml': content })).rejects.toThrow(message);
  });

  it('vuln-list-update: downloads what its index lists, and nothing again that did not change', async () => {
    const files = sampleFiles('openeuler', 'vuln-list-update');
    const mirror = await startFeedMirror();
    try {
      mirror.set('openeuler-cvrf/index.txt', files.get('openeuler/testdata/index.txt') ?? '');
      for (const [path, content] of files) {
        const [, name, year] = /testdata\/(cvrf-openEuler-SA-(\d{4})-\d+\.xml)$/.exec(path) ?? [];
        if (name !== undefined) mirror.set(`openeuler-cvrf/${year}/${name}`, content);
      }
      const first = await updateFrom(mirror, openEulerCvrf);
      const second = await updateFrom(mirror, openEulerCvrf, first.state);
      expect([first.upserts.length, second.upserts.length]).toEqual([4, 0]);
      expect(mirror.requests.splice(0).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 304]);

      mirror.set(
        'openeuler-cvrf/index.txt',
        `${String(files.get('openeuler/testdata/index.txt'))}\n2024/cvrf-openEuler-SA-2024-9.xml\n`,
      );
      const third = await updateFrom(mirror, openEulerCvrf, second.state);
      expect(third.upserts).toEqual([]);
      expect(third.notes).toEqual(['2024/cvrf-openEuler-SA-2024-9.xml is listed, but not there']);
      expect(mirror.requests.map(({ status }) => status).toSorted()).toEqual([200, 304, 304, 304, 304, 404]);

      mirror.set('openeuler-cvrf/index.txt', 'nothing\n');
      await expect(updateFrom(mirror, openEulerCvrf)).rejects.toThrow('lists no documents');
    } finally {
      mirror.close();
    }
  });
});
