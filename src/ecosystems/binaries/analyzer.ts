import { FormatError } from '../../errors.ts';
import { isElf } from '../../formats/elf/elf.ts';
import { executablesOf } from '../../formats/executables/executable.ts';
import type { MarkedVersion } from '../../formats/program-marks/find-version.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, UnidentifiedFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { UnidentifiedFacts } from '../../packages/unidentified-facts.ts';
import { programNames, programOf, versionOf } from './known-programs.ts';

/** Programs below this size are starters of a library that is known by itself, or links' worth. */
const MIN_PROGRAM = 8 * 1024;

const NONE: MarkedVersion = { kind: 'none' };

/**
 * Reads the versions of programs that nobody installed by a package: off the texts that they have in them. What a
 * distribution owns is that package, and counts as such (`PackageFact.classified`).
 */
export const programBinaries: Analyzer<PackageFact | UnidentifiedFact> = {
  name: 'program-binaries',
  version: 2,
  names: { exact: programNames, parts: ['.so.'], ends: ['.so'], executables: 128 * 1024 },
  wants: ({ type, size, name, archive }: FileHeader) =>
    type === 'file' && size >= MIN_PROGRAM && archive === undefined && programOf(name) !== undefined
      ? Appetite.Whole
      : Appetite.None,
  begins: (_header, head) => isElf(head),

  open(layer: LayerContext): LayerReader<PackageFact | UnidentifiedFact> {
    const packages = new PackageFacts(layer);
    const unidentified = new UnidentifiedFacts(layer);
    return {
      read: (file) => readFile(file, packages, unidentified),
      close: () => [
        ...packages.close().map((fact): PackageFact => ({ ...fact, classified: true })),
        ...unidentified.close(),
      ],
    };
  },
};

function readFile(file: LayerFile, packages: PackageFacts, unidentified: UnidentifiedFacts): void {
  const { path } = file;
  packages.begin(file);
  unidentified.forget(path);
  const program = programOf(file.header.name);
  if (program === undefined || file.body === undefined) return;
  const found = versionIn(file.body, program);
  if (found.kind === 'none') return;
  const { name, licence } = program;
  const version = found.kind === 'version' ? found.version : '';
  packages.add(path, { type: 'generic', name, version, ...(licence && { licences: [licence] }) });
  if (found.kind === 'version') return;
  // It is there all the same: whoever writes a second version into a program must not make it vanish.
  const both = found.versions.join(' and ');
  unidentified.set(path, `tells several versions of ${name} (${both}): which of them it is, is not known`);
}

/** That a program is damaged is said by `go-binaries`, which every scan has as well. */
function versionIn(
  body: NonNullable<LayerFile['body']>,
  program: NonNullable<ReturnType<typeof programOf>>,
): MarkedVersion {
  let several: MarkedVersion | undefined;
  try {
    for (const executable of executablesOf(body)) {
      const found = versionOf(executable, program);
      if (found.kind === 'version') return found;
      if (found.kind === 'several') several ??= found;
    }
    return several ?? NONE;
  } catch (error) {
    if (error instanceof FormatError) return several ?? NONE;
    throw error;
  }
}
