import type { VexStatement } from '../formats/vex/document.ts';
import type { Finding } from '../model/finding.ts';
import type { UnmatchedStatement, VexMismatch, VexOutcome } from '../model/vex.ts';
import { VexMatcher, type VexSubject } from './vex-match.ts';
import { type MatchedStatement, suppressing, type VexSource } from './vex-source.ts';

/** Statements that matched nothing are told one by one up to here; all are counted. */
const TOLD = 1000;
/** Characters of a statement that become a reason. */
const REASON = 1000;

/** What VEX makes of the findings of an image. */
export interface VexResult {
  /** In the order in which they were given. */
  readonly findings: readonly Finding[];
  readonly outcomes: readonly VexOutcome[];
}

/**
 * Applies statements to findings: of all that speak of one, the youngest decides. `not_affected` and `fixed` suppress
 * it; `affected` and `under_investigation` are said of it.
 * @param now statements that are younger are not known yet
 */
export function applyVex(subject: VexSubject, sources: readonly VexSource[], now: Date): VexResult {
  const matcher = new VexMatcher(subject);
  const said = new Map<Finding, MatchedStatement>();
  const outcomes = sources.map(({ name, document, signed }): VexOutcome => {
    const { format, id, author } = document;
    const unmatched: UnmatchedStatement[] = document.skipped.map(({ index, reason }) => ({
      index,
      mismatch: 'unreadable',
      reason,
    }));
    const touched = new Set<Finding>();
    let matched = 0;
    for (const statement of document.statements) {
      const meant = isLater(statement, now)
        ? ({ mismatch: 'later', reason: `it is of ${statement.timestamp}, which is yet to come` } as const)
        : matcher.meant(statement);
      if (!('findings' in meant)) {
        unmatched.push({ ...about(statement), ...meant });
        continue;
      }
      matched++;
      for (const finding of meant.findings) {
        touched.add(finding);
        const before = said.get(finding);
        if (before !== undefined && timeOf(before.statement) > timeOf(statement)) continue;
        said.set(finding, { source: name, statement });
      }
    }
    return {
      source: name,
      format,
      ...(id !== undefined && { id }),
      ...(author !== undefined && { author }),
      ...(signed !== undefined && { signed }),
      statements: document.statements.length + document.skipped.length,
      matched,
      findings: touched.size,
      unmatched: unmatched.sort((a, b) => a.index - b.index).slice(0, TOLD),
      mismatches: countMismatches(unmatched),
    };
  });
  return { findings: subject.findings.map((finding) => withStatement(finding, said.get(finding))), outcomes };
}

function withStatement(finding: Finding, match: MatchedStatement | undefined): Finding {
  if (match === undefined) return finding;
  const { source, statement } = match;
  const { status, justification, statement: text } = statement;
  const by = `vex:${source}`;
  const words = [justification ?? (status === 'fixed' ? 'fixed' : undefined), text].filter(
    (part) => part !== undefined,
  );
  const reason = words.join(': ').slice(0, REASON);
  const said = { status, by, ...(reason !== '' && { statement: reason }) };
  if (!suppressing.includes(status)) return { ...finding, vex: said };
  return { ...finding, vex: said, suppressed: { by, reason: reason === '' ? status : reason } };
}

function timeOf({ timestamp }: VexStatement): number {
  return timestamp === undefined ? 0 : Date.parse(timestamp);
}

function isLater(statement: VexStatement, now: Date): boolean {
  return timeOf(statement) > now.getTime();
}

function about({
  index,
  vulnerability,
  products,
}: VexStatement): Pick<UnmatchedStatement, 'index' | 'vulnerability' | 'product'> {
  const [product] = products;
  const name = product?.ids[0] ?? product?.cpes[0] ?? product?.hashes[0];
  return { index, vulnerability, ...(name !== undefined && { product: name }) };
}

function countMismatches(unmatched: readonly UnmatchedStatement[]): Readonly<Partial<Record<VexMismatch, number>>> {
  const counts = new Map<VexMismatch, number>();
  for (const { mismatch } of unmatched) counts.set(mismatch, (counts.get(mismatch) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
