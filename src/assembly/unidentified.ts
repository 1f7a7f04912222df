import type { Problem } from '../model/problem.ts';
import type { MergedFiles } from './merged-files.ts';
import type { Ownership } from './ownership.ts';
import type { Programs } from './programs.ts';

/** Files that a message names. */
const EXAMPLES = 3;
/** Reasons that are told apart; analyzers have a handful each. */
const MAX_REASONS = 50;

/**
 * Says what in sight does not tell what it was made of and is nothing that a package of a distribution brought, there or
 * as a copy: one problem a reason and layer, with the first files of it.
 */
export function unidentifiedProblems(files: MergedFiles, ownership: Ownership, programs: Programs): readonly Problem[] {
  const kinds = new Map<string, { readonly reason: string; readonly layer: number; readonly places: Set<string> }>();
  let beyond = 0;
  for (const { layer, fact } of files.facts('unidentified')) {
    if (!files.shows(layer, fact.path)) continue;
    const owner = ownership.ownerOf(fact.path);
    if (owner !== undefined && ownership.isInstalled(owner)) continue;
    const { node } = files.tree.find(fact.path);
    const content = node === undefined ? undefined : files.tree.contentOf(node);
    if (content !== undefined && programs.isCopy(content)) continue;
    const key = `${layer} ${fact.reason}`;
    let kind = kinds.get(key);
    if (kind === undefined) {
      if (kinds.size >= MAX_REASONS) {
        beyond++;
        continue;
      }
      kind = { reason: fact.reason, layer, places: new Set() };
      kinds.set(key, kind);
    }
    kind.places.add(fact.location ?? fact.path);
  }
  const told = [...kinds.values()].map(({ reason, layer, places }): Problem => {
    const sorted = [...places].sort();
    const [first = ''] = sorted;
    if (sorted.length === 1) return { code: 'packages.unidentified', message: `it ${reason}`, layer, path: first };
    const more = sorted.length > EXAMPLES ? ` and ${sorted.length - EXAMPLES} more` : '';
    const message = `${sorted.length} files; each ${reason}: ${sorted.slice(0, EXAMPLES).join(', ')}${more}`;
    return { code: 'packages.unidentified', message, layer };
  });
  if (beyond === 0) return told;
  return [
    ...told,
    { code: 'packages.unidentified', message: `${beyond} more files do not tell what they were made of` },
  ];
}
