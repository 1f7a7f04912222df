import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../errors.ts';
import { didYouMean } from './nearest.ts';
import { environmentName, type OptionName, type OptionSpec, optionNames, optionTable } from './options.ts';
import { showValue } from './values.ts';
import { lineOfPath } from './yaml-lines.ts';

/** Name of the file that is read without being asked for. */
export const defaultFileName = 'drydock.yaml';

/** Nobody writes a megabyte of settings by hand. */
const MOST_BYTES = 1024 * 1024;

/** A configuration file, its keys checked and its values not yet. */
export interface ConfigurationFile {
  /** Absolute. */
  readonly file: string;
  readonly values: ReadonlyMap<OptionName, unknown>;
  /** `drydock.yaml:3`: where an option stands. */
  place(name: OptionName): string;
  /** What it is called there: `fail-on`, `server.listen`. */
  called(name: OptionName): string;
  /** Things to tell that are no errors. */
  readonly warnings: readonly string[];
}

/** What is read besides our own options. */
export interface ReadingOptions {
  /** Whoever reads has no options in sections, so that those of a file that nobody named are not looked at. */
  readonly withoutSections?: boolean;
  /** Understands a file that Clair would read, which has all it says below `clair`. */
  readonly readClair?: (content: unknown, text: string, found: FoundConfiguration) => ConfigurationFile;
}

const specOf = (name: OptionName): OptionSpec => optionTable[name];

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

function parseYaml(loadAll: () => unknown[], shown: string): unknown[] {
  try {
    return loadAll();
  } catch (error) {
    const { reason, mark } = error as { reason?: string; mark?: { line?: number } };
    const line = mark?.line === undefined ? '' : `:${mark.line + 1}`;
    throw new UsageError('usage.configuration', `${shown}${line}: not YAML: ${reason ?? String(error)}.`, {
      cause: error,
    });
  }
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a configuration file: a YAML mapping of option names to values.
 * @throws UsageError `usage.configuration` when it cannot be read, is no mapping, or has a key that it cannot have.
 */
export async function readConfigurationFile(
  found: FoundConfiguration,
  { readClair, withoutSections = false }: ReadingOptions = {},
): Promise<ConfigurationFile> {
  const { file, shown } = found;
  const text = await readText(file, shown);
  // Loaded only where there is a file to read.
  const { CORE_SCHEMA, loadAll } = await import('js-yaml');
  const documents = parseYaml(() => loadAll(text, { schema: CORE_SCHEMA }), shown);
  const placeOf = (path: readonly string[]): string => {
    const line = lineOfPath(text, path);
    return line === undefined ? shown : `${shown}:${line}`;
  };
  const values = new Map<OptionName, unknown>();
  const read: ConfigurationFile = {
    file,
    values,
    place: (name) => placeOf(pathIn(name)),
    called: (name) => pathIn(name).join('.'),
    warnings: [],
  };
  const content = documents[0] ?? undefined;
  if (content === undefined && documents.length < 2) return read;
  if (!isMapping(content) || documents.length > 1) {
    throw new UsageError('usage.configuration', `${shown}: a list of "option: value" lines is expected.`);
  }
  if (readClair !== undefined && Object.hasOwn(content, 'clair')) return readClair(content['clair'], text, found);
  takeKeys(content, undefined, { values, placeOf, found, withoutSections });
  return read;
}

/** `server.listen` as its keys. */
function pathIn(name: OptionName): readonly string[] {
  const { section } = specOf(name);
  return section === undefined ? [name] : [section, name];
}

/** Keys that hold options instead of being one. */
const sections: readonly string[] = ['server'] satisfies readonly OptionSpec['section'][];

interface Taking {
  readonly values: Map<OptionName, unknown>;
  readonly placeOf: (path: readonly string[]) => string;
  readonly found: FoundConfiguration;
  readonly withoutSections: boolean;
}

function takeKeys(content: Record<string, unknown>, section: string | undefined, taking: Taking): void {
  const { values, placeOf, found, withoutSections } = taking;
  const allowed = optionNames.filter((name) => specOf(name).only === undefined && specOf(name).section === section);
  const prefix = section === undefined ? [] : [section];
  for (const [key, value] of Object.entries(content)) {
    const place = placeOf([...prefix, key]);
    if (section === undefined && sections.includes(key)) {
      // `server:` without a value says nothing.
      if (value === null || (withoutSections && !found.named)) continue;
      if (!isMapping(value)) {
        throw new UsageError(
          'usage.configuration',
          `${place}: ${key}: options below it are expected, not ${showValue(value)}.`,
        );
      }
      takeKeys(value, key, taking);
      continue;
    }
    const name = allowed.find((option) => option === key);
    if (name === undefined) throw unknownKey(key, section, allowed, place);
    if (specOf(name).personal === true && !found.named) {
      throw new UsageError(
        'usage.configuration',
        `${place}: "${key}" cannot stand in a file that nobody named, since it may come with somebody else's project. ` +
          `Give --${key} or ${environmentName(key)}, or name the file: --config ${defaultFileName}.`,
      );
    }
    // `key:` without a value says nothing.
    if (value !== null) values.set(name, value);
  }
}

function unknownKey(
  key: string,
  section: string | undefined,
  allowed: readonly OptionName[],
  place: string,
): UsageError {
  const known = optionNames.find((option) => option === key);
  const below = section === undefined ? '' : `${section}: `;
  const fail = (about: string): UsageError => new UsageError('usage.configuration', `${place}: ${below}${about}`);
  if (known === undefined) {
    const here = section === undefined ? [...allowed, ...sections] : allowed;
    const meant = didYouMean(key.replaceAll('_', '-'), here, (k) => `"${k}"`);
    return fail(`unknown key ${showValue(key)}.${meant}`);
  }
  if (specOf(known).only !== undefined) return fail(`"${key}" cannot stand in a file.`);
  const right = specOf(known).section;
  return fail(`"${key}" stands ${right === undefined ? 'beside, not below, that' : `below "${right}"`}.`);
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
 * @param otherwise read where there is neither, if it exists: its place says that whoever runs this machine put it there
 * @returns a warning where nobody may look into the folder
 */
export function findConfigurationFile(
  asked: string | undefined,
  folder: string,
  otherwise?: string,
): FoundConfiguration | { readonly warning: string } | undefined {
  if (asked !== undefined) {
    const relative = path.relative(folder, asked);
    return { file: asked, shown: relative.startsWith('..') ? asked : relative, named: true };
  }
  const file = path.join(folder, defaultFileName);
  try {
    // A folder or a dangling link of that name is an error when it is read, not a reason to look away.
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats !== undefined) return { file, shown: defaultFileName, named: false };
    if (otherwise === undefined || lstatSync(otherwise, { throwIfNoEntry: false }) === undefined) return undefined;
    return { file: otherwise, shown: otherwise, named: true };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { warning: `${defaultFileName} cannot be looked for in the current folder (${code}), so none is used.` };
  }
}
