import { compareText } from '../model/order.ts';
import type { Coverage } from '../model/report.ts';
import type { LayerFacts } from '../reading/pass.ts';
import { LedgerCounts } from './ledger-counts.ts';
import { LedgerFiles } from './ledger-files.ts';
import type { LedgerSources } from './ledger-sources.ts';
import type { MergedFiles } from './merged-files.ts';
import { NONE } from './tree-nodes.ts';

/** What was read of a layer, with its number. */
export interface PlacedReading {
  readonly layer: number;
  readonly facts: LayerFacts;
}

export interface CountedFiles {
  readonly coverage: Omit<Coverage, 'complete'>;
  /** Executables that nobody owns, of those that their mode lets somebody execute. */
  readonly programs: number;
  /** Executables at the places of a distribution's programs and libraries, and some of those that nobody owns. */
  readonly places: { readonly owned: number; readonly strays: number; readonly examples: readonly string[] };
}

/**
 * The ledger: every regular file of the merged view ends in one class. Executables that no package owns or is are named,
 * whoever looked into them: that somebody read a program does not tell what it is.
 */
export async function countCoverage(
  files: MergedFiles,
  readings: readonly PlacedReading[],
  sources: LedgerSources,
): Promise<CountedFiles> {
  const { tree } = files;
  const { pauses } = sources;
  const ledger = await LedgerFiles.of(files, sources);
  const counts = new LedgerCounts(tree);
  /** By node: files that were counted under the name of a link, since their own is hidden. */
  let counted: Uint8Array | undefined;
  for (let node = tree.nextFile(NONE); node !== NONE; node = tree.nextFile(node)) {
    if (pauses.isDue(3)) await pauses.take();
    const type = tree.typeOf(node);
    // A hard link is the file that it shares its content with: counted there, unless only the link is left in sight.
    const content = type === 'hardlink' ? tree.contentOf(node) : node;
    if (content === undefined || tree.typeOf(content) !== 'file') continue;
    if (content !== node) {
      if (tree.showsFile(content) || counted?.[content] === 1) continue;
      counted ??= new Uint8Array(tree.size);
      counted[content] = 1;
    }
    const entry = ledger.entryOf(node, content);
    counts.add(node, content, entry);
  }
  if (pauses.isDue(tree.size / 10)) await pauses.take();
  counts.addHidden();
  let read = 0;
  for (const { facts } of readings) read += facts.analysed.size;
  const contents = contentsJudged(files);
  return {
    coverage: { ...counts.result(), analysed: read, ...(contents && { contents }) },
    programs: counts.programs,
    places: { ...counts.places, examples: counts.strays() },
  };
}

type ContentCounts = NonNullable<Coverage['contents']>[string];

function contentsJudged(files: MergedFiles): Coverage['contents'] {
  const facts = files.facts('content-coverage');
  if (facts.length === 0) return undefined;
  const checks: Record<string, ContentCounts> = {};
  for (const [check, group] of [...Map.groupBy(facts, ({ fact }) => fact.check)].sort(([a], [b]) =>
    compareText(a, b),
  )) {
    const sum = { judged: 0, bytes: 0, passed: 0, unjudged: 0 };
    let shut = 0;
    for (const { fact } of group) {
      sum.judged += fact.judged;
      sum.bytes += fact.bytes;
      sum.passed += fact.passed;
      shut += fact.shut ?? 0;
      for (const { count } of fact.unjudged) sum.unjudged += count;
    }
    checks[check] = { ...sum, ...(shut > 0 && { shut }) };
  }
  return checks;
}
