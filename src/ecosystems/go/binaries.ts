import { FormatError } from '../../errors.ts';
import type { Executable } from '../../formats/executables/executable.ts';
import { findBuildInfo, type GoBuildInfo } from '../../formats/go/build-info.ts';
import { goRelease } from '../../formats/go/go-version.ts';
import { mainVersion } from '../../formats/go/main-version.ts';
import { isGoProgram, isPackedByUpx } from '../../formats/go/marks.ts';
import { type LinkedModule, parseModuleInfo } from '../../formats/go/module-info.ts';
import { isDirectory, moduleDigest } from '../../formats/go/module-path.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord, UnidentifiedFact } from '../../model/fact.ts';
import type { LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { beginsAsProgram, programAppetite, programNames, programsIn } from '../../packages/program-files.ts';
import { UnidentifiedFacts } from '../../packages/unidentified-facts.ts';

/** Reads what Go writes into programs: its own version, the main module, and all modules that were linked. */
export const goBinaries: Analyzer<PackageFact | UnidentifiedFact> = {
  name: 'go-binaries',
  version: 1,
  names: programNames,
  wants: programAppetite,
  begins: beginsAsProgram,

  open(layer: LayerContext): LayerReader<PackageFact | UnidentifiedFact> {
    const found: Found = { packages: new PackageFacts(layer), unidentified: new UnidentifiedFacts(layer) };
    return {
      read: (file) => readFile(layer, file, found),
      close: () => [...found.packages.close(), ...found.unidentified.close()],
    };
  },
};

/** What programs of a layer tell, and those that tell nothing. */
interface Found {
  readonly packages: PackageFacts;
  readonly unidentified: UnidentifiedFacts;
}

function readFile(layer: LayerContext, file: LayerFile, found: Found): void {
  const { path } = file;
  found.packages.begin(file);
  found.unidentified.forget(path);
  if (file.truncated) {
    const message = 'it is larger than what is read of a program; if it is one of Go, its modules are not known';
    layer.problem({ code: 'file.too-large', message, path });
    return;
  }
  try {
    // A universal program holds the same one for several architectures.
    for (const program of programsIn(file)) if (readProgram(path, program, found)) return;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    // A program for MS-DOS alone is no fault.
    if (error.reason === 'unsupported') return;
    const message = `it begins as a program does, but ${error.message}: what it is made of is not known`;
    layer.problem({ code: 'file.format', message, path });
  }
}

/** Answers whether it is a program of Go, or may be one. */
function readProgram(path: string, program: Executable, found: Found): boolean {
  const isGo = isGoProgram(program);
  const info = findBuildInfo(program, isGo);
  if (info !== undefined) {
    keep(path, info, found);
    return true;
  }
  if (isPackedByUpx(program)) {
    const what = isGo ? 'is one of Go, and' : 'may be one of Go: it';
    found.unidentified.set(path, `${what} is packed by UPX, so that what it is made of cannot be told`);
  } else if (isGo) {
    found.unidentified.set(path, 'is a program of Go whose build information was removed: its modules are not known');
  } else return false;
  return true;
}

function keep(path: string, { goVersion, modules }: GoBuildInfo, { packages, unidentified }: Found): void {
  const info = parseModuleInfo(modules);
  const isTool = info.path?.startsWith('cmd/') === true;
  const version = goRelease(goVersion);
  packages.add(path, { type: 'golang', name: 'stdlib', version });
  // What advisories call the toolchain is the go command.
  if (info.path === 'cmd/go') packages.add(path, { type: 'golang', name: 'toolchain', version });
  const linked = info.dependencies.map(recordOf);
  if (info.main !== undefined) {
    const requires = [...new Set([...linked.map(({ name }) => name), 'stdlib'])];
    packages.add(path, { type: 'golang', name: info.main.path, version: mainVersion(info), requires });
  }
  for (const record of linked) packages.add(path, record);
  if (info.main === undefined && !isTool) {
    unidentified.set(path, 'is a program of Go that was built without modules: what it is made of is not known');
  }
}

/**
 * What was linked for a module. A directory that takes its place has a path nobody else knows, and its version is not
 * known.
 */
function recordOf(module: LinkedModule): PackageRecord {
  const { replacement } = module;
  const isLocal = replacement !== undefined && isDirectory(replacement.path);
  const used = replacement === undefined || isLocal ? module : replacement;
  const sha256 = isLocal ? undefined : moduleDigest(used.sum);
  return {
    type: 'golang',
    name: used.path,
    version: isLocal || used.version === '(devel)' ? '' : used.version,
    ...(sha256 !== undefined && { hashes: { sha256 } }),
  };
}
