import { type GoMod, type ModuleVersion, parseGoMod } from '../../formats/go/go-mod.ts';
import { type GoSum, parseGoSum } from '../../formats/go/go-sum.ts';
import { goRelease } from '../../formats/go/go-version.ts';
import { moduleDigest } from '../../formats/go/module-path.ts';
import { parseVendorModules } from '../../formats/go/vendor-modules.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

/** Modules of all go.sum files of a layer; the largest projects have some thousands. */
const MAX_SUMS = 300_000;

/** Reads which modules a project asks for: go.mod with go.sum, and what was copied into its folder `vendor`. */
export const goModules: Analyzer<PackageFact> = {
  name: 'go-modules',
  version: 1,
  names: { exact: ['go.mod', 'go.sum', 'modules.txt'] },
  asked: true,

  wants(file: FileHeader): Appetite {
    const maximum = maximumOf(file);
    // Below pkg/mod are the modules themselves: what their authors asked for says nothing of the image.
    return maximum === 0 || file.path.includes('/pkg/mod/') ? Appetite.None : textAppetite(file, maximum);
  },

  open: (layer: LayerContext): LayerReader<PackageFact> => new GoModules(layer),
};

/** How much of a file is read; 0 for one that is not wanted. */
function maximumOf({ type, name, path }: FileHeader): number {
  if (type !== 'file') return 0;
  if (name.length === 6) return name === 'go.mod' ? MAX_MANIFEST : name === 'go.sum' ? MAX_LOCKFILE : 0;
  return name === 'modules.txt' && (path === VENDORED || path.endsWith(`/${VENDORED}`)) ? MAX_LOCKFILE : 0;
}

const VENDORED = 'vendor/modules.txt';

class GoModules implements LayerReader<PackageFact> {
  readonly #layer: LayerContext;
  /** By directory: a path may come twice, and its sums may come before it. */
  readonly #mods = new Map<string, { readonly path: string; readonly mod: GoMod }>();
  readonly #sums = new Map<string, { readonly path: string; readonly sum: GoSum }>();
  readonly #vendored = new Map<string, readonly ModuleVersion[]>();
  #held = 0;

  constructor(layer: LayerContext) {
    this.#layer = layer;
  }

  read(file: LayerFile): void {
    const { path, header } = file;
    const directory = path.slice(0, -header.name.length);
    const maximum = maximumOf(header);
    if (header.name === 'go.mod') {
      this.#mods.delete(directory);
      const mod = readTextFile(this.#layer, file, maximum, parseGoMod);
      if (mod === undefined) return;
      this.#mods.set(directory, { path, mod });
      if (mod.unknown.length > 0) {
        const message = `${mod.unknown.length} of its lines are none of go.mod, and were left out: ${JSON.stringify(mod.unknown[0]!.slice(0, 100))}`;
        this.#layer.problem({ code: 'file.format', message, path });
      }
    } else if (header.name === 'go.sum') {
      this.#held -= this.#sums.get(directory)?.sum.modules.length ?? 0;
      this.#sums.delete(directory);
      const sum = readTextFile(this.#layer, file, maximum, parseGoSum);
      if (sum !== undefined) this.#keepSum(directory, path, sum);
    } else {
      this.#vendored.delete(path);
      const modules = readTextFile(this.#layer, file, maximum, parseVendorModules);
      if (modules !== undefined) this.#vendored.set(path, modules);
    }
  }

  #keepSum(directory: string, path: string, sum: GoSum): void {
    this.#held += sum.modules.length;
    if (this.#held <= MAX_SUMS) this.#sums.set(directory, { path, sum });
    else if (this.#held - sum.modules.length <= MAX_SUMS) {
      const message = `files go.sum have more than ${MAX_SUMS} modules together; those beyond were left out`;
      this.#layer.problem({ code: 'layer.limit', message, path });
    }
  }

  close(): readonly PackageFact[] {
    const packages = new PackageFacts(this.#layer);
    for (const [directory, { path, mod }] of this.#mods) this.#keepModules(path, mod, directory, packages);
    for (const [path, modules] of this.#vendored) {
      for (const { path: name, version } of modules) {
        packages.add(path, { type: 'golang', name, version, evidence: 'lockfile' });
      }
    }
    return packages.close();
  }

  #keepModules(path: string, mod: GoMod, directory: string, packages: PackageFacts): void {
    const go =
      mod.toolchain?.startsWith('go') === true ? mod.toolchain : mod.go === undefined ? undefined : `go${mod.go}`;
    if (go !== undefined) packages.add(path, wanted('stdlib', goRelease(go)));
    const summed = this.#sums.get(directory);
    const sums = new Map(summed?.sum.modules.map((one) => [`${one.path} ${one.version}`, one.sum]));
    const listed = new Set<string>();
    for (const { path: name, version } of mod.modules) {
      const key = `${name} ${version}`;
      listed.add(key);
      packages.add(path, wanted(name, version, sums.get(key)));
    }
    if (summed === undefined || listsAll(mod.go)) return;
    for (const one of summed.sum.modules) {
      if (!listed.has(`${one.path} ${one.version}`)) packages.add(summed.path, wanted(one.path, one.version, one.sum));
    }
    if (summed.sum.unknown > 0) {
      const message = `${summed.sum.unknown} of its lines are none of go.sum, and were left out`;
      this.#layer.problem({ code: 'file.format', message, path: summed.path });
    }
  }
}

/** Since Go 1.17 go.mod lists what others need as well (go.dev/ref/mod#go-mod-file-go). */
function listsAll(go = '1.16'): boolean {
  const [major = 0, minor = 0] = go.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 17);
}

function wanted(name: string, version: string, sum?: string): PackageRecord {
  const sha256 = moduleDigest(sum);
  return {
    type: 'golang',
    name,
    version,
    evidence: 'manifest',
    ...(sha256 !== undefined && { hashes: { sha256 } }),
  };
}
