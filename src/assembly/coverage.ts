import { compareText } from '../model/order.ts';
import type { Coverage } from '../model/report.ts';
import type { LayerFacts } from '../reading/pass.ts';
import type { Inventory } from './inventory.ts';
import type { MergedFiles } from './merged-files.ts';
import type { Ownership } from './ownership.ts';
import type { Pauses } from './pauses.ts';

/** Paths of unexplained executables that a report names. */
const NAMED = 100;

/** What was read of a layer, with its number. */
export interface PlacedReading {
  readonly layer: number;
  readonly facts: LayerFacts;
}

/**
 * The ledger: every regular file of the merged view ends in one class. Executables that no package owns or is are named,
 * whoever looked into them: that somebody read a program does not tell what it is.
 * @param inventory packages of languages stand in files: these are explained
 */
export async function countCoverage(
  files: MergedFiles,
  readings: readonly PlacedReading[],
  ownership: Ownership,
  { installed }: Pick<Inventory, 'installed'>,
  pauses: Pauses,
): Promise<Omit<Coverage, 'complete'>> {
  const { tree } = files;
  const analysed = new Uint8Array(tree.size);
  let read = 0;
  for (const { layer, facts } of readings) {
    read += facts.analysed.size;
    if (pauses.isDue(facts.analysed.size * 10)) await pauses.take();
    for (const path of facts.analysed) {
      const { node } = tree.find(path);
      if (node !== undefined && tree.layerOf(node) === layer) analysed[node] = 1;
    }
  }
  const packages = new Uint8Array(tree.size);
  for (const { record, path } of installed) {
    if (pauses.isDue(10)) await pauses.take();
    if (record.evidence !== undefined) continue;
    const { node } = tree.find(path);
    if (node !== undefined) packages[node] = 1;
  }
  const byClass = { owned: 0, analysed: 0, unowned: 0 };
  const unexplained: string[] = [];
  const name = (path: string): void => {
    unexplained.push(path);
    // Sorted now and then, so that no list of all is kept.
    if (unexplained.length === 20 * NAMED) unexplained.sort().splice(NAMED);
  };
  let count = 0;
  let bytes = 0;
  for (const node of tree.files()) {
    if (pauses.isDue(1)) await pauses.take();
    const type = tree.typeOf(node);
    if (type !== 'file') continue;
    const index = tree.indexOf(node);
    const entry = tree.entryOf(node);
    count++;
    bytes += index?.sizeOf(entry) ?? 0;
    if (ownership.isExplained(node)) byClass.owned++;
    else {
      if (analysed[node] === 1) byClass.analysed++;
      else byClass.unowned++;
      if (packages[node] === 0 && ((index?.modeOf(entry) ?? 0) & 0o111) !== 0) name(tree.pathOf(node));
    }
  }
  const contents = contentsJudged(files);
  const named = unexplained.sort().slice(0, NAMED);
  return { files: count, bytes, analysed: read, byClass, unexplained: named, ...(contents && { contents }) };
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
    let unlocked = 0;
    for (const { fact } of group) {
      sum.judged += fact.judged;
      sum.bytes += fact.bytes;
      sum.passed += fact.passed;
      shut += fact.shut ?? 0;
      unlocked += fact.unlocked ?? 0;
      for (const { count } of fact.unjudged) sum.unjudged += count;
    }
    checks[check] = { ...sum, ...(shut > 0 && { shut }), ...(unlocked > 0 && { unlocked }) };
  }
  return checks;
}
