import { FormatError, LimitError } from '../../errors.ts';
import { MemorySource, readBytes } from '../../formats/byte-source.ts';
import { readAssembly } from '../../formats/dotnet/assembly.ts';
import { type BundleEntry, bundleFile, findBundle, readBundle, readBundleFile } from '../../formats/dotnet/bundle.ts';
import { type DotnetLibraries, parseDotnetLibraries } from '../../formats/dotnet/libraries.ts';
import { packageVersion } from '../../formats/dotnet/package-version.ts';
import { executablesOf } from '../../formats/executables/executable.ts';
import { isPe, readPe } from '../../formats/pe/pe.ts';
import { versionTexts } from '../../formats/pe/version-info.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { PackageRecord } from '../../model/fact.ts';

/** What a program for .NET is, or what is in it. */
export type DotnetProgram =
  | { readonly kind: 'assembly'; readonly record: PackageRecord }
  /** The starter of an application, which stands beside it. */
  | { readonly kind: 'host'; readonly record: PackageRecord }
  | { readonly kind: 'bundle'; readonly bundle: BundledFiles };

/** What was found in an application in one file. */
export interface BundledFiles {
  /** The list of its libraries, and where it stands in the bundle. */
  readonly libraries?: DotnetLibraries;
  readonly librariesAt?: string;
  /** Its assemblies, where nothing lists the libraries, or where these are no packages. */
  readonly assemblies: readonly { readonly at: string; readonly record: PackageRecord }[];
  /** Why some of it could not be read. */
  readonly faults: readonly string[];
}

/** Assemblies of a bundle that are read one by one. */
const MAX_ASSEMBLIES = 2000;
const MAX_FAULTS = 5;

/**
 * Reads a PE or ELF file.
 * @returns undefined for one that has nothing to do with .NET, or holds no code: texts of a language, declarations
 * @throws FormatError where it is damaged
 */
export function readProgram(source: ByteSource): DotnetProgram | undefined {
  const assembly = isPe(readBytes(source, 0, 4)) ? assemblyRecord(source) : 'none';
  if (assembly !== 'none') return assembly === 'codeless' ? undefined : { kind: 'assembly', record: assembly };
  const [program] = executablesOf(source);
  const parts = program?.segments.filter(({ writable }) => writable) ?? [];
  const start = findBundle(source, parts);
  if (start === undefined) return undefined;
  if (start > 0) return { kind: 'bundle', bundle: readFiles(source, readBundle(source, start)) };
  return host(source);
}

/** An assembly as a package. `none`: the program is not made for .NET. */
function assemblyRecord(source: ByteSource): PackageRecord | 'codeless' | 'none' {
  const file = readPe(source);
  const assembly = readAssembly(source, file);
  if (assembly === undefined) return 'none';
  const { name, version, culture, references, isReference } = assembly;
  if (culture !== '' || isReference) return 'codeless';
  return {
    type: 'nuget',
    name,
    version: packageVersion(versionTexts(source, file), version),
    ...(references.length > 0 && { requires: references }),
  };
}

/** On Windows the starter gets the version resource of what it starts; elsewhere it says nothing. */
function host(source: ByteSource): DotnetProgram | undefined {
  if (!isPe(readBytes(source, 0, 4))) return undefined;
  const texts = versionTexts(source, readPe(source));
  const name = texts.get('OriginalFilename')?.replace(/\.(?:dll|exe)$/i, '') ?? '';
  const version = packageVersion(texts, '');
  return name === '' || version === '' ? undefined : { kind: 'host', record: { type: 'nuget', name, version } };
}

function readFiles(source: ByteSource, entries: readonly BundleEntry[]): BundledFiles {
  const faults: string[] = [];
  let untold = 0;
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      if (faults.length < MAX_FAULTS) faults.push(error.message);
      else untold++;
      return undefined;
    }
  };
  const list = entries.find(({ kind }) => kind === bundleFile.deps);
  const libraries =
    list &&
    attempt(() =>
      parseDotnetLibraries(
        readBundleFile(source, list)
          .toString('utf8')
          .replace(/^\uFEFF/, ''),
      ),
    );
  const listed = new Set(libraries?.files.map((file) => file.toLowerCase()));
  const unlisted = entries.filter(({ kind, path }) => kind === bundleFile.assembly && !listed.has(path.toLowerCase()));
  const assemblies = unlisted.slice(0, MAX_ASSEMBLIES).flatMap((entry) => {
    // Not as a program: what is bundled has no bundle of its own, and an entry may claim to be the whole file.
    const record = attempt(() => assemblyRecord(bodyOf(source, entry)));
    return typeof record === 'object' ? [{ at: entry.path, record }] : [];
  });
  if (untold > 0) faults.push(`${untold} other files of it could not be read`);
  if (unlisted.length > MAX_ASSEMBLIES) {
    faults.push(`it has more than ${MAX_ASSEMBLIES} assemblies that no list names; the others were left out`);
  }
  return {
    ...(libraries !== undefined && list !== undefined && { libraries, librariesAt: list.path }),
    assemblies,
    faults,
  };
}

function bodyOf(source: ByteSource, entry: BundleEntry): ByteSource {
  if (entry.compressedSize === 0) return source.slice(entry.offset, entry.size);
  return new MemorySource(readBundleFile(source, entry));
}
