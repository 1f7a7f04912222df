import { type LockedCrate, parseCargoLock } from '../../formats/rust/cargo-lock.ts';
import { type CargoManifest, parseCargoToml } from '../../formats/rust/cargo-toml.ts';
import type { LayerContext } from '../../model/analyzer.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_LOCKFILE, MAX_MANIFEST } from '../../packages/text-file.ts';

const LOCK = 'Cargo.lock';
/** Folders of crates that Cargo fetched, or that Debian packs for building: what their authors asked for. */
const FETCHED = /(?:^|\/)(?:registry\/src|git\/checkouts|share\/cargo\/registry)\//;

/** Reads which crates a project asks for: Cargo.lock and Cargo.toml. */
export const cargo = packageFiles({
  name: 'rust-cargo',
  version: 1,
  exact: [LOCK, 'Cargo.toml'],
  asked: true,
  where: ({ path }) => !FETCHED.test(path),
  maximum: (name) => (name === LOCK ? MAX_LOCKFILE : MAX_MANIFEST),
  read(text, file, layer) {
    if (file.header.name !== LOCK) return declared(layer, file.path, parseCargoToml(text));
    const crates = parseCargoLock(text);
    const needed = new Set(crates.flatMap(({ dependencies }) => dependencies));
    return crates.map((crate) => locked(crate, needed));
  },
});

function locked(
  { name, version, source, checksum, dependencies }: LockedCrate,
  needed: ReadonlySet<string>,
): PackageRecord {
  return {
    type: 'cargo',
    name,
    version,
    evidence: 'lockfile',
    // Others that stand in folders may be copies of published ones.
    ...(source === undefined && !needed.has(name) && { application: true }),
    ...(checksum !== undefined && { hashes: { sha256: checksum } }),
    ...(dependencies.length > 0 && { requires: [...new Set(dependencies)] }),
  };
}

function declared(layer: LayerContext, path: string, { crate, wanted, bad }: CargoManifest): readonly PackageRecord[] {
  if (bad.length > 0) {
    const message = `${bad.length} of its dependencies are none and were left out: ${JSON.stringify(bad[0]!.slice(0, 100))}`;
    layer.problem({ code: 'file.format', message, path });
  }
  const requires = [...new Set(wanted.map(({ name }) => name))];
  const own: readonly PackageRecord[] =
    crate === undefined
      ? []
      : [
          {
            type: 'cargo',
            name: crate.name,
            version: crate.version,
            evidence: 'manifest',
            ...(crate.isPrivate === true && { application: true }),
            ...(requires.length > 0 && { requires }),
          },
        ];
  return [
    ...own,
    ...wanted.map(
      ({ name, version, groups }): PackageRecord => ({
        type: 'cargo',
        name,
        version,
        evidence: 'manifest',
        ...(groups.length > 0 && { groups }),
      }),
    ),
  ];
}
