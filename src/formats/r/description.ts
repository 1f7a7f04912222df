import { FormatError } from '../../errors.ts';
import { type ControlFields, readControlFields } from '../control-fields.ts';

/** A package of R as its DESCRIPTION, or an entry of a lockfile, has it. */
export interface RPackage {
  readonly name: string;
  readonly version: string;
  /** Which collection it is of; each has names of its own. */
  readonly collection: 'cran' | 'bioconductor';
  /** It was installed: `R CMD INSTALL` writes for which R it was built. */
  readonly built: boolean;
  readonly licences: readonly string[];
  /** Names of the packages it needs, sorted, R itself left out. */
  readonly requires: readonly string[];
  /** MD5 of what was installed, hex, where a lockfile tells it. */
  readonly md5?: string;
}

/** What a lockfile names. */
export interface LockedRPackages {
  readonly packages: readonly RPackage[];
  /** Entries without a name or a version, which nobody writes. */
  readonly unreadable: number;
}

/** Letters, digits and dots, as R allows ("Writing R Extensions", The DESCRIPTION file). */
const NAME = /^[A-Za-z][A-Za-z0-9.]{0,200}$/;
const MAX_LICENCE = 200;
const MAX_NEEDS = 5000;

/**
 * Reads the file DESCRIPTION of a package ("Writing R Extensions", The DESCRIPTION file).
 * @returns undefined for a file that has nothing of a package: others have files of this name, too
 * @throws FormatError for a package without a version, or with a name that is none
 */
export function parseDescription(text: string): RPackage | undefined {
  const [fields] = readControlFields(text);
  const name = fields?.get('Package');
  if (fields === undefined || name === undefined) return undefined;
  if (!NAME.test(name)) throw new FormatError('its package has a name that is none');
  const version = fields.get('Version') ?? '';
  if (version === '') throw new FormatError('its package has no version');
  return {
    name,
    version,
    collection: collectionOf(fields),
    built: (fields.get('Built') ?? '') !== '',
    licences: licencesOf(fields.get('License')),
    requires: needsOf(['Depends', 'Imports', 'LinkingTo'].map((field) => fields.get(field))),
  };
}

/** Reads `packrat/packrat.lock` (rstudio.github.io/packrat): stanzas, the first of which is of the file itself. */
export function parsePackratLock(text: string): LockedRPackages {
  const stanzas = readControlFields(text);
  if (stanzas[0]?.has('PackratFormat') !== true) throw new FormatError('it is no lockfile of packrat');
  const packages = stanzas.slice(1).flatMap((fields): RPackage[] => {
    const name = fields.get('Package') ?? '';
    const version = fields.get('Version') ?? '';
    if (!NAME.test(name) || version === '') return [];
    const md5 = digest(fields.get('Hash'));
    return [
      {
        name,
        version,
        collection: fields.get('Source')?.toLowerCase() === 'bioconductor' ? 'bioconductor' : 'cran',
        built: false,
        licences: [],
        requires: needsOf([fields.get('Requires')]),
        ...(md5 !== undefined && { md5 }),
      },
    ];
  });
  return { packages, unreadable: stanzas.length - 1 - packages.length };
}

/** A name, if it is one. */
export function isRName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}

/** A digest as these lockfiles write it. */
export function digest(text: unknown): string | undefined {
  return typeof text === 'string' && /^[0-9a-f]{32}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** Names in lists of `name (>= 1.0), name`; sorted, each once. */
export function needsOf(lists: readonly (string | undefined)[]): readonly string[] {
  const names = new Set<string>();
  for (const list of lists) {
    for (const part of (list ?? '').split(',')) {
      const name = part.split('(', 1)[0]!.trim();
      if (name !== 'R' && NAME.test(name) && names.size < MAX_NEEDS) names.add(name);
    }
  }
  return [...names].sort();
}

/** Bioconductor says so in the address it builds from; packages of CRAN never have its topics. */
function collectionOf(fields: ControlFields): RPackage['collection'] {
  const isBioconductor =
    fields.has('biocViews') ||
    fields.get('git_url')?.startsWith('https://git.bioconductor.org/') === true ||
    fields.get('Repository')?.startsWith('Bioconductor') === true;
  return isBioconductor && fields.get('Repository') !== 'CRAN' ? 'bioconductor' : 'cran';
}

function licencesOf(licence = ''): readonly string[] {
  return licence === '' || licence.length > MAX_LICENCE ? [] : [licence.replace(/\s+/g, ' ')];
}
