import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defaultFileName } from '../../config/file.ts';
import type { OptionName } from '../../config/options.ts';
import { UsageError } from '../../errors.ts';
import { YamlError } from '../../formats/yaml-tree.ts';
import { countWords } from '../../report/words.ts';
import type { CommandIo } from '../command.ts';
import { importPolicy } from '../import-policy.ts';
import { policyFileName, readWhole } from '../policy-file.ts';
import type { ForeignLine, GivenOption } from './read-line.ts';
import { optionsOfFile } from './read-settings.ts';

/** A file of another program, and what is in it for us. */
export interface ForeignFile {
  readonly file: string;
  /** One sentence. */
  readonly what: string;
  /** Keys or entries that mean nothing here, the first hundred. */
  readonly left: readonly string[];
}

/** What a line may look at of the folder. */
type Folder = Pick<CommandIo, 'folder' | 'environment'>;

const MOST_BYTES = 1024 * 1024;
const MOST_LEFT = 100;

/** Options that files set: the one that the line names, or those that are read by themselves. */
export async function readOptionFiles(
  { tool, options }: ForeignLine,
  io: Folder,
): Promise<{ readonly files: readonly ForeignFile[]; readonly options: readonly GivenOption[] }> {
  const named = options.find(({ flag }) => flag === '--config')?.value;
  // Only for programs that have such files: elsewhere the option is of something else.
  const wanted =
    tool.optionFiles.length === 0 ? [] : named === undefined ? await present(tool.optionFiles, io) : [named];
  const [file] = wanted;
  if (file === undefined) return { files: [], options: [] };
  const text = (await readWhole(path.resolve(io.folder, file), file, MOST_BYTES)).toString('utf8');
  try {
    const read = await optionsOfFile(tool, text.replace(/^\uFEFF/, ''));
    const what = `${countWords(read.options.length, 'option')}, told above`;
    const left = read.unknown.slice(0, MOST_LEFT).map((key) => `${key}: it has no counterpart`);
    return { files: [{ file, what, left }], options: read.options };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new UsageError('usage.option', `${file}:${error.line}: ${error.message}.`, { cause: error });
  }
}

/** Files of accepted findings: those that the line names, or those that are read by themselves. */
export async function policyFilesOf(
  line: ForeignLine,
  named: readonly string[],
  io: Folder,
): Promise<readonly string[]> {
  if (named.length > 0) return named;
  const found = await present(line.tool.policyFiles, io);
  const config = line.options.find(({ flag }) => flag === '--config')?.value;
  return config !== undefined && line.tool.name === 'grype' ? [config] : found;
}

/** What became of files of accepted findings; undefined text where nothing in them means anything here. */
export interface MigratedPolicy {
  readonly text?: string;
  readonly files: readonly ForeignFile[];
}

/** Reads files of accepted findings as "drydock policy import" does. */
export async function migratePolicy(files: readonly string[], io: Folder): Promise<MigratedPolicy> {
  if (files.length === 0) return { files: [] };
  const { text, entries, notes } = await importPolicy(files, io);
  const left = notes
    .slice(0, MOST_LEFT)
    .map(({ line, what, why }) => `line ${line}: ${what === '' ? '' : `${what}: `}${why}`);
  const what = entries === 0 ? 'nothing in it is an accepted finding' : `${countWords(entries, 'accepted finding')}`;
  return { ...(entries > 0 && { text }), files: [{ file: files.join(', '), what, left: entries === 0 ? [] : left }] };
}

/** Files that were written, and those that were there already. */
export interface WrittenFiles {
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

/** Writes what goes to files of ours. None that is there is touched. */
export async function writeFiles(
  settings: ReadonlyMap<OptionName, string | true>,
  policy: string | undefined,
  io: Folder,
): Promise<WrittenFiles> {
  const texts: (readonly [string, string])[] = [];
  if (settings.size > 0) {
    texts.push([
      defaultFileName,
      [...settings].map(([name, value]) => `${name}: ${value === true ? 'true' : JSON.stringify(value)}\n`).join(''),
    ]);
  }
  if (policy !== undefined) texts.push([policyFileName, policy]);
  const [written, kept]: [string[], string[]] = [[], []];
  for (const [name, text] of texts) {
    try {
      await writeFile(path.join(io.folder, name), text, { flag: 'wx' });
      written.push(name);
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST')
        throw new UsageError('usage.option', `${name}: it cannot be written (${code}).`, { cause: error });
      kept.push(name);
    }
  }
  return { written, kept };
}

async function present(names: readonly string[], { folder }: Folder): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) {
    const isThere = await access(path.join(folder, name), constants.F_OK).then(
      () => true,
      () => false,
    );
    if (isThere) found.push(name);
  }
  return found.slice(0, 1);
}
