import { describe, expect, it } from 'vitest';
import { dotted, makeAdvisory } from '../../test/support/view.ts';
import type { AdvisoryState } from '../model/advisory.ts';
import type { Assessment } from './assess.ts';
import { groupByVulnerability, isCve, verdictOn } from './group.ts';
import { isAffected } from './ranges.ts';

interface Row {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly state?: AdvisoryState;
  readonly fixed?: string;
  readonly feed?: string;
  readonly nameKind?: 'source' | 'binary';
}

/** A row judged for version 1 of a package. */
function assessment({ id, aliases = [], state = 'fixed', fixed, feed = 'f', nameKind = 'source' }: Row): Assessment {
  const ranges = fixed === undefined ? [] : [{ fixed }];
  const { affected, ...advisory } = makeAdvisory(id, [{ package: 'p', nameKind, state, ranges }], { aliases });
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
  it.each<[string, readonly Row[], readonly string[][]]>([
    [
      'records that share nothing',
      [{ id: 'CVE-2024-0001' }, { id: 'CVE-2024-0002' }],
      [['CVE-2024-0001'], ['CVE-2024-0002']],
    ],
    [
      'an alias',
      [{ id: 'CVE-2024-0001' }, { id: 'GHSA-1', aliases: ['CVE-2024-0001'] }],
      [['CVE-2024-0001', 'GHSA-1']],
    ],
    [
      'a chain of aliases that the last record closes',
      [
        { id: 'A', aliases: ['B'] },
        { id: 'C', aliases: ['D'] },
        { id: 'B', aliases: ['C'] },
      ],
      [['A', 'B', 'C', 'D']],
    ],
    [
      'a common alias that is no record itself',
      [
        { id: 'PYSEC-1', aliases: ['CVE-2024-0001'] },
        { id: 'GHSA-1', aliases: ['CVE-2024-0001'] },
      ],
      [['CVE-2024-0001', 'GHSA-1', 'PYSEC-1']],
    ],
    [
      'a bundle joins the group of each of its CVEs',
      [
        { id: 'CVE-2024-0001' },
        { id: 'GO-1', aliases: ['CVE-2024-0001', 'CVE-2024-0002'] },
        { id: 'GHSA-2', aliases: ['CVE-2024-0002'] },
      ],
      [
        ['CVE-2024-0001', 'GO-1'],
        ['CVE-2024-0002', 'GHSA-2', 'GO-1'],
      ],
    ],
    [
      'a CVE that names another CVE as alias is the same',
      [{ id: 'CVE-2024-0002', aliases: ['CVE-2024-0001'] }],
      [['CVE-2024-0001', 'CVE-2024-0002']],
    ],
    [
      'an id like a property of every object',
      [{ id: '__proto__', aliases: ['constructor'] }],
      [['__proto__', 'constructor']],
    ],
  ])('%s', (_, rows, expected) => {
    expect(groupByVulnerability(rows.map(assessment)).map(({ ids }) => ids)).toEqual(expected);
  });

  it('follows a chain of 50,000 aliases', () => {
    const rows = Array.from({ length: 50_000 }, (_, index) =>
      assessment({ id: `A${index}`, aliases: [`A${index + 1}`] }),
    );

    expect(groupByVulnerability(rows)).toHaveLength(1);
  });
});

describe('verdictOn', () => {
  it.each<[string, readonly Row[], string]>([
    ['one row holds', [{ id: 'A', fixed: '2' }], 'affected'],
    ['no row holds', [{ id: 'A', fixed: '1' }], 'not-affected'],
    [
      'one of two holds',
      [
        { id: 'A', fixed: '1' },
        { id: 'B', aliases: ['A'], fixed: '2' },
      ],
      'affected',
    ],
    [
      'a statement silences every other source',
      [
        { id: 'A', fixed: '2' },
        { id: 'A', state: 'not-affected', feed: 'g' },
      ],
      'not-affected',
    ],
    [
      '... also what it cannot judge',
      [
        { id: 'A', fixed: '?' },
        { id: 'A', state: 'not-affected', feed: 'g' },
      ],
      'not-affected',
    ],
    [
      'a feed that contradicts itself: the versions decide',
      [
        { id: 'A', fixed: '2' },
        { id: 'A', state: 'not-affected' },
      ],
      'affected',
    ],
    [
      '... but another source silences both',
      [
        { id: 'A', fixed: '2' },
        { id: 'A', state: 'not-affected' },
        { id: 'A', state: 'not-affected', feed: 'g' },
      ],
      'not-affected',
    ],
    [
      'what a feed states of a source does not silence what it says of the package',
      [
        { id: 'A', fixed: '2', nameKind: 'binary' },
        { id: 'A', state: 'not-affected' },
      ],
      'affected',
    ],
    [
      '... but what it states of the package silences what it says of its source',
      [
        { id: 'A', fixed: '2' },
        { id: 'A', state: 'not-affected', nameKind: 'binary' },
      ],
      'not-affected',
    ],
    [
      'one row cannot be judged',
      [
        { id: 'A', fixed: '1' },
        { id: 'A', fixed: '?' },
      ],
      'unjudged',
    ],
    [
      'one cannot be judged, another holds',
      [
        { id: 'A', fixed: '?' },
        { id: 'A', fixed: '2' },
      ],
      'affected',
    ],
    [
      'a statement that cannot be judged silences nothing',
      [
        { id: 'A', fixed: '2' },
        { id: 'A', state: 'not-affected', fixed: '?' },
      ],
      'affected',
    ],
    ['... and alleges nothing', [{ id: 'A', state: 'not-affected', fixed: '?' }], 'not-affected'],
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
