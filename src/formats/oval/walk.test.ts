import { describe, expect, it } from 'vitest';
import { LimitError } from '../../errors.ts';
import type { OvalCriteria, OvalLeaf } from './model.ts';
import { type OvalMeaning, walkOval } from './walk.ts';

const and = (...parts: OvalCriteria[]): OvalCriteria => ({ kind: 'and', negate: false, parts });
const or = (...parts: OvalCriteria[]): OvalCriteria => ({ kind: 'or', negate: false, parts });
const not = (part: OvalCriteria): OvalCriteria => ({ ...part, negate: true });
/** Leaves by their comment: `p:NAME VERSION` is a package, `c:WORD` a context, `holds`, everything else fails. */
const leaf = (comment: string): OvalLeaf => ({ kind: 'test', negate: false, comment });

function meaningOf({ comment }: OvalLeaf): OvalMeaning<string, string> {
  const [kind, rest = ''] = comment.split(':');
  const [name = '', value = ''] = rest.split(' ');
  if (kind === 'p') return { kind: 'package', name, value };
  if (kind === 'c') return { kind: 'context', value: rest };
  return { kind: kind === 'holds' ? 'holds' : 'fails' };
}

/** `8|9 & x86: hull <1, mast <2`; packages that have several conditions join them by `+`. */
function told(criteria: OvalCriteria): string[] {
  return walkOval(criteria, meaningOf)
    .ways.map(({ contexts, packages }) => {
      const where = contexts.map((group) => group.join('|')).join(' & ');
      return `${where}: ${packages.map(({ name, values }) => `${name} ${values.join('+')}`).join(', ')}`;
    })
    .toSorted();
}

const [hull, mast, e8, e9, x86, arm] = ['p:hull 1', 'p:mast 2', 'c:8', 'c:9', 'c:x86', 'c:arm'].map(leaf) as [
  OvalLeaf,
  OvalLeaf,
  OvalLeaf,
  OvalLeaf,
  OvalLeaf,
  OvalLeaf,
];
const [holds, fails] = [leaf('holds'), leaf('?')];

describe('walkOval', () => {
  it.each<[string, OvalCriteria, string[]]>([
    ['a package alone', hull, [': hull 1']],
    ['a release over packages', and(e8, or(hull, mast)), ['8: hull 1, mast 2']],
    ['pitfall 23: releases, each with its own', or(and(e8, hull), and(e9, mast)), ['8: hull 1', '9: mast 2']],
    ['releases side by side', and(or(e8, e9), or(hull, mast)), ['8|9: hull 1, mast 2']],
    [
      'architectures below a release',
      and(e8, or(and(x86, hull), and(arm, mast))),
      ['8 & arm: mast 2', '8 & x86: hull 1'],
    ],
    ['signatures beside packages', and(e8, or(and(hull, holds), and(mast, or(holds, holds)))), ['8: hull 1, mast 2']],
    ['a range of one package', and(leaf('p:hull >1'), leaf('p:hull <2')), [': hull >1+<2']],
    ['what fails, and all that stands with it', and(e8, or(and(hull, fails), mast)), ['8: mast 2']],
    ['what fails above', and(fails, or(hull, mast)), []],
    ['an OR of nothing', and(e8, hull, or()), []],
    ['an AND of nothing', and(e8, hull, and()), ['8: hull 1']],
    ['releases without packages', or(and(e8, e9), e8), []],
    ['a context that is several', and(or(and(e8, x86), e9), hull), ['8 & x86: hull 1', '9: hull 1']],
    ['a condition behind the packages', and(or(hull, mast), e8), ['8: hull 1, mast 2']],
  ])('%s', (_, criteria, expected) => {
    expect(told(criteria)).toEqual(expected);
    expect(walkOval(criteria, meaningOf).oddities).toEqual([]);
  });

  it('leaves out what is asked not to be so, and says it', () => {
    const { ways, oddities } = walkOval(or(and(e8, hull), and(not(e9), mast), not(and(e8, mast))), meaningOf);

    expect(ways.map(({ packages }) => packages.map(({ name }) => name))).toEqual([['hull']]);
    expect(oddities).toEqual(['negated']);
  });

  it('asks what a negated leaf means: it may hold as it stands there', () => {
    expect(told(and(hull, not(holds)))).toEqual([': hull 1']);
    expect(told(and(hull, not(fails)))).toEqual([]);
  });

  it('takes packages that are asked for together one by one, and says it', () => {
    const { ways, oddities } = walkOval(and(e8, hull, mast), meaningOf);

    expect(ways[0]?.packages.map(({ name }) => name)).toEqual(['hull', 'mast']);
    expect(oddities).toEqual(['several-packages']);
  });

  it('walks long lists, and ends where combinations grow without bounds', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => leaf(`p:hull${index} 1`));
    expect(walkOval(and(e8, or(...many)), meaningOf).ways[0]?.packages).toHaveLength(50_000);

    const pairs = Array.from({ length: 30 }, (_, index) =>
      or(and(leaf(`c:${index}a`), x86), and(leaf(`c:${index}b`), arm)),
    );
    expect(() => walkOval(and(...pairs, hull), meaningOf)).toThrow(LimitError);
  });

  it('walks lists in lists that are longer than a call has arguments', () => {
    const many: OvalCriteria = { kind: 'or', negate: false, parts: Array.from({ length: 250_000 }, () => hull) };

    expect(walkOval(or(many, mast), meaningOf).ways[0]?.packages).toHaveLength(250_001);
  });

  it('ends where few combinations of long lists would fill the memory', () => {
    const each = (name: string) => or(...Array.from({ length: 400 }, (_, i) => and(leaf(`c:${name}${i}`), hull)));
    const many = or(...Array.from({ length: 5000 }, (_, index) => leaf(`p:mast${index} 1`)));

    expect(() => walkOval(and(each('a'), each('b'), many), meaningOf)).toThrow(LimitError);
  });
});
