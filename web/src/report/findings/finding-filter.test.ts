import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingKinds } from '../../../../src/model/finding.ts';
import { severities } from '../../../../src/model/severity.ts';
import { makeFinding } from '../../../../test/support/report.ts';
import type { Finding } from '../../api/schema.ts';
import { type Facet, facets, facetValue } from './finding-facets.ts';
import { FindingFilter, type FindingQuery, wordsOf } from './finding-filter.ts';
import { indexFindings } from './finding-index.ts';

const sample: readonly Finding[] = [
  makeFinding('CVE-2024-1', {
    severity: 'critical',
    title: 'curl: overflow',
    package: { name: 'curl', version: '8.1', purl: 'pkg:deb/debian/curl@8.1' },
    fixedVersion: '8.2',
    score: { cvss: [], kev: true },
    use: 'loaded',
  }),
  makeFinding('CVE-2024-2', {
    severity: 'high',
    aliases: ['GHSA-abcd'],
    package: { name: 'left-pad', version: '1.0', purl: 'pkg:npm/left-pad@1.0' },
    use: 'not-seen',
  }),
  makeFinding('aws-key', { kind: 'secret', location: { path: 'app/.env' }, from: 'own' }),
  makeFinding('CVE-2024-3', { suppressed: { by: 'policy:p:1', reason: 'We do not parse this.' } }),
];

const ask = (text: string, chosen: Partial<Record<Facet, readonly string[]>> = {}): FindingQuery => ({
  text,
  chosen: Object.fromEntries(Object.entries(chosen).map(([facet, values]) => [facet, new Set(values)])),
});

const idsOf = (findings: readonly Finding[], query: FindingQuery): readonly string[] => {
  const { matched } = new FindingFilter(indexFindings(findings)).find(query);
  return findings.filter((_, row) => matched[row] === 1).map(({ id }) => id);
};

describe('FindingFilter', () => {
  it.each<[string, FindingQuery, readonly string[]]>([
    ['nothing asked', ask(''), ['CVE-2024-1', 'CVE-2024-2', 'aws-key', 'CVE-2024-3']],
    ['an id, whatever its letters', ask('cve-2024-2'), ['CVE-2024-2']],
    ['an alias', ask('ghsa-ABCD'), ['CVE-2024-2']],
    ['a package with its version', ask('curl 8.1'), ['CVE-2024-1']],
    ['a path', ask('.env'), ['aws-key']],
    ['a reason', ask('"not parse"'), ['CVE-2024-3']],
    ['words that do not occur together', ask('curl left-pad'), []],
    ['two severities', ask('', { severity: ['critical', 'high'] }), ['CVE-2024-1', 'CVE-2024-2']],
    ['what is known to be exploited', ask('', { exploited: ['known'] }), ['CVE-2024-1']],
    ['what is in use', ask('', { use: ['in-use'] }), ['CVE-2024-1']],
    ['what has a fix', ask('', { fix: ['available'] }), ['CVE-2024-1']],
    ['vulnerabilities without a fix', ask('', { fix: ['none'] }), ['CVE-2024-2', 'CVE-2024-3']],
    ['a package type', ask('', { type: ['npm'] }), ['CVE-2024-2']],
    ['a kind and who brought it', ask('', { kind: ['secret'], from: ['own'] }), ['aws-key']],
    ['what is accepted', ask('', { accepted: ['accepted'] }), ['CVE-2024-3']],
    ['a value that does not occur', ask('', { type: ['rpm'] }), []],
    ['a value that is no value', ask('', { severity: ['__proto__'] }), []],
  ])('finds by %s', (_, query, expected) => {
    expect(idsOf(sample, query)).toEqual(expected);
  });

  it('counts each value as if it alone were chosen in its facet', () => {
    const index = indexFindings(sample);

    const { count, counts } = new FindingFilter(index).find(ask('', { severity: ['critical'], accepted: ['open'] }));

    expect(count).toBe(1);
    expect(index.values.severity).toEqual(['critical', 'high', 'medium']);
    expect([...counts.severity]).toEqual([1, 1, 1]);
    expect([...counts.type]).toEqual([1, 0]);
    expect(index.values.accepted).toEqual(['open', 'accepted']);
    expect([...counts.accepted]).toEqual([1, 0]);
  });

  it('finds the same whatever was searched for before', () => {
    const texts = fc.constantFrom('', 'c', 'cv', 'cve', 'cve-2024', 'cve-2024-2', '"not', '"not p', 'curl 8', 'curl');
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 8 }), (typed) => {
        const filter = new FindingFilter(indexFindings(sample));
        for (const text of typed) filter.find(ask(text));

        const again = filter.find(ask(typed.at(-1)!));

        const fresh = new FindingFilter(indexFindings(sample)).find(ask(typed.at(-1)!));
        expect([...again.matched]).toEqual([...fresh.matched]);
      }),
    );
  });

  it('agrees with the plain way, in what matches and in every count', () => {
    const finding = fc
      .record({
        id: fc.constantFrom('CVE-2024-1', 'CVE-2024-22', 'rule'),
        severity: fc.constantFrom(...severities),
        kind: fc.constantFrom(...findingKinds),
        from: fc.constantFrom('base', 'own', 'unknown' as const),
        use: fc.option(fc.constantFrom('loaded', 'not-seen' as const), { nil: undefined }),
        fixedVersion: fc.option(fc.constant('2'), { nil: undefined }),
        layer: fc.option(fc.record({ index: fc.nat(3) }), { nil: undefined }),
      })
      .map(({ id, ...rest }) => makeFinding(id, rest as Partial<Finding>));
    const chosen = fc.record({
      severity: fc.subarray([...severities]),
      kind: fc.subarray([...findingKinds]),
      use: fc.subarray(['in-use', 'not-seen']),
      fix: fc.subarray(['available', 'none']),
      layer: fc.subarray(['0', '1', '2', '3']),
    });
    const text = fc.constantFrom('', 'cve', '22', 'title rule');
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 40 }), chosen, text, (findings, asked, searched) => {
        const index = indexFindings(findings);

        const found = new FindingFilter(index).find(ask(searched, asked));

        const agrees = (one: Finding, facet: Facet): boolean => {
          const values = (asked as Partial<Record<Facet, readonly string[]>>)[facet] ?? [];
          return values.length === 0 || values.includes(facetValue[facet](one) ?? '');
        };
        const hits = findings.filter((one) =>
          wordsOf(searched).every((word) => `${one.id} ${one.title}`.toLowerCase().includes(word)),
        );
        expect(found.count).toBe(hits.filter((one) => facets.every((facet) => agrees(one, facet))).length);
        for (const facet of facets) {
          const others = facets.filter((one) => one !== facet);
          for (const [place, value] of index.values[facet].entries()) {
            const wanted = hits.filter(
              (one) => facetValue[facet](one) === value && others.every((other) => agrees(one, other)),
            );
            expect(found.counts[facet][place], `${facet} ${value}`).toBe(wanted.length);
          }
        }
      }),
    );
  });
});
