import { describe, expect, it } from 'vitest';
import { dotted, makeAdvisory } from '../../test/support/view.ts';
import type { Assessment } from './assess.ts';
import { groupByVulnerability, isCve, verdictOn } from './group.ts';
import { isAffected } from './ranges.ts';

/**
 * A row judged for version 1 of a package: `A=B,C` has aliases, `A<2` is fixed in 2, `A!` states that nothing is affected,
 * `g:A` is of the feed g and not of f, `A bin` of a package and not of its source.
 */
function assessment(text: string): Assessment {
  const [, feed = 'f', id = '', aliases, not, fixed, bin] =
    /^(?:(\w+):)?([\w-]+)(?:=([\w,-]+))?(!)?(?:<(\S+))?( bin)?$/.exec(text) ?? [];
  const nameKind = bin === undefined ? 'source' : 'binary';
  const state = not === undefined ? 'fixed' : 'not-affected';
  const ranges = fixed === undefined ? [] : [{ fixed }];
  const names = { aliases: aliases?.split(',') ?? [] };
  const { affected, ...advisory } = makeAdvisory(id, [{ package: 'p', nameKind, state, ranges }], names);
  const [row] = affected;
  return {
    hit: { feed, advisory, affected: row! },
    compared: { kind: nameKind, name: 'p', version: '1' },
    scheme: dotted,
    rank: 0,
    verdict: isAffected('1', row!, dotted),
  };
}

describe('groupByVulnerability', () => {
  it.each([
    ['records that share nothing', 'CVE-1 CVE-2', 'CVE-1 | CVE-2'],
    ['an alias', 'CVE-1 GHSA-1=CVE-1', 'CVE-1,GHSA-1'],
    ['a chain of aliases that the last record closes', 'A=B C=D B=C', 'A,B,C,D'],
    ['a common alias that is no record itself', 'PYSEC-1=CVE-1 GHSA-1=CVE-1', 'CVE-1,GHSA-1,PYSEC-1'],
    [
      'a bundle joins the group of each of its CVEs',
      'CVE-1 GO-1=CVE-1,CVE-2 GHSA-2=CVE-2',
      'CVE-1,GO-1 | CVE-2,GHSA-2,GO-1',
    ],
    ['a CVE that names another CVE as alias is the same', 'CVE-2=CVE-1', 'CVE-1,CVE-2'],
    ['an id like a property of every object', '__proto__=constructor', '__proto__,constructor'],
  ])('%s', (_, rows, expected) => {
    const long = (text: string): string => text.replace(/CVE-(?=\d)/g, 'CVE-2024-000');
    const groups = groupByVulnerability(long(rows).split(' ').map(assessment));

    expect(groups.map(({ ids }) => ids.join(',')).join(' | ')).toBe(long(expected));
  });

  it('follows a chain of 50,000 aliases', () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => assessment(`A${index}=A${index + 1}`));

    expect(groupByVulnerability(rows)).toHaveLength(1);
  });
});

describe('verdictOn', () => {
  it.each<[string, readonly string[], string]>([
    ['one row holds', ['A<2'], 'affected'],
    ['no row holds', ['A<1'], 'not-affected'],
    ['one of two holds', ['A<1', 'B=A<2'], 'affected'],
    ['a statement silences every other source', ['A<2', 'g:A!'], 'not-affected'],
    ['... also what it cannot judge', ['A<?', 'g:A!'], 'not-affected'],
    ['a feed that contradicts itself: the versions decide', ['A<2', 'A!'], 'affected'],
    ['... but another source silences both', ['A<2', 'A!', 'g:A!'], 'not-affected'],
    ['what a feed states of a source does not silence what it says of the package', ['A<2 bin', 'A!'], 'affected'],
    ['... but what it states of the package silences what it says of its source', ['A<2', 'A! bin'], 'not-affected'],
    ['one row cannot be judged', ['A<1', 'A<?'], 'unjudged'],
    ['one cannot be judged, another holds', ['A<?', 'A<2'], 'affected'],
    ['a statement that cannot be judged silences nothing', ['A<2', 'A!<?'], 'affected'],
    ['... and alleges nothing', ['A!<?'], 'not-affected'],
  ])('%s', (_, rows, expected) => {
    const [group] = groupByVulnerability(rows.map(assessment));

    expect(verdictOn(group!)).toBe(expected);
  });
});

describe('isCve', () => {
  it.each([
    ['CVE-2024-0001', true],
    ['CVE-2024-1234567', true],
    ['CVE-2024-123', false],
    ['cve-2024-0001', false],
    ['CVE-2024-XXXX', false],
    ['UBUNTU-CVE-2024-0001', false],
    ['TEMP-0000000-ABCDEF', false],
  ])('%s: %s', (id, expected) => {
    expect(isCve(id)).toBe(expected);
  });
});
