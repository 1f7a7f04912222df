import type { ScanContext } from '../context.ts';
import type { Analyzer, MissingFile } from '../model/analyzer.ts';
import { Appetite } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import type { FileView, Resolution } from '../model/view.ts';
import type { MergedFiles } from './merged-files.ts';

/** A file that an analyzer asks for once links can be followed. */
export interface Wish extends MissingFile {
  readonly analyzer: Analyzer;
}

/**
 * Asks each analyzer what it still misses.
 * @param problems gets the links that lead nowhere
 */
export function askMissing(
  files: MergedFiles,
  analyzers: readonly Analyzer[],
  limits: ScanContext['limits'],
  problems: Problem[],
): readonly Wish[] {
  const astray: Problem[] = [];
  const wishes = analyzers.flatMap((analyzer) => {
    const view = noticing(files, (path, reason) => {
      const code: ProblemCode = reason === 'loop' ? 'link.loop' : 'link.broken';
      const what = reason === 'loop' ? 'links lead in a circle' : 'a link leads nowhere';
      astray.push({ code, message: `${path} cannot be reached: ${what}`, path, analyzer: analyzer.name });
    });
    return (analyzer.missing?.(view) ?? []).map((wish): Wish => ({ ...wish, analyzer }));
  });
  const told = astray.splice(limits.problems);
  problems.push(...astray);
  if (told.length > 0) problems.push({ code: 'layer.limit', message: `${told.length} more links lead nowhere` });
  return wishes;
}

/** What the analyzer wants of a file under the path by which it knows it. */
export function appetiteOf({ analyzer, header, as }: Wish): Appetite {
  const file = { ...header, path: as, name: as.slice(as.lastIndexOf('/') + 1), type: 'file' } as const;
  return analyzer.wants(file) || Appetite.Body;
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
