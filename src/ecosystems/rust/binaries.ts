import { FormatError } from '../../errors.ts';
import type { Executable } from '../../formats/executables/executable.ts';
import { type AuditedCrate, readAuditData } from '../../formats/rust/audit-data.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import type { LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { beginsAsProgram, programAppetite, programNames, programsIn } from '../../packages/program-files.ts';

/** Reads the lists of crates that cargo-auditable writes into programs. */
export const rustBinaries: Analyzer<PackageFact> = {
  name: 'rust-binaries',
  version: 1,
  names: programNames,
  wants: programAppetite,
  begins: beginsAsProgram,

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read: (file) => readFile(layer, file, packages),
      close: () => packages.close(),
    };
  },
};

function readFile(layer: LayerContext, file: LayerFile, packages: PackageFacts): void {
  packages.begin(file);
  for (const program of programs(file)) {
    try {
      const crates = readAuditData(program);
      if (crates === undefined) continue;
      for (const crate of crates) keep(file.path, crate, packages);
      // A universal program holds the same one for several architectures.
      return;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const message = `${error.message}; the crates that it is made of are not known`;
      layer.problem({ code: 'file.format', message, path: file.path });
      return;
    }
  }
}

/** That a program is damaged or too large is said once, by `go-binaries`, which every scan has as well. */
function programs(file: LayerFile): readonly Executable[] {
  try {
    return file.truncated ? [] : programsIn(file);
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}

function keep(path: string, { name, version, isBuild, dependencies }: AuditedCrate, packages: PackageFacts): void {
  packages.add(path, {
    type: 'cargo',
    name,
    version,
    ...(isBuild && { groups: ['build'] }),
    ...(dependencies.length > 0 && { requires: [...new Set(dependencies)] }),
  });
}
