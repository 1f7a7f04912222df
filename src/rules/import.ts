import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { archiveFiles, isArchive } from './archive-files.ts';
import { unsignedFiles } from './container-proof.ts';
import { pathsBelow, readRuleFile } from './folder-files.ts';
import { type IncomingSet, installSet } from './install.ts';
import { defaultRuleLimits, isLicence, kindOfFile, type RuleFile, type RuleKind, type WantsFile } from './rule-file.ts';
import { withRuleStore } from './rule-store.ts';
import type { RuleSource } from './sources.ts';
import { installOptions, outcomeOf, type RuleUpdateOptions, type SetOutcome } from './update.ts';

export interface RuleImportOptions extends Omit<RuleUpdateOptions, 'targets' | 'dialer' | 'downloadLimits'> {
  /** A folder, an archive, or a file of rules. */
  readonly path: string;
  readonly name: string;
  /** All files are of this kind; absent: their endings tell. */
  readonly kind?: RuleKind;
  readonly licence?: string;
  /** It is the archive of a public set. */
  readonly source?: RuleSource;
  /** Takes containers of ClamAV that nobody signed, too: their files are what is kept. */
  readonly unsigned?: boolean;
}

/**
 * Takes rules from this machine. They are copied: what happens to the originals is of no consequence any more.
 * @throws UsageError where nothing can be read or written
 */
export async function importRuleSet(options: RuleImportOptions): Promise<SetOutcome> {
  const { folder, name, kind, licence, source } = options;
  return await withRuleStore(folder, options, async (store) =>
    outcomeOf(name, store, async () => {
      const { files, sha256 } = await filesOf(options);
      const about = {
        ...(licence !== undefined && { licence }),
        ...(source !== undefined && { author: source.author }),
        ...(source?.note !== undefined && { note: source.note }),
      };
      const incoming: IncomingSet = {
        name,
        files: options.unsigned === true ? unpacked(files, options) : files,
        about,
        ...(kind !== undefined && { kind }),
        ...(sha256 !== undefined && { sha256 }),
      };
      return await installSet(store, incoming, installOptions(options, name));
    }),
  );
}

interface Source {
  readonly files: Iterable<RuleFile>;
  readonly sha256?: string;
}

async function filesOf({
  path: from,
  kind,
  source: known,
  limits = defaultRuleLimits,
  signal,
}: RuleImportOptions): Promise<Source> {
  const wants: WantsFile = (inner) => isLicence(inner) || kindOfFile(inner) !== undefined || kind !== undefined;
  // The archive of a public set holds more than its rules; of a folder somebody chose what is in it.
  const wantsOfArchive: WantsFile = (inner) =>
    wants(inner) && (isLicence(inner) || (known?.wanted?.test(inner) ?? true));
  const stats = statSync(from, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError('usage.option', `${from} is not there.`);
  if (stats.isDirectory()) return { files: readAll(from, pathsBelow(from, wants, limits)) };
  if (!stats.isFile()) throw new UsageError('usage.option', `${from} is neither a folder nor a file.`);
  if (stats.size > limits.totalBytes) {
    throw new UsageError('usage.option', `${from} has more than ${limits.totalBytes} bytes.`);
  }
  const bytes = readFileSync(from);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const name = path.basename(from);
  if (!isArchive(name, bytes)) return { files: [{ path: name, bytes }], sha256 };
  return {
    files: await archiveFiles(bytes, wantsOfArchive, { limits, ...(signal !== undefined && { signal }) }),
    sha256,
  };

  function* readAll(folder: string, paths: readonly string[]): Generator<RuleFile> {
    for (const inner of paths) yield readRuleFile(folder, inner, limits);
  }
}

async function* unpacked(files: Iterable<RuleFile>, { signal }: RuleImportOptions): AsyncGenerator<RuleFile> {
  for (const file of files) {
    if (/\.cud$/i.test(file.path)) yield* await unsignedFiles(file, { ...(signal !== undefined && { signal }) });
    else yield file;
  }
}

/** A name for what somebody imports, by what it is called; undefined where that gives none. */
export function nameOf(source: string): string | undefined {
  const base = path.basename(path.resolve(source)).toLowerCase();
  const stem = base.replace(/\.(?:tar\.\w+|tgz|zip|\w+)$/, '') || base;
  const name = stem.replaceAll(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '');
  return name === '' ? undefined : name.slice(0, 64);
}
