import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../errors.ts';
import { didYouMean } from './nearest.ts';
import { environmentName, type OptionName, optionNames, optionTable } from './options.ts';
import { showValue } from './values.ts';

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

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file.',
  ENOTDIR: 'there is no such file.',
  EISDIR: 'it is a folder.',
  EACCES: 'it cannot be read (permission denied).',
  ELOOP: 'its links lead in a circle.',
};

/** Milliseconds between two looks at a pipe that has nothing to read yet. */
const PIPE_WAIT = 10;

/** Never waits within the system, where an interruption would not be heard: a pipe may have nobody who writes. */
async function readBytes(file: string): Promise<Buffer> {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.allocUnsafe(MOST_BYTES + 1);
    for (let length = 0; ; ) {
      try {
        const read = readSync(descriptor, bytes, length, bytes.length - length, null);
        length += read;
        if (read > 0 && length <= MOST_BYTES) continue;
        if (length === 0 && fstatSync(descriptor).isFIFO()) throw new Error('nobody wrote into the pipe');
        return bytes.subarray(0, length);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await sleep(PIPE_WAIT);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

async function readText(file: string, shown: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readBytes(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new UsageError('usage.configuration', `${shown}: ${reasons[code] ?? `it cannot be read (${code}).`}`, {
      cause: error,
    });
  }
  if (bytes.length > MOST_BYTES) {
    throw new UsageError('usage.configuration', `${shown}: larger than a mebibyte, so it cannot be a configuration.`);
  }
  return bytes.toString('utf8');
}

/**
 * Reads a configuration file: a YAML mapping of option names to values.
 * @throws UsageError `usage.configuration` when it cannot be read, is no mapping, or has a key that it cannot have.
 */
export async function readConfigurationFile({ file, shown, named }: FoundConfiguration): Promise<ConfigurationFile> {
  const text = await readText(file, shown);
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
        : `unknown key ${showValue(key)}.${didYouMean(key.replaceAll('_', '-'), allowed, (k) => `"${k}"`)}`;
      throw new UsageError('usage.configuration', `${place(key)}: ${about}`);
    }
    if ('personal' in optionTable[name] && !named) {
      throw new UsageError(
        'usage.configuration',
        `${place(key)}: "${key}" cannot stand in a file that nobody named, since it may come with somebody else's project. ` +
          `Give --${key} or ${environmentName(key)}, or name the file: --config ${defaultFileName}.`,
      );
    }
    // `key:` without a value says nothing.
    if (value !== null) values.set(name, value);
  }
  return { file, values, place };
}

/** Where a configuration is to be read from. */
export interface FoundConfiguration {
  readonly file: string;
  /** The path as messages shall name it. */
  readonly shown: string;
  /** The user named it; otherwise it lay in the current folder, whoever put it there. */
  readonly named: boolean;
}

/**
 * The file to read: the one asked for, else drydock.yaml in the folder if there is one.
 * @returns a warning where nobody may look into the folder
 */
export function findConfigurationFile(
  asked: string | undefined,
  folder: string,
): FoundConfiguration | { readonly warning: string } | undefined {
  if (asked !== undefined) {
    const relative = path.relative(folder, asked);
    return { file: asked, shown: relative.startsWith('..') ? asked : relative, named: true };
  }
  const file = path.join(folder, defaultFileName);
  try {
    // A folder or a dangling link of that name is an error when it is read, not a reason to look away.
    const stats = lstatSync(file, { throwIfNoEntry: false });
    return stats === undefined ? undefined : { file, shown: defaultFileName, named: false };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { warning: `${defaultFileName} cannot be looked for in the current folder (${code}), so none is used.` };
  }
}
