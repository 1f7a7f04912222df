import type { Problem } from '../model/problem.ts';
import type { DatabaseState } from '../model/view.ts';
import type { Pauses } from '../pauses.ts';
import type { MergedFiles } from './merged-files.ts';
import { PathSample } from './path-sample.ts';
import { isProgramPath } from './program-path.ts';
import { NONE } from './tree-nodes.ts';

const typeOf: Readonly<Record<string, string>> = { apk: 'apk', dpkg: 'deb', pacman: 'alpm', rpm: 'rpm' };

/** Bytecode is made when programs run; packages of languages tell of themselves. */
const others = /\.pyc$|\/(?:node_modules|site-packages|__pycache__)\//;

/** Packages or files that a message names. */
const EXAMPLES = 3;

/**
 * Says where a removed database is not the last word: layers above it bring lists of files, or files such as packages
 * bring. Packages may have been installed and the database removed in one layer, which no database tells of then.
 */
export async function laterPackages(
  files: MergedFiles,
  databases: readonly DatabaseState[],
  pauses: Pauses,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const { tree } = files;
  for (const { slot, path, layer, removedBy } of databases) {
    if (removedBy === undefined) continue;
    const later = laterLists(files, typeOf[slot] ?? slot, layer);
    const paths = new PathSample();
    let count = 0;
    for (let node = tree.nextFile(NONE); node !== NONE; node = tree.nextFile(node)) {
      if (pauses.isDue(1)) await pauses.take();
      if (tree.layerOf(node) <= layer || tree.typeOf(node) === 'symlink') continue;
      const at = tree.pathOf(node);
      if (!isProgramPath(at, 0, at.length) || others.test(at)) continue;
      count++;
      paths.add(at);
    }
    if (count === 0 && later.length === 0) continue;
    const said = [
      ...(later.length > 0 ? [`lists of files of packages (${later.length}: ${named(later)})`] : []),
      ...(count > 0 ? [`files where programs and libraries are (${count}: ${named(paths.first())})`] : []),
    ];
    const message = `layer ${removedBy} removed the ${slot} database; newer than the one of layer ${layer} are ${said.join(' and ')}, so that packages may be missing`;
    problems.push({ code: 'packages.database-outdated', message, layer: removedBy, path });
  }
  return problems;
}

/** Owners of which a layer above another one has a list that differs from the one below. */
function laterLists(files: MergedFiles, type: string, layer: number): readonly string[] {
  const below = new Map<string, string>();
  const later = new Set<string>();
  for (const { layer: of, fact } of files.facts('ownership')) {
    if (fact.type !== type) continue;
    if (of <= layer) below.set(fact.owner, fact.files);
    else if (below.get(fact.owner) !== fact.files) later.add(fact.owner);
  }
  return [...later].sort();
}

function named(names: readonly string[]): string {
  return names.length > EXAMPLES ? `${names.slice(0, EXAMPLES).join(', ')}, …` : names.join(', ');
}
