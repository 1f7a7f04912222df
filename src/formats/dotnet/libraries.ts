import { FormatError } from '../../errors.ts';
import { parseJson } from '../parse-json.ts';
import { asRecord, asText, type JsonRecord, ownValue } from '../record.ts';

/** A library as files of the .NET SDK list it: by `name/version`. */
export interface DotnetLibrary {
  readonly name: string;
  readonly version: string;
  /** `package`, `project`, `runtimepack`, `reference`, `referenceassembly`; absent where it is not told. */
  readonly type?: string;
  /** Names of the libraries it needs, sorted. */
  readonly requires: readonly string[];
  /**
   * False for one of which nothing is there: the list gives neither it nor any library it needs a file. The framework has
   * newer files in its place, or it was needed for building only.
   */
  readonly hasFiles: boolean;
}

export interface DotnetLibraries {
  readonly libraries: readonly DotnetLibrary[];
  /**
   * Files that libraries consist of, as paths from the folder of the application, with slashes: an assembly stands in the
   * folder itself, one with texts of a language in a folder of that name.
   */
  readonly files: readonly string[];
  /** Entries whose key is no `name/version`. */
  readonly unreadable: number;
}

const MAX_LIBRARIES = 100_000;
const MAX_FILES = 200_000;
/** Framework packs that a self-contained application brings are listed by the name of their package and this. */
const RUNTIME_PACK = 'runtimepack.';

/**
 * Reads `APP.deps.json`, which a host reads to start an application, and `project.assets.json`, which a restore leaves
 * behind: both list `libraries`, and in `targets` what these need and consist of.
 * Source: github.com/dotnet/runtime, docs/design/features/host-probing.md and src/native/corehost/hostpolicy/deps_format.cpp;
 * github.com/dotnet/sdk, documentation/specs/runtime-configuration-file.md.
 * @throws FormatError for what is no JSON, or has no libraries
 */
export function parseDotnetLibraries(text: string): DotnetLibraries {
  const root = asRecord(parseJson(text));
  const libraries = ownRecord(root, 'libraries');
  const targets = ownRecord(root, 'targets');
  if (libraries === undefined && targets === undefined) throw new FormatError('it lists no libraries');
  const found = new Map<string, Library>();
  for (const [key, value] of Object.entries(libraries ?? {})) {
    add(found, key).type = asText(ownValue(asRecord(value), 'type'));
  }
  const files = new Set<string>();
  for (const target of Object.values(targets ?? {})) {
    for (const [key, value] of Object.entries(asRecord(target) ?? {})) {
      const entry = asRecord(value);
      if (entry === undefined) continue;
      const library = add(found, key);
      library.type ??= asText(ownValue(entry, 'type'));
      for (const name of Object.keys(ownRecord(entry, 'dependencies') ?? {})) library.requires.add(packageName(name));
      library.isTargeted = true;
      if (!isReference(library.type) && addFiles(entry, files)) library.hasFiles = true;
    }
  }
  spreadFiles(found);
  return { files: [...files], ...named(found) };
}

/**
 * Whether a library is an assembly that was referenced as a file: its key has the version of the assembly, which is none of
 * a package. `referenceassembly` is needed to compile and is not there when the application runs.
 */
export function isReference(type: string | undefined): boolean {
  return type === 'reference' || type === 'referenceassembly';
}

interface Library {
  readonly name: string;
  type: string | undefined;
  readonly requires: Set<string>;
  /** A target says what it consists of. */
  isTargeted: boolean;
  hasFiles: boolean;
}

function add(found: Map<string, Library>, key: string): Library {
  let library = found.get(key);
  if (library === undefined) {
    if (found.size >= MAX_LIBRARIES) throw new FormatError(`it has more than ${MAX_LIBRARIES} libraries`);
    const slash = key.indexOf('/');
    const name = packageName(slash < 0 ? key : key.slice(0, slash));
    library = { name, type: undefined, requires: new Set(), isTargeted: false, hasFiles: false };
    found.set(key, library);
  }
  return library;
}

function named(found: ReadonlyMap<string, Library>): Pick<DotnetLibraries, 'libraries' | 'unreadable'> {
  const libraries: DotnetLibrary[] = [];
  let unreadable = 0;
  for (const [key, { name, type, requires, hasFiles }] of found) {
    const slash = key.indexOf('/');
    if (slash <= 0 || slash === key.length - 1) unreadable++;
    else {
      libraries.push({
        name,
        version: key.slice(slash + 1),
        ...(type !== undefined && { type }),
        requires: [...requires].sort(),
        hasFiles,
      });
    }
  }
  return { libraries, unreadable };
}

/** A library has files if one that it needs has: some packages do nothing but name others. */
function spreadFiles(found: ReadonlyMap<string, Library>): void {
  const dependents = new Map<string, Library[]>();
  const open: string[] = [];
  for (const library of found.values()) {
    if (!library.isTargeted) library.hasFiles = true;
    if (library.hasFiles) open.push(library.name);
    for (const needed of library.requires) {
      const known = dependents.get(needed);
      if (known === undefined) dependents.set(needed, [library]);
      else known.push(library);
    }
  }
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const library of dependents.get(name) ?? []) {
      if (!library.hasFiles) open.push(library.name);
      library.hasFiles = true;
    }
  }
}

function packageName(name: string): string {
  return name.startsWith(RUNTIME_PACK) ? name.slice(RUNTIME_PACK.length) : name;
}

/**
 * What is published lies flat beside the application, but for resources, and files for other platforms (`runtimes/`).
 * @returns whether there are any; `_._` is a file that stands for none
 */
function addFiles(entry: JsonRecord, files: Set<string>): boolean {
  let any = false;
  const put = (path: string, parts: number): void => {
    const file = path.split('/').slice(-parts).join('/');
    if (file === '_._') return;
    any = true;
    if (files.size < MAX_FILES) files.add(file);
  };
  for (const path of Object.keys(ownRecord(entry, 'runtime') ?? {})) put(path, 1);
  for (const path of Object.keys(ownRecord(entry, 'native') ?? {})) put(path, 1);
  for (const path of Object.keys(ownRecord(entry, 'resources') ?? {})) put(path, 2);
  for (const path of Object.keys(ownRecord(entry, 'runtimeTargets') ?? {})) put(path, 100);
  return any;
}

function ownRecord(record: JsonRecord | undefined, key: string): JsonRecord | undefined {
  return asRecord(ownValue(record, key));
}
