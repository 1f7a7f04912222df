import type { ScanContext } from '../context.ts';
import { readBytes } from '../formats/byte-source.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import type { LayerContent } from '../image/content.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import type { Analyzer, MissingFile } from '../model/analyzer.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import type { FileView, Resolution } from '../model/view.ts';
import type { ReadLayer } from '../reading/read-layers.ts';
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
  layers: readonly ReadLayer[],
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
  for (const [layer, wanted] of Map.groupBy(wishes, (wish) => wish.layer)) {
    const content = image.layers[layer];
    const read = layers[layer];
    if (content === undefined || read === undefined) continue;
    context.progress.report('reading files behind links');
    const bodies = await readBodies(content, read, wanted, context);
    for (const [analyzer, own] of Map.groupBy(wanted, (wish) => wish.analyzer)) {
      const reader = analyzer.open({
        problem: (problem) => problems.push({ ...problem, layer, analyzer: analyzer.name }),
      });
      for (const wish of own) {
        const body = bodies.get(wish.path);
        if (body === undefined) {
          problems.push({ code: 'file.unreadable', message: `${wish.path} could not be read`, layer, path: wish.path });
          continue;
        }
        const known: FileHeader = { ...body.header, path: wish.as, name: wish.as.slice(wish.as.lastIndexOf('/') + 1) };
        const whole = (analyzer.wants({ ...known, type: 'file' }) & Appetite.Body) !== 0;
        const truncated = whole && body.content.length < body.header.size;
        reader.read({ header: body.header, path: wish.as, content: body.content, truncated });
      }
      files.add(layer, reader.close());
    }
  }
  files.sortFacts();
  return problems;
}

interface Body {
  readonly header: FileHeader;
  readonly content: Buffer;
}

async function readBodies(
  content: LayerContent,
  layer: ReadLayer,
  wishes: readonly Wish[],
  context: ScanContext,
): Promise<ReadonlyMap<string, Body>> {
  const bodies = new Map<string, Body>();
  const wanted = new Set(wishes.map((wish) => wish.path));
  const { limits, signal } = context;
  if (content.seekable !== undefined) {
    for (const path of wanted) {
      const entry = layer.facts.index.find(path);
      const header = entry === undefined ? undefined : layer.facts.index.header(entry);
      if (header?.type !== 'file' || header.sparse === true) continue;
      bodies.set(path, {
        header,
        content: readBytes(content.seekable, header.offset, Math.min(header.size, limits.bodyBytes)),
      });
    }
    return bodies;
  }
  const visitor: TarVisitor = {
    member: (header) =>
      header.type === 'file' && header.sparse !== true && wanted.has(header.path) ? limits.bodyBytes : 0,
    content: (header, bytes) => bodies.set(header.path, { header, content: Buffer.from(bytes) }),
    problem: () => undefined, // the first pass said it
  };
  await content.walk(visitor, { limits, signal });
  return bodies;
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
