import { type LockedCrate, parseCargoLock } from '../../formats/rust/cargo-lock.ts';
import { type CargoManifest, parseCargoToml } from '../../formats/rust/cargo-toml.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

/** Folders of crates that Cargo fetched, or that Debian packs for building: what their authors asked for. */
const FETCHED = /(?:^|\/)(?:registry\/src|git\/checkouts|share\/cargo\/registry)\//;

/** Reads which crates a project asks for: Cargo.lock and Cargo.toml. */
export const cargo: Analyzer<PackageFact> = {
  name: 'rust-cargo',
  version: 1,
  names: { exact: ['Cargo.lock', 'Cargo.toml'] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name.length !== 10 || (file.name !== LOCK && file.name !== MANIFEST)) {
      return Appetite.None;
    }
    if (FETCHED.test(file.path)) return Appetite.None;
    return textAppetite(file, file.name === LOCK ? MAX_LOCKFILE : MAX_MANIFEST);
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        if (file.header.name === LOCK) {
          const crates = readTextFile(layer, file, MAX_LOCKFILE, parseCargoLock) ?? [];
          const needed = new Set(crates.flatMap(({ dependencies }) => dependencies));
          for (const crate of crates) keepLocked(file.path, crate, needed, packages);
        } else {
          const manifest = readTextFile(layer, file, MAX_MANIFEST, parseCargoToml);
          if (manifest !== undefined) keepManifest(layer, file.path, manifest, packages);
        }
      },
      close: () => packages.close(),
    };
  },
};

const LOCK = 'Cargo.lock';
const MANIFEST = 'Cargo.toml';

function keepLocked(
  path: string,
  { name, version, source, checksum, dependencies }: LockedCrate,
  needed: ReadonlySet<string>,
  packages: PackageFacts,
): void {
  packages.add(path, {
    type: 'cargo',
    name,
    version,
    evidence: 'lockfile',
    // Others that stand in folders may be copies of published ones.
    ...(source === undefined && !needed.has(name) && { application: true }),
    ...(checksum !== undefined && { hashes: { sha256: checksum } }),
    ...(dependencies.length > 0 && { requires: [...new Set(dependencies)] }),
  });
}

function keepManifest(layer: LayerContext, path: string, manifest: CargoManifest, packages: PackageFacts): void {
  const { crate, wanted, bad } = manifest;
  const requires = [...new Set(wanted.map(({ name }) => name))];
  if (crate !== undefined) {
    packages.add(path, {
      type: 'cargo',
      name: crate.name,
      version: crate.version,
      evidence: 'manifest',
      ...(crate.isPrivate === true && { application: true }),
      ...(requires.length > 0 && { requires }),
    });
  }
  for (const { name, version, groups } of wanted) {
    packages.add(path, { type: 'cargo', name, version, evidence: 'manifest', ...(groups.length > 0 && { groups }) });
  }
  if (bad.length > 0) {
    const message = `${bad.length} of its dependencies are none and were left out: ${JSON.stringify(bad[0]!.slice(0, 100))}`;
    layer.problem({ code: 'file.format', message, path });
  }
}
