import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LimitError } from '../errors.ts';
import { compareText } from '../model/order.ts';
import { isContainer, type RuleFile, type RuleLimits, type WantsFile } from './rule-file.ts';

/** Folders that hold the history of rules, or tools. */
const passedOver = new Set(['.git', '.github', '.svn', 'node_modules']);
/** Deeper than this nobody keeps rules. */
const DEPTH = 32;

/**
 * Paths of the wanted files below a folder, in the order of their names. Links to folders are not followed.
 * @throws LimitError where there are too many files
 */
export function pathsBelow(folder: string, wants: WantsFile, { entries, files }: RuleLimits): readonly string[] {
  const found: string[] = [];
  let seen = 0;
  const walk = (below: string, depth: number): void => {
    if (depth > DEPTH) throw new LimitError(`${below} is deeper than ${DEPTH} folders`);
    for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
      if (++seen > entries) throw new LimitError(`it has more than ${entries} files`);
      const inner = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!passedOver.has(entry.name)) walk(inner, depth + 1);
        continue;
      }
      if (!wants(inner)) continue;
      if (statSync(path.join(folder, inner), { throwIfNoEntry: false })?.isFile() !== true) continue;
      found.push(inner);
      if (found.length > files) throw new LimitError(`it has more than ${files} files of rules`);
    }
  };
  walk('', 0);
  return found.sort(compareText);
}

/**
 * Reads one of them.
 * @throws LimitError where it is too large
 */
export function readRuleFile(folder: string, inner: string, { fileBytes, containerBytes }: RuleLimits): RuleFile {
  const file = path.join(folder, inner);
  const most = isContainer(inner) ? containerBytes : fileBytes;
  if (statSync(file).size > most) throw new LimitError(`${inner} has more than ${most} bytes`);
  return { path: inner, bytes: readFileSync(file) };
}
