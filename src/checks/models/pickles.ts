import { MemorySource } from '../../formats/byte-source.ts';
import { plausibleLzma } from '../../formats/compression/lzma-alone.ts';
import { isDottedName } from '../../formats/models/dotted-name.ts';
import { isNpy, mayHoldObjects } from '../../formats/models/npy.ts';
import { type PickleImport, scanPickle } from '../../formats/models/pickle.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { SightingFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { modelEndings, roleOf } from './file-roles.ts';
import { ImportTally } from './import-tally.ts';
import { pickleIn, saysLzma, saysPickle } from './pickle-content.ts';

/** Name of the check in facts. */
export const MODELS = 'models';
export const RUNS_CODE = 'model-runs-code';
export const IMPORTS_UNKNOWN = 'model-imports-unknown';

/** Of each rule: what is doubtful takes no place from what is certain. */
const MAX_SIGHTINGS = 1000;
/** What is called so in archives of PyTorch and of NumPy. */
const namesOfModels = ['.pkl', '.npy'];

/** Looks into pickles, those in archives of PyTorch among them, for what they would run when they are loaded. */
export const pickleImports: Analyzer<SightingFact> = {
  name: 'pickle-imports',
  version: 13,
  names: { ends: modelEndings },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.size < 4) return Appetite.None;
    const role = roleOf(file);
    if (role === undefined) return Appetite.None;
    if (role === 'archive') return Appetite.AnyMembers;
    return Appetite.Whole | Appetite.Members | (role === 'pickle' ? Appetite.AnyMembers : 0);
  },

  begins(file, head) {
    const role = roleOf(file);
    if (role === 'zip') return isZip(head) ? Appetite.Members : false;
    if (role === 'pickle') {
      if (isZip(head)) return Appetite.Members;
      return isUnpacked(head) ? Appetite.AnyMembers : Appetite.Whole;
    }
    return beginsModel(file, head, role === 'model' || role === 'array');
  },

  open: openPickles,
};

/**
 * What of a file is wanted that may have been written by torch.save.
 * @param isNamed it is called as such files are
 */
export function beginsModel(file: FileHeader, head: Uint8Array, isNamed: boolean): boolean | Appetite {
  if (isNpy(head)) return mayHoldObjects(head) ? Appetite.Whole : false;
  if (isZip(head)) return isNamed || namesPickle(head) ? Appetite.Members : false;
  if (saysPickle(head)) return Appetite.Whole;
  return roleOf(file) !== 'binary' && mayBePickle(head, file.size) ? Appetite.Whole : false;
}

export function openPickles(layer: LayerContext): LayerReader<SightingFact> {
  const sightings = new Map<string, SightingFact>();
  return {
    read(file) {
      const { path, header } = file;
      if (header.archive === undefined) sightings.delete(path);
      if (file.body === undefined) return;
      const sighting = sightingOf(layer, file);
      if (sighting === undefined) return;
      const told = [...sightings.values()].filter(({ rule }) => rule === sighting.rule).length;
      if (told >= MAX_SIGHTINGS) {
        const message = `only the first ${MAX_SIGHTINGS} findings of ${sighting.rule} are told`;
        layer.problem({ code: 'layer.limit', message, path });
        return;
      }
      sightings.set(path, sighting);
    },
    close: () => [...sightings.values()],
  };
}

function sightingOf(layer: LayerContext, { path, header, body }: LayerFile): SightingFact | undefined {
  if (body === undefined) return undefined;
  const unjudged = (what: string): void => layer.problem({ code: 'content.unjudged', message: what, path });
  const { source, saysSo, mayBeNumbers, cut } = pickleIn(body, roleOf(header));
  if (cut !== undefined) unjudged(cut);
  if (source === undefined) return undefined;
  const tally = new ImportTally();
  const { hasUnknownImports, reachesIn, unfinished, gaveUp } = scanPickle(source, (imported) => {
    if (saysSo || isPossible(imported)) tally.add(imported);
  });
  // Folders of Python's path, a line each, are called `.pth` too.
  if (!saysSo && unfinished !== undefined && tally.count('unsafe') === 0 && /\.pth$/i.test(header.name))
    return undefined;
  // What says by nothing but its name that it is a pickle is none where Python itself could make nothing of it.
  if (unfinished !== undefined && (saysSo || tally.size > 0 || hasUnknownImports || gaveUp)) {
    unjudged(`its opcodes ${unfinished}: what a pickle does from there on is not known`);
  } else if (unfinished === undefined && tally.hasArrays) {
    // Bytes of an array can be opcodes that hide those behind them, and end as a pickle does.
    unjudged('joblib reads arrays between its opcodes: what a pickle does behind them is not known');
  }
  // Judged as the archive, which stands in the layer.
  const sighting = { kind: 'sighting', check: MODELS, path: path.split('!/', 1)[0] ?? path } as const;
  const computes = hasUnknownImports && (unfinished === undefined || mayBeNumbers !== true);
  if (tally.count('unsafe') > 0 || computes) {
    const what = tally.count('unsafe') > 0 ? tally.listed('unsafe') : 'a name that it computes';
    return { ...sighting, rule: RUNS_CODE, detail: `is a pickle that imports ${what} when it is loaded` };
  }
  if (reachesIn && tally.getter !== undefined) {
    const detail = `is a pickle that imports ${tally.getter}, and names what leads from an object to the whole of Python`;
    return { ...sighting, rule: RUNS_CODE, detail };
  }
  const unknown = tally.count('unknown');
  if (unknown === 0) return undefined;
  const what = `${tally.listed('unknown')}, which ${unknown > 1 ? 'are' : 'is'} not known to be harmless`;
  return { ...sighting, rule: IMPORTS_UNKNOWN, detail: `is a pickle that imports ${what}` };
}

function isPossible({ module, name }: PickleImport): boolean {
  return isDottedName(module) && isDottedName(name);
}

/** Protocol 0 is text, and a pickle that is made by hand may begin with any opcode: whether the first of them make sense. */
function mayBePickle(head: Uint8Array, size: number): boolean {
  let imports = 0;
  const source = new HeadSource(head, size);
  const { unfinished, hasUnknownImports } = scanPickle(source, () => imports++);
  return imports > 0 || hasUnknownImports || unfinished === undefined || unfinished.startsWith('end');
}

/** The first bytes of a file of which the rest is not there. */
class HeadSource extends MemorySource {
  override readonly size: number;

  constructor(head: Uint8Array, size: number) {
    super(head);
    this.size = size;
  }
}

function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b;
}

/** The first members of a zip archive: one of them, as in those of PyTorch and NumPy, is a pickle or an array. */
function namesPickle(head: Uint8Array): boolean {
  return namesOfModels.some((ending) => Buffer.from(head).includes(ending));
}

/** gzip, bzip2, xz, LZMA and Zstandard, which are read as archives of one member. */
function isUnpacked(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, 6)).toString('latin1');
  return (
    ['\x1f\x8b', 'BZh', '\xfd7zXZ', '\x28\xb5\x2f\xfd'].some((magic) => text.startsWith(magic)) ||
    (saysLzma(head) && plausibleLzma(head))
  );
}
