import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FormatError } from '../../errors.ts';
import type { RuleSet } from '../../model/check.ts';
import type { Content } from '../content.ts';
import type { ContentType } from '../content-type.ts';
import { fileVariables } from './file-variables.ts';
import { openRules } from './open-rules.ts';
import { rulesForTypes } from './rules-for-types.ts';
import type { CompiledRules, RuleText, YaraLoss, YaraOptions, YaraScan } from './yara-rules.ts';

/** Rules of a set, as several engines of one thread use them. */
export interface SharedRules {
  /** Compiles, or takes up, when it is first called. */
  scan(content: Content): YaraScan;
  /** Whoever shared them needs them no more. */
  release(): void;
}

interface Shared {
  users: number;
  compiled: CompiledRules | undefined;
  readonly scans: WeakMap<Content, YaraScan>;
}

const shared = new Map<string, Shared>();

/**
 * A set that two checks use is compiled once, and a file that both are shown is scanned once.
 * @param folder where what is compiled is kept; absent: nowhere
 * @param about types of files: of rules of ours, only those about one of them are compiled; absent: all
 */
export function shareRules(
  set: RuleSet,
  options: YaraOptions,
  folder?: string,
  about?: readonly ContentType[],
): SharedRules {
  const digest = about === undefined ? set.digest : `${set.digest} ${about.join(' ')}`;
  const key = JSON.stringify([digest, options, folder]);
  const one = shared.get(key) ?? { users: 0, compiled: undefined, scans: new WeakMap<Content, YaraScan>() };
  shared.set(key, one);
  one.users++;
  let isReleased = false;
  return {
    scan: (content) => {
      const known = one.scans.get(content);
      if (known !== undefined) return known;
      one.compiled ??= openRules({ digest, read: () => textsAbout(set.files, about) }, options, folder);
      const { rules, count, losses } = one.compiled;
      // Rules of ours are about some types of files each, and need not have any about these.
      if (count === 0 && about === undefined) throw new FormatError(whyNone(losses[0]));
      const scan = rules.scan(content.bytes, fileVariables(content.header, content.type));
      one.scans.set(content, scan);
      return scan;
    },
    release: () => {
      if (isReleased) return;
      isReleased = true;
      if (--one.users > 0) return;
      one.compiled?.rules.close();
      shared.delete(key);
    },
  };
}

/** A set of nothing would find nothing in any file, which is not what a scan without findings is to mean. */
function whyNone(first: YaraLoss | undefined): string {
  const why = first === undefined ? 'it has none' : `${first.file}, line ${first.line}: ${first.reason}`;
  return `no rule of the set can be used (${why})`;
}

function textsAbout(files: readonly string[], about: readonly ContentType[] | undefined): readonly RuleText[] {
  const texts = readTexts(files);
  return about === undefined ? texts : texts.map(({ file, text }) => ({ file, text: rulesForTypes(text, about) }));
}

/** Files of a set, named from the folder that holds all of them. */
export function readTexts(files: readonly string[]): readonly RuleText[] {
  const folder = commonFolder(files);
  return files.map((file) => ({
    file: path.relative(folder, file).replaceAll(path.sep, '/'),
    text: readFileSync(file, 'utf8'),
  }));
}

function commonFolder(files: readonly string[]): string {
  let common = files[0] === undefined ? '' : path.dirname(files[0]);
  for (const file of files)
    while (!file.startsWith(`${common}${path.sep}`) && common !== path.dirname(common)) common = path.dirname(common);
  return common;
}
