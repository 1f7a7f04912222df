import { isBlob, mayHoldBlobs } from '../../formats/models/blob-path.ts';
import type { Analyzer } from '../../model/analyzer.ts';
import type { SightingFact } from '../../model/fact.ts';
import { Appetite } from '../../model/file.ts';
import { beginsModel, openPickles, pickleImports } from './pickles.ts';

/**
 * Looks into files that are called by their digest: the names that they have in the cache of the hub are links to them. What they
 * are is told by their first bytes.
 */
export const pickleBlobs: Analyzer<SightingFact> = {
  name: 'pickle-blobs',
  version: 7,
  within: mayHoldBlobs,

  wants(file) {
    if (file.archive !== undefined) return pickleImports.wants(file);
    if (file.type !== 'file' || file.size < 4) return Appetite.None;
    return isBlob(file.path, file.name) ? Appetite.Whole | Appetite.Members : Appetite.None;
  },

  begins(file, head) {
    if (file.archive !== undefined) return pickleImports.begins?.(file, head) ?? true;
    return beginsModel(file, head, false);
  },

  open: openPickles,
};
