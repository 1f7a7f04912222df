import {
  type PerlDistribution,
  parseCpanfileSnapshot,
  parseInstallJson,
  parseMetaJson,
  parseMetaYaml,
  parsePerllocal,
} from '../../formats/perl/distributions.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, readTextFile, textAppetite } from '../../packages/text-file.ts';

const INSTALL = 'install.json';
const PERLLOCAL = 'perllocal.pod';
/** cpanm keeps one below the folder of architecture-dependent modules. */
const OF_CPANM = /(?:^|\/)\.meta\/[^/]+\/install\.json$/;

/** Reads which distributions of CPAN were installed, as cpanm and MakeMaker noted. */
export const perlInstalled: Analyzer<PackageFact> = {
  name: 'perl-installed',
  version: 3,
  names: { exact: [INSTALL, PERLLOCAL] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const isWanted = file.name === PERLLOCAL || (file.name === INSTALL && OF_CPANM.test(file.path));
    return isWanted ? textAppetite(file, MAX_LOCKFILE) : Appetite.None;
  },

  open: (layer) =>
    reader(layer, undefined, ({ header }, text) =>
      header.name === INSTALL ? [parseInstallJson(text)] : parsePerllocal(text),
    ),
};

const META_JSON = 'META.json';
const META_YAML = 'META.yml';
const SNAPSHOT = 'cpanfile.snapshot';

/** Reads which distributions lockfiles of Carton name. */
export const perlSnapshots: Analyzer<PackageFact> = {
  name: 'perl-snapshots',
  version: 3,
  names: { exact: [SNAPSHOT] },
  asked: true,

  wants: (file: FileHeader): Appetite =>
    file.type === 'file' && file.name === SNAPSHOT ? textAppetite(file, MAX_LOCKFILE) : Appetite.None,

  open: (layer) =>
    reader(layer, 'lockfile', ({ path }, text) => {
      const { distributions, unreadable } = parseCpanfileSnapshot(text);
      if (unreadable > 0) {
        const message = `${unreadable} of its entries name no distribution and were left out`;
        layer.problem({ code: 'file.format', message, path });
      }
      return distributions;
    }),
};

/** Reads which distributions stand there as their authors published them. */
export const perlMeta: Analyzer<PackageFact> = {
  name: 'perl-meta',
  version: 2,
  names: { exact: [META_JSON, META_YAML] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || (file.name !== META_JSON && file.name !== META_YAML)) return Appetite.None;
    return textAppetite(file, MAX_LOCKFILE);
  },

  open: (layer) =>
    reader(layer, 'manifest', ({ header }, text) => {
      const found = header.name === META_JSON ? parseMetaJson(text) : parseMetaYaml(text);
      return found === undefined ? [] : [found];
    }),
};

function reader(
  layer: LayerContext,
  evidence: PackageRecord['evidence'],
  parse: (file: LayerFile, text: string) => readonly PerlDistribution[],
): LayerReader<PackageFact> {
  const packages = new PackageFacts(layer);
  return {
    read(file) {
      packages.begin(file);
      const found = readTextFile(layer, file, MAX_LOCKFILE, (text) => parse(file, text)) ?? [];
      for (const { name, version, author, licences } of found) {
        packages.add(file.path, {
          type: 'cpan',
          name,
          version,
          ...(author !== undefined && { namespace: author }),
          ...(evidence !== undefined && { evidence }),
          ...(licences.length > 0 && { licences }),
        });
      }
    },
    close: () => packages.close(),
  };
}
