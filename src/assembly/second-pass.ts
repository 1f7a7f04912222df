import { setImmediate } from 'node:timers/promises';
import type { ScanContext } from '../context.ts';
import { readBytes } from '../formats/byte-source.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import type { LayerContent } from '../image/content.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import type { Analyzer, MissingFile } from '../model/analyzer.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import type { FileView, Resolution } from '../model/view.ts';
import { timedOut } from '../reading/read-layers.ts';
import type { MergedFiles } from './merged-files.ts';

interface Wish extends MissingFile {
  readonly analyzer: Analyzer;
}

/**
 * Asks each analyzer once what it still misses, now that links can be followed, and reads only that: by position in
 * an uncompressed layer; a compressed one is inflated once more.
 * @returns what was odd or could not be read
 */
export async function readMissing(
  files: MergedFiles,
  image: OpenedImage,
  analyzers: readonly Analyzer[],
  context: ScanContext,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const wishes = analyzers.flatMap((analyzer) => {
    const view = noticing(files, (path, reason) => {
      const code: ProblemCode = reason === 'loop' ? 'link.loop' : 'link.broken';
      const what = reason === 'loop' ? 'links lead in a circle' : 'a link leads nowhere';
      problems.push({ code, message: `${path} cannot be reached: ${what}`, path, analyzer: analyzer.name });
    });
    return (analyzer.missing?.(view) ?? []).map((wish): Wish => ({ ...wish, analyzer }));
  });
  const told = problems.splice(context.limits.problems);
  if (told.length > 0) problems.push({ code: 'layer.limit', message: `${told.length} more links lead nowhere` });
  let left = SECOND_PASS_BYTES;
  for (const [layer, wanted] of Map.groupBy(wishes, (wish) => wish.layer)) {
    const content = image.layers[layer];
    if (content === undefined) continue;
    context.progress.report('reading files behind links');
    const readers = new Map(
      wanted.map(({ analyzer }) => [
        analyzer,
        analyzer.open({ problem: (problem) => problems.push({ ...problem, layer, analyzer: analyzer.name }) }),
      ]),
    );
    const byPlace = Map.groupBy(wanted, ({ header }) => placeOf(header));
    const unread = new Set(wanted);
    const deliver = (header: FileHeader, body: Buffer): void => {
      for (const wish of byPlace.get(placeOf(header)) ?? []) {
        left -= body.length;
        if (left < 0 || context.signal.aborted) return;
        unread.delete(wish);
        const { analyzer, as } = wish;
        const known: FileHeader = { ...header, path: as, name: as.slice(as.lastIndexOf('/') + 1) };
        const whole = (analyzer.wants({ ...known, type: 'file' }) & Appetite.Body) !== 0;
        readers.get(analyzer)?.read({ header, path: as, content: body, truncated: whole && body.length < header.size });
      }
    };
    try {
      await eachBody(content, byPlace, deliver, context);
    } catch (error) {
      if (!timedOut(context.signal)) throw error;
    }
    for (const reader of readers.values()) files.add(layer, reader.close());
    const [first] = unread;
    if (first !== undefined) {
      const code: ProblemCode = timedOut(context.signal)
        ? 'scan.timeout'
        : left < 0
          ? 'layer.limit'
          : 'file.unreadable';
      const message = `${first.header.path}${unread.size > 1 ? ` and ${unread.size - 1} more files` : ''} behind links could not be read`;
      problems.push({ code, message, layer, path: first.as });
    }
  }
  files.sortFacts();
  return problems;
}

/** Bytes that are read for all analyzers: many links may lead to one large file. */
const SECOND_PASS_BYTES = 512 * 1024 * 1024;

function placeOf(header: FileHeader): string {
  return `${header.offset} ${header.path}`;
}

/** Hands the wanted bodies on one by one: together they may be far larger than memory. */
async function eachBody(
  content: LayerContent,
  wanted: ReadonlyMap<string, readonly Wish[]>,
  deliver: (header: FileHeader, body: Buffer) => void,
  context: ScanContext,
): Promise<void> {
  const { limits, signal } = context;
  if (content.seekable !== undefined) {
    for (const [first] of wanted.values()) {
      const { header } = first as Wish;
      if (header.sparse === true) continue;
      deliver(header, readBytes(content.seekable, header.offset, Math.min(header.size, limits.bodyBytes)));
      await setImmediate();
      signal.throwIfAborted();
    }
    return;
  }
  const visitor: TarVisitor = {
    member: (header) =>
      header.type === 'file' && header.sparse !== true && wanted.has(placeOf(header)) ? limits.bodyBytes : 0,
    content: deliver,
    problem: () => undefined, // the first pass said it
  };
  await content.walk(visitor, { limits, signal });
}

/** A view that tells of paths that links lead astray. */
function noticing(files: MergedFiles, notice: (path: string, reason: 'loop' | 'broken') => void): FileView {
  return {
    image: files.image,
    facts: (kind) => files.facts(kind),
    hiddenBy: (layer, path) => files.hiddenBy(layer, path),
    list: (directory) => files.list(directory),
    resolve: (path): Resolution => {
      const resolution = files.resolve(path);
      if (!resolution.found && resolution.reason !== 'absent') notice(path, resolution.reason);
      return resolution;
    },
  };
}
