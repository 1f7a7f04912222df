import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { didYouMean } from './nearest.ts';
import { type OptionName, optionNames, optionTable } from './options.ts';

/** Name of the file that is read without being asked for. */
export const defaultFileName = 'drydock.yaml';

/** Nobody writes a megabyte of settings by hand. */
const MOST_BYTES = 1024 * 1024;

/** A configuration file, its keys checked and its values not yet. */
export interface ConfigurationFile {
  /** Absolute. */
  readonly file: string;
  readonly values: ReadonlyMap<OptionName, unknown>;
  /** `drydock.yaml:3`: where a key stands. */
  place(key: string): string;
}

function lineOf(text: string, key: string): number | undefined {
  const at = text.split('\n').findIndex((line) => {
    const start = line.replace(/^["']/, '');
    return start.startsWith(key) && /^["']?\s*:/.test(start.slice(key.length));
  });
  return at < 0 ? undefined : at + 1;
}

function readText(file: string, shown: string): string {
  try {
    if (statSync(file).size > MOST_BYTES) {
      throw new UsageError('usage.configuration', `${shown}: larger than a mebibyte, so it cannot be a configuration.`);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'there is no such file.' : `cannot be read (${code ?? String(error)}).`;
    throw new UsageError('usage.configuration', `${shown}: ${why}`, { cause: error });
  }
}

/**
 * Reads a configuration file: a YAML mapping of option names to values.
 * @param shown the path as messages shall name it.
 * @throws UsageError `usage.configuration` when it cannot be read, is no mapping, or has an unknown key.
 */
export async function readConfigurationFile(file: string, shown: string): Promise<ConfigurationFile> {
  const text = readText(file, shown);
  // Loaded only where there is a file to read.
  const { CORE_SCHEMA, loadAll } = await import('js-yaml');
  let documents: unknown[];
  try {
    documents = loadAll(text, { schema: CORE_SCHEMA });
  } catch (error) {
    const { reason, mark } = error as { reason?: string; mark?: { line?: number } };
    const line = mark?.line === undefined ? '' : `:${mark.line + 1}`;
    throw new UsageError('usage.configuration', `${shown}${line}: not YAML: ${reason ?? String(error)}.`, {
      cause: error,
    });
  }
  const place = (key: string): string => {
    const line = lineOf(text, key);
    return line === undefined ? shown : `${shown}:${line}`;
  };
  const values = new Map<OptionName, unknown>();
  const content = documents[0] ?? undefined;
  if (content === undefined && documents.length < 2) return { file, values, place };
  if (typeof content !== 'object' || content === null || Array.isArray(content) || documents.length > 1) {
    throw new UsageError('usage.configuration', `${shown}: a list of "option: value" lines is expected.`);
  }
  const allowed = optionNames.filter((name) => !('only' in optionTable[name]));
  for (const [key, value] of Object.entries(content)) {
    const name = allowed.find((option) => option === key);
    if (name === undefined) {
      const about = optionNames.some((option) => option === key)
        ? `"${key}" cannot stand in a file.`
        : `unknown key ${JSON.stringify(key)}.${didYouMean(key.replaceAll('_', '-'), allowed, (k) => `"${k}"`)}`;
      throw new UsageError('usage.configuration', `${place(key)}: ${about}`);
    }
    // `key:` without a value says nothing.
    if (value !== null) values.set(name, value);
  }
  return { file, values, place };
}

/** The file to read: the one asked for, else drydock.yaml in the folder if there is one. */
export function findConfigurationFile(
  asked: string | undefined,
  folder: string,
): { file: string; shown: string } | undefined {
  if (asked !== undefined)
    return { file: asked, shown: path.relative(folder, asked).startsWith('..') ? asked : path.relative(folder, asked) };
  const file = path.join(folder, defaultFileName);
  // A folder or a dangling link of that name is an error when it is read, not a reason to look away.
  return statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : { file, shown: defaultFileName };
}
