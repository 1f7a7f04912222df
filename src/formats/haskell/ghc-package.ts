import { FormatError } from '../../errors.ts';
import { textLines } from '../node/text-lines.ts';
import { type HaskellPackage, haskellPackage } from './unit.ts';

/** A library as the package database of GHC has it. */
export interface InstalledHaskellPackage extends HaskellPackage {
  readonly licence?: string;
  readonly requires: readonly string[];
}

/**
 * Reads one file of a package database of GHC, `NAME-VERSION.conf` (GHC User Guide, "InstalledPackageInfo: a package
 * specification"): fields at the beginning of lines, what is indented goes on.
 * @throws FormatError where it names no package
 */
export function parseGhcPackage(text: string): InstalledHaskellPackage {
  const fields = new Map<string, string>();
  let field = '';
  for (const { raw } of textLines(text)) {
    const isMore = raw.startsWith(' ') || raw.startsWith('\t');
    const colon = isMore ? -1 : raw.indexOf(':');
    if (colon > 0) {
      field = raw.slice(0, colon).trim().toLowerCase();
      if (WANTED.has(field)) fields.set(field, raw.slice(colon + 1).trim());
    } else if (isMore && WANTED.has(field)) {
      const before = fields.get(field) ?? '';
      if (before.length < MAX_FIELD) fields.set(field, `${before} ${raw.trim()}`);
    }
  }
  // A library within a package has a name of its own.
  const name = fields.get('package-name') || fields.get('name');
  if (name === undefined || name === '') throw new FormatError('it names no package');
  const licence = fields.get('license');
  const requires = (fields.get('depends') ?? '')
    .split(/[\s,]+/)
    .map((unit) => haskellPackage(unit)?.name)
    .filter((one) => one !== undefined);
  return {
    name,
    version: fields.get('version') ?? '',
    ...(licence !== undefined && licence !== '' && { licence }),
    requires: [...new Set(requires)],
  };
}

const WANTED: ReadonlySet<string> = new Set(['name', 'package-name', 'version', 'license', 'depends']);
/** Characters of one field. */
const MAX_FIELD = 200_000;
