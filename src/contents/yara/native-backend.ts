import { createRequire } from 'node:module';
import {
  type Backend,
  type BackendError,
  type BackendRules,
  noVariables,
  readBackendError,
  type ScanLimits,
  type Variables,
} from './backend.ts';

/** What is used of the library: it has no types of its own. */
interface Library {
  compile(source: string, options: LibraryOptions): LibraryRules;
  validate(source: string, options: LibraryOptions): { readonly errors: readonly { readonly message: string }[] };
  deserialize(bytes: Uint8Array): LibraryRules;
}

interface LibraryOptions {
  readonly defineVariables: Variables;
  readonly enableIncludes: boolean;
  readonly enableAllWarnings: boolean;
}

interface LibraryRules {
  scan(bytes: Uint8Array, variables: Variables): LibraryMatch[];
  serialize(): Uint8Array;
  setTimeout(milliseconds: number): void;
  setMaxMatchesPerPattern(count: number): void;
}

interface LibraryMatch {
  readonly ruleIdentifier: string;
  readonly tags: string[];
  readonly meta: Record<string, string | number | boolean>;
  readonly matches: { readonly identifier: string; readonly offset: number; readonly length: number }[];
}

const NAME = '@litko/yara-x-linux-x64-gnu';
const options: LibraryOptions = { defineVariables: noVariables, enableIncludes: false, enableAllWarnings: false };

/** @returns undefined: there is none for this machine */
export function nativeBackend(): Backend | undefined {
  const load = createRequire(import.meta.url);
  let library: Library;
  let version: string;
  try {
    library = load(NAME) as Library;
    version = (load(`${NAME}/package.json`) as { version: string }).version;
  } catch {
    return undefined;
  }
  return {
    name: 'native',
    version,
    compile: (text, limits) => compile(library, text, limits),
    restore: (bytes, limits) => withLimits(library.deserialize(bytes), limits),
  };
}

function compile(library: Library, text: string, limits: ScanLimits): BackendRules | readonly BackendError[] {
  try {
    return withLimits(library.compile(text, options), limits);
  } catch (error) {
    // It tells the first error only; the other function tells all, and takes as long again.
    const { errors } = library.validate(text, options);
    if (errors.length === 0) return [{ line: 0, code: '', reason: readBackendError((error as Error).message).reason }];
    return errors.map(({ message }) => readBackendError(message));
  }
}

function withLimits(rules: LibraryRules, { maxMatches, maxSeconds }: ScanLimits): BackendRules {
  rules.setTimeout(maxSeconds * 1000);
  rules.setMaxMatchesPerPattern(maxMatches);
  return {
    scan: (bytes, variables) => {
      try {
        // `data` of a match is a string that was made of all its bytes: nothing here may hold it.
        return rules.scan(bytes, variables).map(({ ruleIdentifier, tags, meta, matches }) => ({
          name: ruleIdentifier,
          tags,
          meta,
          patterns: matches.map(({ identifier, offset, length }) => ({ identifier, offset, length })),
        }));
      } catch (error) {
        if ((error as Error).message === 'Scan timed out') return undefined;
        throw error;
      }
    },
    serialize: () => rules.serialize(),
    close: () => {},
  };
}
