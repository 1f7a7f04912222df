import type { Analyzer, FileNames, LayerContext, LayerReader } from '../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../model/file.ts';
import { PackageFacts } from './package-facts.ts';
import { readTextFile, textAppetite } from './text-file.ts';

/** Text files that stand for packages, each by itself. */
interface PackageFiles extends Pick<Analyzer<PackageFact>, 'name' | 'version' | 'asked' | 'within' | 'missing'> {
  /** What they are called, if they are called alike everywhere: others are not asked for. */
  readonly exact?: readonly string[];
  readonly names?: FileNames;
  /** Which of these are meant. Hot. Absent: all. */
  readonly where?: (file: FileHeader) => boolean;
  /** Bytes that are read of one; of a larger one nothing is. */
  readonly maximum: number | ((name: string) => number);
  /**
   * The packages that a file stands for.
   * @throws FormatError and LimitError for what is not of its format
   */
  readonly read: (text: string, file: LayerFile, layer: LayerContext) => readonly PackageRecord[];
}

/** Makes the analyzer of such files. */
export function packageFiles({ exact, where, maximum, read, ...rest }: PackageFiles): Analyzer<PackageFact> {
  const most = typeof maximum === 'number' ? () => maximum : maximum;
  return {
    ...(exact !== undefined && { names: { exact } }),
    ...rest,

    wants(file: FileHeader): Appetite {
      if (file.type !== 'file' || exact?.includes(file.name) === false || where?.(file) === false) return Appetite.None;
      return textAppetite(file, most(file.name));
    },

    open(layer: LayerContext): LayerReader<PackageFact> {
      const packages = new PackageFacts(layer);
      return {
        read(file) {
          packages.begin(file);
          const records = readTextFile(layer, file, most(file.header.name), (text) => read(text, file, layer));
          for (const record of records ?? []) packages.add(file.path, record);
        },
        close: () => packages.close(),
      };
    },
  };
}

/** Says how many packages of a file could not be read. */
export function tellLeftOut(
  layer: LayerContext,
  { path }: Pick<LayerFile, 'path'>,
  count: number,
  what = 'packages have no name or no version',
): void {
  if (count > 0) layer.problem({ code: 'file.format', message: `${count} of its ${what} and were left out`, path });
}
