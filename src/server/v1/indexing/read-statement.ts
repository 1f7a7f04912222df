import type { LayerContent } from '../../../image/content.ts';
import type { Limits } from '../../../limits.ts';
import type { Logger } from '../../../log.ts';
import type { Analyzer } from '../../../model/analyzer.ts';
import type { Ecosystem } from '../../../model/ecosystem.ts';
import type { Problem, ProblemCode } from '../../../model/problem.ts';
import { readLayer } from '../../../reading/read-layer.ts';
import { IndexError } from '../layer-indexer.ts';
import { type LayerFormat, layerOf, MAX_FILE_BYTES } from './layer-members.ts';
import type { LayerStatement } from './layer-packages.ts';
import { listPackages } from './listed-packages.ts';
import { detectNamespace } from './namespace.ts';
import { removedDatabases } from './removed-databases.ts';

export interface StatementContext {
  readonly ecosystems: readonly Ecosystem[];
  readonly analyzers: readonly Analyzer[];
  readonly limits: Limits;
  readonly temporary: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Examples of a kind of odd thing that go into the log. */
const EXAMPLES = 10;

/** Problems after which nobody knows what the rest of the layer says. */
const fatal: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'layer.truncated',
  'layer.damaged',
  'layer.limit',
  'image.layer-unreadable',
  'file.sparse',
  'file.unreadable',
  'analyzer.failed',
]);

/**
 * Reads what a layer itself says of its distribution and packages.
 * @param name of the layer, for the log
 * @throws IndexError `unreadable`, `file-too-large`
 */
export async function readStatement(
  name: string,
  content: LayerContent,
  format: LayerFormat,
  context: StatementContext,
): Promise<LayerStatement> {
  const { analyzers, ecosystems, log, temporary, signal } = context;
  const limits = { ...context.limits, bodyBytes: MAX_FILE_BYTES };
  const { facts } = await read(layerOf(content, format), analyzers, { limits, temporary, signal });
  signal.throwIfAborted();
  const { index, problems } = facts;
  checkProblems(problems);
  if (problems.length > 0) {
    const examples = problems.slice(0, EXAMPLES).map(({ path, message }) => ({ path, message }));
    log.warn({ layer: name, count: problems.length, examples }, 'parts of a layer could not be read');
  }
  const { packages, dropped } = listPackages(facts.facts);
  if (dropped.length > 0) {
    const examples = dropped.slice(0, EXAMPLES).map((one) => ({ package: one.name, version: one.version }));
    log.warn({ layer: name, count: dropped.length, examples }, 'packages without a valid version were left out');
  }
  const texts = new Map(facts.facts.flatMap((fact) => (fact.kind === 'release' ? [[fact.path, fact.text]] : [])));
  const has = (path: string): boolean => {
    const entry = index.find(path);
    return entry !== undefined && ['file', 'symlink', 'hardlink'].includes(index.typeOf(entry));
  };
  const namespace = detectNamespace({ text: (path) => texts.get(path), has }, ecosystems);
  return { packages, removed: removedDatabases(index), ...(namespace !== undefined && { namespace }) };
}

async function read(
  content: LayerContent,
  analyzers: readonly Analyzer[],
  context: Pick<StatementContext, 'limits' | 'temporary' | 'signal'>,
): ReturnType<typeof readLayer> {
  try {
    return await readLayer(content, analyzers, context);
  } catch (error) {
    context.signal.throwIfAborted();
    throw unreadable(error);
  }
}

/** What made a layer unreadable; a fault of this program stays one. */
function unreadable(error: unknown): unknown {
  if (error instanceof IndexError) return error;
  // A disk, a server or a connection that failed has a code; what is wrong with this program has none.
  if (!(error instanceof Error) || (error as { code?: unknown }).code === undefined) return error;
  return new IndexError('unreadable', error.message, { cause: error });
}

function checkProblems(problems: readonly Problem[]): void {
  // Whoever reads a file knows what is enough of it; without an analyzer it is one that should be read whole.
  const large = problems.find(({ code, analyzer }) => code === 'file.too-large' && analyzer === undefined);
  if (large !== undefined) throw new IndexError('file-too-large', `${large.path}: ${large.message}`);
  const problem = problems.find(({ code, analyzer }) => fatal.has(code) && isOfLayer(code, analyzer));
  if (problem !== undefined) throw new IndexError('unreadable', problem.message);
}

/** Analyzers have limits of their own, which cost a part of what they know. */
function isOfLayer(code: ProblemCode, analyzer: string | undefined): boolean {
  return analyzer === undefined || code === 'analyzer.failed' || code === 'file.unreadable';
}
