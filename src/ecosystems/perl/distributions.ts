import {
  type PerlDistribution,
  parseCpanfileSnapshot,
  parseInstallJson,
  parseMetaJson,
  parseMetaYaml,
  parsePerllocal,
} from '../../formats/perl/distributions.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { packageFiles, tellLeftOut } from '../../packages/package-files.ts';
import { MAX_LOCKFILE } from '../../packages/text-file.ts';

const INSTALL = 'install.json';
/** cpanm keeps one below the folder of architecture-dependent modules. */
const OF_CPANM = /(?:^|\/)\.meta\/[^/]+\/install\.json$/;

/** Reads which distributions of CPAN were installed, as cpanm and MakeMaker noted. */
export const perlInstalled = packageFiles({
  name: 'perl-installed',
  version: 3,
  exact: [INSTALL, 'perllocal.pod'],
  where: ({ name, path }) => name !== INSTALL || OF_CPANM.test(path),
  maximum: MAX_LOCKFILE,
  read: (text, { header }) =>
    (header.name === INSTALL ? [parseInstallJson(text)] : parsePerllocal(text)).map((one) => recordOf(one)),
});

const META_JSON = 'META.json';

/** Reads which distributions lockfiles of Carton name. */
export const perlSnapshots = packageFiles({
  name: 'perl-snapshots',
  version: 3,
  exact: ['cpanfile.snapshot'],
  asked: true,
  maximum: MAX_LOCKFILE,
  read(text, file, layer) {
    const { distributions, unreadable } = parseCpanfileSnapshot(text);
    tellLeftOut(layer, file, unreadable, 'entries name no distribution');
    return distributions.map((one) => recordOf(one, 'lockfile'));
  },
});

/** Reads which distributions stand there as their authors published them. */
export const perlMeta = packageFiles({
  name: 'perl-meta',
  version: 2,
  exact: [META_JSON, 'META.yml'],
  asked: true,
  maximum: MAX_LOCKFILE,
  read(text, { header }) {
    const found = header.name === META_JSON ? parseMetaJson(text) : parseMetaYaml(text);
    return found === undefined ? [] : [recordOf(found, 'manifest')];
  },
});

function recordOf(
  { name, version, author, licences }: PerlDistribution,
  evidence?: Exclude<PackageRecord['evidence'], undefined>,
): PackageRecord {
  return {
    type: 'cpan',
    name,
    version,
    ...(author !== undefined && { namespace: author }),
    ...(evidence !== undefined && { evidence }),
    ...(licences.length > 0 && { licences }),
  };
}
