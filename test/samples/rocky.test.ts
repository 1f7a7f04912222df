import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rockyOsv } from '../../src/ecosystems/rocky/feed.ts';
import { rockyUpdateinfo } from '../../src/ecosystems/rocky/updateinfo.ts';
import { readFiles, updateFrom } from '../support/feed-events.ts';
import { startFeedMirror } from '../support/feed-mirror.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { differencesOf, type Reason } from './differences.ts';
import {
  cvesOf,
  detectionCves,
  detectionFacts,
  factsOf,
  goldenRecords,
  noticeCves,
  noticeFacts,
  overlooked,
  sample,
} from './goldens.ts';

const VULN_LIST = 'rocky/testdata';
const UPDATEINFO = 'fetch/rocky/updateinfo/testdata';
const REPOSITORY = 'rocky-updateinfo/rocky/8/BaseOS/x86_64/os';

/** What goldens have and we do not, on purpose. */
const theirs: readonly Reason[] = [
  [/^RLBA-/, 'repairs a bug and names no CVE'],
  [/^RLSA-2022:1234 /, 'of the vault: a release that ended with its minor number, and is not asked for'],
];

/** The same facts without modules: OSV has no field for them, so that the golden has none. */
function withoutModules(facts: readonly string[]): string[] {
  return facts.map((fact) => fact.replace(/ \S+::/, ' ')).toSorted();
}

/** Goldens that are compared, and those that are not. */
const read = [
  /vuln|rocky\/testdata\/golden/,
  /rocky\/updateinfo\/testdata\/golden\/.*updateinfo/,
  /rocky\/osv\/testdata\/golden/,
];
const unread = [
  [/rocky\/errata\//, 'pages of the API of the site: the same notices as OSV and updateinfo have'],
  [
    /\/modules\//,
    'lists of all builds of a module; that a build is of one is told by its release, of which by the title',
  ],
] as const;

describe.skipIf(!hasShared)('samples of Rocky Linux', () => {
  it('has no golden that is overlooked', () => {
    for (const project of ['vuln-list-update', 'vuls-data-update', 'vunnel'] as const) {
      expect(overlooked(sampleFiles('rocky', project), read, unread)).toEqual([]);
    }
  });

  it('vuln-list-update: updateinfo gives the facts, modules and CVEs of its goldens', async () => {
    const files = sampleFiles('rocky', 'vuln-list-update');
    const { upserts } = await readFiles(rockyUpdateinfo, {
      '8/BaseOS/x86_64/os/updateinfo.xml': sample(files, `${VULN_LIST}/fixtures/happy/updateinfo.xml`),
    });
    const records = goldenRecords(files, /golden\/.*json$/);

    expect(records).toHaveLength(3);
    expect(factsOf(upserts)).toEqual(
      [...new Set(records.flatMap((record) => noticeFacts(record, 'rocky:8')))].toSorted(),
    );
    expect(cvesOf(upserts)).toEqual(records.flatMap(noticeCves).toSorted());
  });

  it('vuls-data-update: updateinfo gives the facts and CVEs of its goldens', async () => {
    const files = sampleFiles('rocky', 'vuls-data-update');
    const base = `${UPDATEINFO}/fixtures/happy/pub/rocky/`;
    const documents = [...files.keys()]
      .filter((path) => path.startsWith(base) && path.endsWith('updateinfo.xml.gz'))
      .map((path) => [path.slice(base.length).replace(/\.gz$/, ''), sample(files, path)] as const);
    const { upserts, notes } = await readFiles(rockyUpdateinfo, Object.fromEntries(documents));
    const records = goldenRecords(files, new RegExp(`^${UPDATEINFO}/golden/happy/.*/updateinfo/`));

    expect(records).toHaveLength(4);
    // The stream is that of the title, which this notice has not.
    expect(
      differencesOf(
        records.flatMap((record) => noticeFacts(record, 'rocky:9')),
        factsOf(upserts),
        theirs,
        [],
      ),
    ).toEqual({
      equal: 2,
      theirs: { [theirs[0]?.[1] ?? '']: 1, [theirs[1]?.[1] ?? '']: 1 },
      ours: {},
      unexplained: [],
    });
    expect(differencesOf(records.flatMap(noticeCves), cvesOf(upserts), theirs, [])).toMatchObject({ unexplained: [] });
    expect(notes).toEqual([]);
  });

  it('vuls-data-update: OSV gives the facts and CVEs of its detections', async () => {
    const files = sampleFiles('rocky', 'vuls-data-update');
    const inputs = [...files].filter(([path]) => path.startsWith('extract/rocky/osv/testdata/fixtures/'));
    const { upserts } = await readFiles(rockyOsv, Object.fromEntries(inputs));
    const records = goldenRecords(files, /^extract\/rocky\/osv\/testdata\/golden\/data\//);

    expect(records).toHaveLength(5);
    expect(withoutModules(factsOf(upserts))).toEqual(
      records.flatMap((record) => detectionFacts(record, (name) => name)).toSorted(),
    );
    expect(cvesOf(upserts)).toEqual(records.flatMap(detectionCves).toSorted());
  });

  it('vuls-data-update: the archive of OSV has the records of its goldens', async () => {
    const files = sampleFiles('rocky', 'vuls-data-update');
    const { upserts } = await readFiles(rockyOsv, {
      'all.zip': files.get('fetch/rocky/osv/testdata/fixtures/all.zip') ?? '',
    });
    const records = goldenRecords(files, /^fetch\/rocky\/osv\/testdata\/golden\//);

    expect(upserts.map(({ id }) => id).toSorted()).toEqual(records.map((record) => record['id']).toSorted());
    expect(upserts).toHaveLength(2);
  });

  it('vunnel: reads its records, which have no golden', async () => {
    const inputs = [...sampleFiles('rocky', 'vunnel')].filter(([path]) => path.includes('/osv/'));
    const { upserts, notes } = await readFiles(rockyOsv, Object.fromEntries(inputs));

    expect(
      upserts.map(({ id, severity, aliases, affected }) => [id, severity, aliases.length, affected[0]?.only?.module]),
    ).toEqual([
      ['RLSA-2021:3891', 'high', 10, undefined],
      ['RLSA-2023:3220', 'high', 7, undefined],
      ['RLSA-2024:3671', 'medium', 3, 'ruby:3.3'],
    ]);
    expect(notes).toEqual([]);
  });

  it.each([
    ['a table of contents without notices', `${VULN_LIST}/fixtures/repomd_invalid/repomd.xml`, 'names no updateinfo'],
    [
      'a table of contents that has lost them',
      `${VULN_LIST}/fixtures/no_updateinfo_field/repomd.xml`,
      'names no updateinfo',
    ],
    ['a document of another checksum', `${VULN_LIST}/fixtures/updateinfo_invalid/repomd.xml`, 'has another checksum'],
  ])('refuses %s', async (_, path, message) => {
    const files = sampleFiles('rocky', 'vuln-list-update');
    await expect(
      updateWith(
        files.get(path) ?? Buffer.of(),
        files.get(`${VULN_LIST}/fixtures/updateinfo_invalid/updateinfo.xml.gz`),
      ),
    ).rejects.toThrow(message);
  });

  it('refuses a document that ends in the middle, and one whose compression is damaged', async () => {
    const broken = sampleFiles('rocky', 'vuln-list-update').get(
      `${VULN_LIST}/fixtures/updateinfo_invalid/updateinfo.xml.gz`,
    );
    const corrupt = sampleFiles('rocky', 'vuls-data-update').get(
      `${UPDATEINFO}/fixtures/corruptcrc/pub/rocky/9/BaseOS/x86_64/os/repodata/corrupt-updateinfo.xml.gz`,
    );
    await expect(updateWith(contents(broken), broken)).rejects.toThrow('cannot be read');
    await expect(updateWith(contents(corrupt), corrupt)).rejects.toThrow();
  });

  it('leaves a notice out whose id is none', async () => {
    const files = sampleFiles('rocky', 'vuls-data-update');
    const path = `${UPDATEINFO}/fixtures/badid/pub/rocky/9/BaseOS/x86_64/os/repodata/badid-updateinfo.xml.gz`;
    const { upserts, notes } = await readFiles(rockyUpdateinfo, {
      '9/BaseOS/x86_64/updateinfo.xml': sample(files, path),
    });

    expect(upserts).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('"NOT-A-VALID-ADVISORY-ID" is no id of this publisher')]);
  });
});

/** A table of contents with the right checksum. */
function contents(body: Buffer | undefined): Buffer {
  const hex = hash('sha256', body ?? '');
  return Buffer.from(
    `<repomd><data type="updateinfo"><checksum type="sha256">${hex}</checksum><location href="repodata/updateinfo.xml.gz"/></data></repomd>`,
  );
}

async function updateWith(repomd: Buffer, document: Buffer | undefined): Promise<unknown> {
  const mirror = await startFeedMirror();
  try {
    mirror.set(`${REPOSITORY}/repodata/repomd.xml`, repomd);
    mirror.set(`${REPOSITORY}/repodata/updateinfo.xml.gz`, document ?? '');
    return await updateFrom(mirror, rockyUpdateinfo, {}, new Set(['rocky:8']));
  } finally {
    mirror.close();
  }
}
