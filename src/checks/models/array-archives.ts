import type { Analyzer } from '../../model/analyzer.ts';
import type { SightingFact } from '../../model/fact.ts';
import { Appetite } from '../../model/file.ts';
import { isArrayArchive } from './file-roles.ts';
import { openPickles, pickleImports } from './pickles.ts';

/**
 * Looks into archives of NumPy. It says no names, so that it is shown members of any name; the archives themselves are there by
 * the names that `pickleImports` says.
 */
export const arrayArchives: Analyzer<SightingFact> = {
  name: 'pickle-array-archives',
  version: 5,
  within: () => false,

  wants(file) {
    if (file.archive !== undefined) return isArrayArchive(file.archive) ? pickleImports.wants(file) : Appetite.None;
    return file.type === 'file' && file.size >= 4 && isArrayArchive(file.name) ? Appetite.Members : Appetite.None;
  },

  begins: (file, head) => pickleImports.begins?.(file, head) ?? true,

  open: openPickles,
};
