import type { OwnershipFact } from '../../model/fact.ts';
import type { FileView, LayerFact } from '../../model/view.ts';

type Algorithm = 'md5' | 'sha256';
const algorithms: readonly Algorithm[] = ['sha256', 'md5'];

/** The list of digests of a package that counts. */
interface DigestList {
  readonly owner: string;
  /** `hex  path` lines. */
  readonly text: string;
  readonly algorithm: Algorithm;
}

/** Lists that are in sight. Those of packages that left their list behind are among them. */
export function digestLists(view: FileView): readonly DigestList[] {
  const lists: DigestList[] = [];
  for (const [owner, facts] of Map.groupBy(view.facts('ownership'), ({ fact }) => `${fact.type} ${fact.owner}`)) {
    const current = facts.findLast(({ layer, fact }) => view.hiddenBy(layer, fact.path) === undefined);
    if (current === undefined) continue;
    const [text, algorithm] = textOf(current.fact) ?? [];
    if (text === undefined || algorithm === undefined) continue;
    lists.push({ owner: owner.slice(owner.indexOf(' ') + 1), text, algorithm });
  }
  return lists;
}

function textOf(fact: OwnershipFact): readonly [string, Algorithm] | undefined {
  for (const algorithm of algorithms) {
    const text = fact[algorithm];
    if (text !== undefined && text !== '') return [text, algorithm];
  }
  return undefined;
}

/**
 * Lists that a layer changed, each with the one before. Facts of one owner, base first.
 */
export function* changedLists(view: FileView): Iterable<{
  readonly owner: string;
  readonly before: LayerFact<'ownership'>;
  readonly after: LayerFact<'ownership'>;
}> {
  for (const facts of Map.groupBy(view.facts('ownership'), ({ fact }) => `${fact.type} ${fact.owner}`).values()) {
    for (const [index, after] of facts.entries()) {
      const before = facts[index - 1];
      if (before === undefined || before.layer === after.layer) continue;
      const isSame = before.fact.md5 === after.fact.md5 && before.fact.sha256 === after.fact.sha256;
      if (!isSame && textOf(before.fact) !== undefined) yield { owner: after.fact.owner, before, after };
    }
  }
}

/** Visits the lines of a list; nothing is made for those that nobody asks of. */
export function eachDigest(text: string, visit: (path: string, digest: string) => void): void {
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const blank = text.indexOf('  ', start);
    if (blank > start && blank < end) {
      let from = blank + 2;
      while (text.charCodeAt(from) === 0x2f) from++;
      if (from < end) visit(text.slice(from, end), text.slice(start, blank));
    }
    start = end + 1;
  }
}

/** Packages and layers name files with and without `/usr`, which is one place nearly everywhere. */
export function withoutUsr(path: string): string {
  return path.startsWith('usr/') ? path.slice(4) : path;
}
