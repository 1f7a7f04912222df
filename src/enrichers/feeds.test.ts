import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../test/support/feed-events.ts';
import { type FeedMirror, startFeedMirror } from '../../test/support/feed-mirror.ts';
import { projectRoot } from '../../test/support/run.ts';
import { tar } from '../../test/support/tar.ts';
import { zip } from '../../test/support/zip.ts';
import { cveList } from './cve-list/index.ts';
import { cwe } from './cwe/index.ts';
import { endOfLife } from './end-of-life/index.ts';
import { epss } from './epss/index.ts';
import { enrichers } from './index.ts';
import { kev } from './kev/index.ts';
import { nvd } from './nvd/index.ts';
import { nvdOverrides } from './nvd-overrides/index.ts';

let mirror: FeedMirror;
beforeEach(async () => {
  mirror = await startFeedMirror();
});
afterEach(() => mirror.close());

const asked = (): string[] => mirror.requests.splice(0).map(({ path: asked, status }) => `${status} ${asked}`);
const today = new Date().toISOString().slice(0, 10);
const names = (run: { readonly enrichments: readonly { readonly name: string }[] }) =>
  run.enrichments.map(({ name }) => name);

describe('enrichers', () => {
  it('each have a name, a folder and a README of their own that tells its address and its licence', () => {
    expect(new Set(enrichers.map(({ name }) => name)).size).toBe(enrichers.length);
    expect(new Set(enrichers.map(({ folder }) => folder)).size).toBe(enrichers.length);
    const folders = ['cve-list', 'cwe', 'end-of-life', 'epss', 'kev', 'nvd', 'nvd-overrides'];
    for (const [index, feed] of enrichers.entries()) {
      const readme = path.join(projectRoot, 'src/enrichers', folders[index]!, 'README.md');
      expect(existsSync(readme)).toBe(true);
      const text = readFileSync(readme, 'utf8');
      expect(text).toContain(feed.title);
      expect(text).toContain(feed.url);
      expect(text).toContain(`\`${feed.folder}/\``);
      expect(feed.enriches).toBe(true);
    }
  });
});

describe('KEV', () => {
  const catalogue = (...ids: string[]) =>
    JSON.stringify({ count: ids.length, vulnerabilities: ids.map((cveID) => ({ cveID, dateAdded: '2024-01-01' })) });
  const file = 'cisa-kev/known_exploited_vulnerabilities.json';

  it('is read again only when it changed', async () => {
    mirror.set(file, catalogue('CVE-2024-0001', 'CVE-2024-0002'));
    const first = await updateFrom(mirror, kev);
    expect(names(first)).toEqual(['CVE-2024-0001', 'CVE-2024-0002']);
    expect(first.replaced).toEqual(['']);
    const second = await updateFrom(mirror, kev, first.state);
    expect(second.enrichments).toEqual([]);
    expect(asked()).toEqual([`200 ${file}`, `304 ${file}`]);
  });

  it.each([
    ['no list', '{"vulnerabilities":{}}', /has no vulnerabilities/],
    ['a list', '[]', /has no vulnerabilities/],
    ['nothing in it', '{"vulnerabilities":[]}', /has no records/],
    ['entries that are none', '{"vulnerabilities":[1,null,"x",{}]}', /4 of 4 records .* unreadable/],
  ])('with %s is refused', async (_, text, words) => {
    await expect(readFiles(kev, { 'a.json': text })).rejects.toThrow(words);
  });

  it('pitfall 26: leaves out days that cannot be, and ids that are none', async () => {
    const entry = (cveID: unknown, dateAdded: unknown, more = {}) => ({ cveID, dateAdded, ...more });
    const vulnerabilities = [
      entry('CVE-2024-0001', '2024-02-30'),
      entry('CVE-2024-0002', '0001-01-01'),
      entry('cve-2024-0003', '2024-01-01'),
      entry('CVE-2024-0004', '2024-01-01', {
        dueDate: '9999-99-99',
        notes: 'javascript:alert(1); https://a.example/x',
      }),
    ];
    const { enrichments, notes } = await readFiles(kev, { 'a.json': JSON.stringify({ vulnerabilities }) });
    expect(enrichments).toEqual([
      { name: 'CVE-2024-0004', exploited: { added: '2024-01-01' }, urls: ['https://a.example/x'] },
    ]);
    expect(notes).toEqual([
      'CVE-2024-0001 does not tell when it was added',
      'CVE-2024-0002 does not tell when it was added',
      '"cve-2024-0003" is no id of a CVE',
    ]);
  });
});

describe('EPSS', () => {
  const scores = (...rows: string[]) =>
    gzipSync(['#model_version:v1,score_date:2026-08-16T12:00:00Z', 'cve,epss,percentile', ...rows].join('\n'));

  it('is asked for the scores of now, and read again only when they changed', async () => {
    mirror.set('epss/epss_scores-current.csv.gz', scores('CVE-2024-0001,0.5,0.9'));
    const first = await updateFrom(mirror, epss);
    expect(first.enrichments).toEqual([
      { name: 'CVE-2024-0001', epss: { score: 0.5, percentile: 0.9, date: '2026-08-16' } },
    ]);
    expect((await updateFrom(mirror, epss, first.state)).enrichments).toEqual([]);
    expect(asked()).toEqual(['200 epss/epss_scores-current.csv.gz', '304 epss/epss_scores-current.csv.gz']);
  });

  it('of a mirror that has days only is that of the last day', async () => {
    const file = `epss/epss_scores-${today}.csv.gz`;
    mirror.set(file, scores('CVE-2024-0001,0.5,0.9'));
    expect(names(await updateFrom(mirror, epss))).toEqual(['CVE-2024-0001']);
    expect(asked()).toEqual(['404 epss/epss_scores-current.csv.gz', `200 ${file}`]);
  });

  it.each([
    ['that ends in the middle', scores('CVE-2024-0001,0.5,0.9').subarray(0, 40), /./],
    ['of another form', gzipSync('<html>'), /columns of the EPSS scores/],
    ['without rows', scores(), /has no records/],
    ['of nonsense', scores(...Array.from({ length: 50 }, (_, i) => `CVE-2024-${1000 + i},2,nan`)), /50 of 50 records/],
  ])('%s is refused', async (_, body, words) => {
    mirror.set('epss/epss_scores-current.csv.gz', body);
    await expect(updateFrom(mirror, epss)).rejects.toThrow(words);
  });

  it('tells lines that are no scores', async () => {
    const text =
      'cve,epss,percentile\nCVE-2024-0001,1.5,0.5\nCVE-2024-0002,-1,0\nCVE-2024-0003,0.1\nx,0.1,0.1\nCVE-2024-0004,1,0\n';
    const { enrichments, notes } = await readFiles(epss, { 'epss_scores-2024-01-02.csv': text });
    expect(enrichments).toEqual([{ name: 'CVE-2024-0004', epss: { score: 1, percentile: 0, date: '2024-01-02' } }]);
    expect(notes).toHaveLength(4);
  });
});

describe('the CVE list', () => {
  const record = (cveId: string, title = 'A hole', more = {}) =>
    JSON.stringify({
      cveMetadata: { cveId, state: 'PUBLISHED', ...more },
      containers: { cna: { title, providerMetadata: { shortName: 'x' } } },
    });
  const log = (...passes: [at: string, ...ids: string[]][]) =>
    JSON.stringify(
      passes.map(([fetchTime, ...ids]) => ({ fetchTime, new: ids.map((cveId) => ({ cveId })), updated: [] })),
    );
  const changes = 'cve-list/raw/refs/heads/main/cves/deltaLog.json';
  const archive = 'cve-list/archive/refs/heads/main.zip';
  const single = (id: string, folder: string) => `cve-list/raw/refs/heads/main/cves/2024/${folder}/${id}.json`;

  it('comes as an archive first, then record by record', async () => {
    mirror.set(changes, log(['2026-11-01T00:00:00Z', 'CVE-2024-0001']));
    mirror.set(archive, zip([{ name: 'm/cves/2024/0xxx/CVE-2024-0001.json', content: record('CVE-2024-0001') }]));
    const first = await updateFrom(mirror, cveList);
    expect(names(first)).toEqual(['CVE-2024-0001']);
    expect(asked()).toEqual([`200 ${changes}`, `200 ${archive}`]);

    expect((await updateFrom(mirror, cveList, first.state)).enrichments).toEqual([]);
    expect(asked()).toEqual([`304 ${changes}`]);

    mirror.set(changes, log(['2026-11-02T00:00:00Z', 'CVE-2024-12345'], ['2026-11-01T00:00:00Z', 'CVE-2024-0001']));
    mirror.set(single('CVE-2024-12345', '12xxx'), record('CVE-2024-12345'));
    const third = await updateFrom(mirror, cveList, first.state);
    expect(names(third)).toEqual(['CVE-2024-12345']);
    expect(third.replaced).toEqual([]);
    expect(asked()).toEqual([`200 ${changes}`, `200 ${single('CVE-2024-12345', '12xxx')}`]);
  });

  it('comes as an archive again when the log does not reach back', async () => {
    mirror.set(archive, zip([{ name: 'CVE-2024-0001.json', content: record('CVE-2024-0001') }]));
    mirror.set(changes, log(['2026-11-02T00:00:00Z', 'CVE-2024-0001']));
    await updateFrom(mirror, cveList, { reached: '2026-09-01T00:00:00.000Z' });
    expect(asked()).toEqual([`200 ${changes}`, `200 ${archive}`]);
  });

  it('pitfall 27: tolerates a record that is not there, and notes it', async () => {
    mirror.set(changes, log(['2026-11-02T00:00:00Z', 'CVE-2024-0001', 'CVE-2024-0002'], ['2026-11-01T00:00:00Z']));
    mirror.set(single('CVE-2024-0001', '0xxx'), record('CVE-2024-0001'));
    const { notes, state } = await updateFrom(mirror, cveList, { reached: '2026-11-01T00:00:00.000Z' });
    expect(notes).toEqual(['CVE-2024-0002: listed as changed, but not there']);
    expect(state?.['reached']).toBe('2026-11-02T00:00:00.000Z');
  });

  it('does not take a moment of the future for a watermark', async () => {
    mirror.set(changes, log(['9999-01-01T00:00:00Z', 'CVE-2024-0001'], ['2026-11-01T00:00:00Z']));
    mirror.set(archive, zip([{ name: 'CVE-2024-0001.json', content: record('CVE-2024-0001') }]));
    expect((await updateFrom(mirror, cveList)).state?.['reached']).toBe('2026-11-01T00:00:00.000Z');
  });

  it('pitfall 21: keeps a rejected record as that', async () => {
    const rejected = JSON.stringify({
      cveMetadata: { cveId: 'CVE-2024-0001', state: 'REJECTED' },
      containers: {
        cna: {
          rejectedReasons: [
            { lang: 'de', value: 'nein' },
            { lang: 'en-US', value: 'No  hole.' },
          ],
        },
      },
    });
    const { enrichments } = await readFiles(cveList, { 'CVE-2024-0001.json': rejected });
    expect(enrichments).toEqual([{ name: 'CVE-2024-0001', rejected: { reason: 'No hole.' } }]);
  });

  it('bears whatever stands in a record', async () => {
    const strange = [
      '{}',
      '[]',
      'null',
      '{"cveMetadata":{"cveId":"CVE-2024-0002","state":"RESERVED"}}',
      '{"cveMetadata":{"cveId":"CVE-2024-0003","state":"PUBLISHED"},"containers":{"cna":[],"adp":{}}}',
      JSON.stringify({
        cveMetadata: { cveId: 'CVE-2024-0004', state: 'PUBLISHED', datePublished: '0001-01-01T00:00:00Z' },
        containers: {
          cna: {
            title: 'x'.repeat(100_000),
            metrics: [{ cvssV3_1: { vectorString: 'CVSS:3.1/nonsense', baseScore: 99 } }, 3, { cvssV3_1: null }],
            problemTypes: [{ descriptions: [{ cweId: 'CWE-79' }, { description: 'CWE-22 x' }, { cweId: 7 }, null] }],
          },
          adp: [null, 'x', { metrics: 'x' }],
        },
      }),
    ];
    const { enrichments, notes } = await readFiles(cveList, { 'a.ndjson': strange.join('\n') });
    expect(enrichments).toMatchObject([
      { name: 'CVE-2024-0003' },
      { name: 'CVE-2024-0004', cwes: ['CWE-22', 'CWE-79'] },
    ]);
    expect(enrichments[1]?.title?.length).toBeLessThan(400);
    expect(enrichments[1]).not.toHaveProperty('cvss');
    expect(enrichments[1]).not.toHaveProperty('published');
    expect(notes).toHaveLength(4);
  });
});

describe('NVD', () => {
  const year = new Date().getUTCFullYear();
  const document = (...cves: object[]) =>
    JSON.stringify({ totalResults: cves.length, vulnerabilities: cves.map((cve) => ({ cve })) });
  const set = (part: string, text: string, sha256 = createHash('sha256').update(text).digest('hex')) => {
    mirror.set(
      `nvd/nvdcve-2.0-${part}.meta`,
      `lastModifiedDate:2026-11-01T00:00:00-05:00\r\nsize:1\r\nsha256:${sha256.toUpperCase()}\r\n`,
    );
    mirror.set(`nvd/nvdcve-2.0-${part}.json.gz`, gzipSync(text));
  };
  const setYears = () => {
    for (let at = 2002; at <= year; at++) set(String(at), document({ id: `CVE-${at}-0001` }));
  };

  it('comes year by year first, then by what was modified', async () => {
    setYears();
    const first = await updateFrom(mirror, nvd);
    expect(first.enrichments).toHaveLength(year - 2001);
    expect(first.replaced.slice(0, 5)).toEqual(['CVE-1999-', 'CVE-2000-', 'CVE-2001-', 'CVE-2002-', 'CVE-2003-']);
    asked();

    set('modified', document({ id: 'CVE-2024-0001', vulnStatus: 'Rejected' }));
    const second = await updateFrom(mirror, nvd, first.state);
    expect(second.enrichments).toEqual([{ name: 'CVE-2024-0001', rejected: {} }]);
    expect(second.replaced).toEqual([]);
    expect(asked()).toEqual(['200 nvd/nvdcve-2.0-modified.meta', '200 nvd/nvdcve-2.0-modified.json.gz']);

    expect((await updateFrom(mirror, nvd, second.state)).enrichments).toEqual([]);
    expect(asked()).toEqual(['200 nvd/nvdcve-2.0-modified.meta']);
  });

  it('asks for the years that changed after a pause that is longer than what was modified reaches', async () => {
    setYears();
    const first = await updateFrom(mirror, nvd);
    set('2024', document({ id: 'CVE-2024-0001' }, { id: 'CVE-2024-0002' }));
    asked();
    const later = await updateFrom(mirror, nvd, { ...first.state, checked: '2026-01-01T00:00:00.000Z' });
    expect(names(later)).toEqual(['CVE-2024-0001', 'CVE-2024-0002']);
    expect(asked().filter((request) => request.endsWith('.json.gz'))).toEqual(['200 nvd/nvdcve-2.0-2024.json.gz']);
  });

  it('a file that is not what its .meta says is refused', async () => {
    setYears();
    set('2010', document({ id: 'CVE-2010-0001' }), 'a'.repeat(64));
    await expect(updateFrom(mirror, nvd)).rejects.toThrow(/nvdcve-2\.0-2010\.json\.gz is not what .* says/);
  });

  it('pitfall 27: one missing year is a note, many are an error', async () => {
    setYears();
    mirror.fault('nvd/nvdcve-2.0-2010.meta', 'missing');
    const { notes, enrichments } = await updateFrom(mirror, nvd);
    expect(notes).toEqual(['nvdcve-2.0-2010.meta is not there']);
    expect(enrichments).toHaveLength(year - 2002);
    for (let at = 2011; at < 2020; at++) mirror.fault(`nvd/nvdcve-2.0-${at}.meta`, 'missing');
    await expect(updateFrom(mirror, nvd)).rejects.toThrow(/files of .* are not there/);
  });

  it.each([
    ['no object', '[]', /no JSON object/],
    ['something else', '{"a":1}', /has no vulnerabilities/],
    ['cut', '{"vulnerabilities":[{"cve":{"id":"CVE-2024-0001"}}', /ends in the middle/],
    ['no list', '{"vulnerabilities":{}}', /no JSON array/],
  ])('a page that is %s is refused', async (_, text, words) => {
    await expect(readFiles(nvd, { 'page.json': text })).rejects.toThrow(words);
  });

  it('pitfall 20: tells authors apart', async () => {
    const metric = (source: string, vectorString: string) => ({ source, cvssData: { vectorString, baseScore: 9.8 } });
    const v31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    const cve = {
      id: 'CVE-2024-0001',
      sourceIdentifier: 'security@x.example',
      metrics: {
        cvssMetricV31: [
          metric('nvd@nist.gov', v31),
          metric('security@x.example', v31),
          metric('134c704f-9b21-4f2e-91b3-4a467353bcc0', v31),
          metric('other@y.example', v31),
          metric('nvd@nist.gov', 'nonsense'),
        ],
      },
      weaknesses: [{ description: [{ value: 'NVD-CWE-noinfo' }, { value: 'CWE-79' }] }],
      cisaExploitAdd: '2024-01-01',
    };
    const { enrichments } = await readFiles(nvd, { 'page.json': document(cve) });
    expect(enrichments[0]).toMatchObject({ cwes: ['CWE-79'], exploited: { added: '2024-01-01' } });
    expect(enrichments[0]?.cvss?.map(({ source }) => source)).toEqual([
      'nvd',
      'cna:security@x.example',
      'adp:CISA-ADP',
      'adp:other@y.example',
    ]);
  });
});

describe('ends of life', () => {
  it('are those of distributions that we know, and read again only when they changed', async () => {
    const body = JSON.stringify({
      result: [
        {
          name: 'alpine-linux',
          releases: [{ name: '3.18', eolFrom: '2025-05-09' }, { name: '3.99', eolFrom: null }, 5],
        },
        {
          name: 'debian',
          releases: [
            { name: '12', eolFrom: '2028-06-30' },
            { name: '13', eolFrom: 'soon' },
          ],
        },
        { name: 'python', releases: [{ name: '3', eolFrom: '2028-01-01' }] },
        null,
      ],
    });
    mirror.set('end-of-life/api/v1/products/full', body);
    const first = await updateFrom(mirror, endOfLife);
    expect(first.enrichments).toEqual([
      { name: 'eol:alpine/3.18', endOfLife: '2025-05-09' },
      { name: 'eol:debian/12', endOfLife: '2028-06-30' },
    ]);
    expect(first.notes).toEqual(['alpine-linux 3.99: no day of its end', 'debian 13: no day of its end']);
    expect((await updateFrom(mirror, endOfLife, first.state)).enrichments).toEqual([]);
  });
});

describe('the overrides of NVD', () => {
  it('come as an archive', async () => {
    const override = (cve_id: string, ...criteria: string[]) =>
      JSON.stringify({
        _annotation: { cve_id },
        cve: {
          configurations: [{ nodes: [{ cpeMatch: criteria.map((text) => ({ criteria: text, vulnerable: true })) }] }],
        },
      });
    const archive = tar([
      {
        path: 'x-main/data/2024/CVE-2024-0001.json',
        content: override('CVE-2024-0001', 'cpe:2.3:a:v:p:*:*:*:*:*:*:*:*', 'cpe:2.3:a:v\\:w:p:1:*'),
      },
      { path: 'x-main/README.md', content: 'x' },
    ]);
    mirror.set('nvd-overrides/archive/refs/heads/main.tar.gz', gzipSync(archive));
    const { enrichments } = await updateFrom(mirror, nvdOverrides);
    expect(enrichments).toEqual([{ name: 'CVE-2024-0001', cpes: ['cpe:2.3:a:v:p', 'cpe:2.3:a:v\\:w:p'] }]);
  });
});

describe('CWE', () => {
  const list =
    '<?xml version="1.0"?><Weakness_Catalog Name="CWE" xmlns="http://cwe.mitre.org/cwe-7"><Weaknesses>' +
    '<Weakness ID="79" Name="Cross-site &lt;Scripting&gt;" Status="Stable"><Description>x</Description></Weakness>' +
    '<Weakness ID="x" Name="none"/><Weakness ID="22"/></Weaknesses>' +
    '<Categories><Category ID="2" Name="7PK - Environment"/></Categories></Weakness_Catalog>';

  it('gives names, and is read again only when it changed', async () => {
    mirror.set('cwe/cwec_latest.xml.zip', zip([{ name: 'cwec_v4.xml', content: list }]));
    const first = await updateFrom(mirror, cwe);
    expect(first.enrichments).toEqual([
      { name: 'cwe:79', title: 'Cross-site <Scripting>' },
      { name: 'cwe:2', title: '7PK - Environment' },
    ]);
    expect((await updateFrom(mirror, cwe, first.state)).enrichments).toEqual([]);
  });

  it.each([
    ['another document', '<rss/>', /begins with <rss>/],
    ['an empty list', '<Weakness_Catalog/>', /has no records/],
    ['half a document', list.slice(0, 200), /./],
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY b "c">]><Weakness_Catalog>&b;</Weakness_Catalog>', /./],
  ])('of %s is refused', async (_, text, words) => {
    await expect(readFiles(cwe, { 'a.xml': text })).rejects.toThrow(words);
  });
});
