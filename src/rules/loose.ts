import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import type { RuleSet } from '../model/check.ts';
import { pathsBelow } from './folder-files.ts';
import { defaultRuleLimits, kindOfFile, type RuleKind } from './rule-file.ts';

/**
 * Rules that lie anywhere on this machine, a file or a folder, used where they are. Unlike those that were imported their
 * digest is made anew each time.
 * @param source absolute
 * @param name as reports shall name it
 * @throws UsageError where there are none
 */
export function looseRuleSets(source: string, name: string): readonly RuleSet[] {
  const stats = statSync(source, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError('usage.option', `--rules: ${name} is not there.`);
  const inner = stats.isDirectory()
    ? pathsBelow(source, (one) => kindOfFile(one) !== undefined, defaultRuleLimits)
    : kindOfFile(source) === undefined
      ? []
      : [''];
  const kinds = new Map<RuleKind, string[]>();
  for (const one of inner) {
    const file = path.join(source, one);
    const kind = kindOfFile(file) as RuleKind;
    const files = kinds.get(kind) ?? [];
    kinds.set(kind, files);
    files.push(file);
  }
  if (kinds.size === 0) {
    const what = stats.isDirectory() ? 'has no files of rules' : 'is no file of rules by its ending';
    throw new UsageError('usage.option', `--rules: ${name} ${what} (.yar, .ndb, .cvd, .sha256 and others).`);
  }
  return [...kinds].map(([kind, files]) => ({
    name: kinds.size === 1 ? name : `${name}:${kind}`,
    kind,
    files,
    digest: digestOf(files, source),
  }));
}

function digestOf(files: readonly string[], root: string): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    hash.update(`${sha256} ${path.relative(root, file)}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}
