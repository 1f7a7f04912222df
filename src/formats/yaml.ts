import { createRequire } from 'node:module';
import type * as library from 'js-yaml';
import { FormatError } from '../errors.ts';
import { hasMoreSigns } from './signs.ts';

/** Values in each other; files of package managers have six. */
const DEPTH = 30;
/** What an alias names is looked at again at each of them. */
const ALIASES = 100;
/** Each of them makes a value or a key, and each of these takes up to 450 bytes: 16 MB of a lockfile. */
const SIGN = /[\n,[{]|[-:?]\s/g;
const SIGNS = 1_000_000;

/**
 * Reads the documents of a file of YAML that a package manager wrote. All scalars are text, so that `1.10` is no number;
 * where nothing stands, or `null` or `~` without quotes, is null.
 * @throws FormatError with the line
 */
export function readYaml(text: string): readonly unknown[] {
  if (hasMoreSigns(text, SIGN, SIGNS)) throw new FormatError('it has more values than are read of such a file');
  // At once, since analyzers read files one after the other; and no earlier, since most images have no YAML.
  const { loadAll, FAILSAFE_SCHEMA, nullCoreTag } = createRequire(import.meta.url)('js-yaml') as typeof library;
  try {
    const schema = FAILSAFE_SCHEMA.withTags(nullCoreTag);
    // `json`: of a key that stands there twice the last one counts.
    return loadAll(text, { schema, maxDepth: DEPTH, maxAliases: ALIASES, json: true });
  } catch (error) {
    const { reason, mark, message } = error as Partial<library.YAMLException>;
    throw new FormatError(`line ${(mark?.line ?? 0) + 1}: not YAML: ${reason ?? message}`, { cause: error });
  }
}
