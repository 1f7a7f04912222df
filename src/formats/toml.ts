import { createRequire } from 'node:module';
import type * as library from 'smol-toml';
import { FormatError } from '../errors.ts';
import { hasMoreSigns } from './signs.ts';

export type TomlValue = library.TomlValue;

/** A FormatError that knows its line. */
export class TomlError extends FormatError {
  /** From 1. */
  readonly line: number;

  constructor(line: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.line = line;
  }
}

/** Values in each other; files of package managers have five. */
const DEPTH = 20;
/** Signs that begin a table, a list, a value or a part of a key, each of which takes up to 300 bytes: 16 MB of a lockfile. */
const SIGN = /[[{=.,]/g;
const SIGNS = 1_000_000;

/**
 * Reads a document of TOML.
 * @throws TomlError with the line
 */
export function readToml(text: string): TomlTable {
  if (hasMoreSigns(text, SIGN, SIGNS)) throw new TomlError(1, 'it has more values than are read of such a file');
  // At once, since analyzers read files one after the other; and no earlier, since most images have no TOML.
  const { parse, TomlError: LibraryError } = createRequire(import.meta.url)('smol-toml') as typeof library;
  try {
    return new TomlTable(parse(text, { maxDepth: DEPTH, integersAsBigInt: 'asNeeded' }));
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    const words = error.message.split('\n', 1)[0]!.replace(/^Invalid TOML document: /, '');
    throw new TomlError(error.line, `not TOML: ${words}`, { cause: error });
  }
}

/** What TOML holds under a key; what is not of the expected type counts as absent. */
export class TomlTable {
  readonly #table: library.TomlTable | undefined;

  constructor(value: TomlValue | undefined) {
    this.#table =
      typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
        ? (value as library.TomlTable)
        : undefined;
  }

  get exists(): boolean {
    return this.#table !== undefined;
  }

  /** The tables of the library have no prototype. */
  value(key: string): TomlValue | undefined {
    return this.#table?.[key];
  }

  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  /** A text that says something, without blanks around it. */
  text(key: string): string | undefined {
    const value = this.value(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  }

  /** The texts of a list. */
  texts(key: string): readonly string[] {
    return this.#list(key).filter((one) => typeof one === 'string');
  }

  table(key: string): TomlTable {
    return new TomlTable(this.value(key));
  }

  /** The tables of a list. */
  tables(key: string): readonly TomlTable[] {
    return this.#list(key)
      .map((one) => new TomlTable(one))
      .filter(({ exists }) => exists);
  }

  keys(): readonly string[] {
    return Object.keys(this.#table ?? {});
  }

  #list(key: string): readonly TomlValue[] {
    const value = this.value(key);
    return Array.isArray(value) ? value : [];
  }
}
