import { describe, expect, it } from 'vitest';
import {
  advisoriesOf,
  debian12,
  debianLike,
  enriched,
  makeAdvisory,
  makePackage,
  makeView,
  nodeLike,
} from '../../test/support/view.ts';
import type { Advisory } from '../model/advisory.ts';
import type { CvssScore } from '../model/cvss.ts';
import type { Enrichment } from '../model/enrichment.ts';
import type { Severity, SeverityAuthor } from '../model/severity.ts';
import { withEndOfLife } from './end-of-life.ts';
import { explainVulnerability } from './explain.ts';
import { matchPackages } from './match.ts';
import { severityOrder } from './rating.ts';

const id = 'CVE-2024-0001';
const bash = makePackage('bash', '5.1');
const fixed = [{ package: 'bash', ranges: [{ fixed: '5.2' }] }];
const ecosystems = [debianLike, nodeLike];

function match(
  records: readonly Advisory[],
  feeds: Readonly<Record<string, readonly Enrichment[]>>,
  first: readonly SeverityAuthor[] = [],
  packages = [bash],
) {
  const source = enriched(advisoriesOf({ tracker: records }), feeds);
  const view = makeView({ distribution: debian12, packages });
  const result = matchPackages(view, ecosystems, source, { severityOrder: severityOrder(first) });
  return { ...result, asked: source.asked };
}

const score = (version: string, source: string, value: number): CvssScore => ({
  version,
  vector: `${version}/${source}/${value}`,
  score: value,
  source,
});

const vendorWord = makeAdvisory(id, fixed, { severity: 'low', cvss: [score('3.1', 'tracker', 9.8)] });
const vendorCvss = makeAdvisory(id, fixed, { cvss: [score('3.1', 'tracker', 9.8)] });
const bare = makeAdvisory(id, fixed);
const cna: Enrichment = { name: id, cvss: [score('3.1', 'cna:x', 5)] };
const adp: Enrichment = { name: id, cvss: [score('3.1', 'adp:CISA-ADP', 7.5)] };
const nvd: Enrichment = { name: id, cvss: [score('3.1', 'nvd', 2)] };

describe('who decides the severity', () => {
  it.each<[string, Advisory, Record<string, Enrichment[]>, SeverityAuthor[], Severity, string | undefined]>([
    [
      'pitfall 20: the word of the vendor before everybody',
      vendorWord,
      { 'cve-list': [cna], nvd: [nvd] },
      [],
      'low',
      'tracker',
    ],
    [
      'pitfall 20: the CVSS of the vendor before the CNA',
      vendorCvss,
      { 'cve-list': [cna], nvd: [nvd] },
      [],
      'critical',
      'tracker',
    ],
    ['pitfall 20: the CNA before the ADP', bare, { a: [adp], b: [cna], nvd: [nvd] }, [], 'medium', 'cna:x'],
    ['pitfall 20: the ADP before NVD', bare, { a: [adp], nvd: [nvd] }, [], 'high', 'adp:CISA-ADP'],
    ['NVD where nobody else says anything', bare, { nvd: [nvd] }, [], 'low', 'nvd'],
    [
      'pitfall 20: version 4 of one author before his 3.1',
      bare,
      { nvd: [{ name: id, cvss: [score('3.1', 'nvd', 9.8), score('4.0', 'nvd', 5)] }] },
      [],
      'medium',
      'nvd',
    ],
    [
      'an old version of the CNA before a new one of NVD',
      bare,
      { a: [{ name: id, cvss: [score('2.0', 'cna:x', 5)] }], nvd: [{ name: id, cvss: [score('4.0', 'nvd', 9.8)] }] },
      [],
      'medium',
      'cna:x',
    ],
    [
      'a word of the CNA where it has no vector',
      bare,
      { a: [{ name: id, severity: 'high' }], nvd: [nvd] },
      [],
      'high',
      'cna',
    ],
    ['NVD before the vendor where the user wants that', vendorWord, { nvd: [nvd] }, ['nvd'], 'low', 'nvd'],
    [
      'the CVSS of the vendor before its word where the user wants that',
      vendorWord,
      { nvd: [nvd] },
      ['vendor-cvss'],
      'critical',
      'tracker',
    ],
    ['who is not named comes after those who are', vendorWord, { a: [cna] }, ['nvd', 'adp'], 'low', 'tracker'],
    ['nobody', bare, { kev: [{ name: id, exploited: { added: '2024-01-01' } }] }, [], 'unknown', undefined],
  ])('%s', (_, record, feeds, first, severity, source) => {
    const [finding] = match([record], feeds, first).findings;
    expect(finding?.severity).toBe(severity);
    expect(finding?.score?.severitySource).toBe(source);
  });

  it('keeps every vector with its author, the one that counts first, and what two name alike once', () => {
    const feeds = {
      'cve-list': [cna, adp],
      nvd: [{ name: id, cvss: [...nvd.cvss!, { ...cna.cvss![0]!, source: 'cna:x@y' }] }],
    };
    const [finding] = match([vendorCvss], feeds).findings;
    expect(finding?.score?.cvss.map(({ source }) => source)).toEqual(['tracker', 'cna:x', 'adp:CISA-ADP', 'nvd']);
    const [other] = match([vendorCvss], feeds, ['nvd']).findings;
    expect(other?.score?.cvss.map(({ source }) => source)).toEqual(['nvd', 'tracker', 'cna:x', 'adp:CISA-ADP']);
  });
});

describe('a finding', () => {
  it('tells exploitation, probability and weaknesses of all sources', () => {
    const { findings } = match([bare], {
      epss: [{ name: id, epss: { score: 0.94, percentile: 0.99, date: '2026-08-16' } }],
      kev: [{ name: id, exploited: { added: '2024-01-01' }, cwes: ['CWE-79'], title: 'A hole in bash' }],
      nvd: [{ name: id, cwes: ['CWE-9', 'CWE-79'] }],
    });
    expect(findings[0]).toMatchObject({
      title: 'A hole in bash',
      score: { cvss: [], epss: 0.94, epssPercentile: 0.99, kev: true, cwes: ['CWE-9', 'CWE-79'] },
    });
  });

  it('has nothing of it where there are no enrichments', () => {
    const source = advisoriesOf({ tracker: [bare] });
    const view = makeView({ distribution: debian12, packages: [bash] });
    expect(matchPackages(view, ecosystems, source).findings[0]).not.toHaveProperty('score');
  });

  it('pitfall 13: is enriched by any of its aliases', () => {
    const alias = makeAdvisory('GHSA-aaaa-bbbb-cccc', fixed, { aliases: ['CVE-2024-0002'] });
    const { findings } = match([alias], { epss: [{ name: 'CVE-2024-0002', epss: { score: 0.5, percentile: 0.9 } }] });
    expect(findings[0]?.score?.epss).toBe(0.5);
  });

  it('costs one question for all, and none where nothing was found', () => {
    const records = [bare, makeAdvisory('CVE-2024-0002', fixed), makeAdvisory('DSA-1-1', fixed, { aliases: [id] })];
    expect(match(records, {}).asked).toEqual([[id, 'CVE-2024-0002']]);
    expect(match(records, {}, [], [makePackage('bash', '5.2')]).asked).toEqual([]);
  });
});

describe('pitfall 21: a rejected CVE', () => {
  const rejected: Enrichment = { name: id, rejected: { reason: 'A duplicate.' } };

  it('is no finding, and explain says why', () => {
    const feeds = { 'cve-list': [rejected] };
    expect(match([bare], feeds).findings).toEqual([]);
    const view = makeView({ distribution: debian12, packages: [bash] });
    const source = enriched(advisoriesOf({ tracker: [bare] }), feeds);
    expect(explainVulnerability(id, view, ecosystems, source)).toMatchObject({
      verdict: 'not-affected',
      reason: `${id} was rejected (cve-list): A duplicate.`,
      sources: [{ feed: 'cve-list', rejected: { reason: 'A duplicate.' } }],
    });
  });

  it('is none either where its versions could not be compared', () => {
    const { findings, problems } = match([bare], { nvd: [rejected] }, [], [makePackage('bash', 'not a version')]);
    expect(findings).toEqual([]);
    expect(problems).toEqual([]);
  });

  it.each<[string, Advisory[], Record<string, Enrichment[]>, string[]]>([
    ['stays where the list itself still has it', [bare], { 'cve-list': [{ name: id }], nvd: [rejected] }, [id]],
    [
      'leaves the others of its notice',
      [makeAdvisory('DSA-1-1', fixed, { aliases: [id, 'CVE-2024-0002'] })],
      { nvd: [rejected] },
      ['CVE-2024-0002'],
    ],
    [
      'takes a notice with it that has no other',
      [makeAdvisory('DSA-1-1', fixed, { aliases: [id] })],
      { nvd: [rejected] },
      [],
    ],
    [
      'leaves a record that has an id of its own for the vulnerability, under that',
      [makeAdvisory('GHSA-aaaa-bbbb-cccc', fixed, { aliases: [id] })],
      { nvd: [rejected] },
      ['GHSA-aaaa-bbbb-cccc'],
    ],
  ])('%s', (_, records, feeds, ids) => {
    expect(match(records, feeds).findings.map((finding) => finding.id)).toEqual(ids);
  });
});

describe('an explanation', () => {
  it('shows every source, and who decided', () => {
    const view = makeView({ distribution: debian12, packages: [bash] });
    const source = enriched(advisoriesOf({ tracker: [vendorWord] }), {
      epss: [{ name: id, epss: { score: 0.5, percentile: 0.9, date: '2026-08-16' } }],
      nvd: [nvd],
    });
    const explanation = explainVulnerability(id, view, ecosystems, source, { severityOrder: severityOrder(['nvd']) });
    expect(explanation.packages).toMatchObject([{ verdict: 'affected', severity: 'low', severitySource: 'nvd' }]);
    expect(explanation.sources).toEqual([
      { feed: 'tracker', severity: 'low', cvss: vendorWord.cvss },
      { feed: 'epss', epss: { score: 0.5, percentile: 0.9, date: '2026-08-16' } },
      { feed: 'nvd', cvss: nvd.cvss },
    ]);
  });

  it('names weaknesses where an enricher knows them', () => {
    const source = enriched(advisoriesOf({}), {
      cwe: [{ name: 'cwe:79', title: 'Cross-site Scripting' }],
      nvd: [{ name: id, cwes: ['CWE-79', 'CWE-20'] }],
    });
    expect(explainVulnerability(id, makeView({}), ecosystems, source).weaknesses).toEqual([
      { id: 'CWE-20' },
      { id: 'CWE-79', name: 'Cross-site Scripting' },
    ]);
  });

  it('shows what is said of an id that no advisory has', () => {
    const source = enriched(advisoriesOf({}), { nvd: [nvd] });
    expect(explainVulnerability(id, makeView({}), ecosystems, source)).toMatchObject({
      verdict: 'unknown',
      sources: [{ feed: 'nvd' }],
    });
  });
});

describe('the end of life', () => {
  it.each([
    [
      'of an enricher, which is newer than our table',
      { 'end-of-life': [{ name: 'eol:debian/12', endOfLife: '2029-01-01' }] },
      '2029-01-01',
    ],
    ['of our table where it knows nothing', {}, debian12.endOfLife],
  ])('is that %s', (_, feeds: Record<string, Enrichment[]>, day) => {
    expect(withEndOfLife(debian12, enriched(advisoriesOf({}), feeds)).endOfLife).toBe(day);
  });

  it('pitfall 28: of a release with a letter in front is found without it', () => {
    const alpine = { id: 'alpine', version: 'v3.20', name: 'Alpine Linux v3.20' };
    const source = enriched(advisoriesOf({}), { e: [{ name: 'eol:alpine/3.20', endOfLife: '2026-04-01' }] });
    expect(withEndOfLife(alpine, source).endOfLife).toBe('2026-04-01');
  });
});
