import { parseOpamFile } from '../../formats/ocaml/opam-file.ts';
import { opamVersion, parseOpamList, parseSwitchState } from '../../formats/ocaml/opam-lists.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { opamRecord } from './records.ts';

/** Descriptions of what is installed in a switch: the folder is called like the package. */
const IN_SWITCH = /(?:^|\/)\.opam-switch\/packages\/([^/]+)\/opam$/;
/** Beside installed libraries, where their makers install their description: below `lib` of a switch, or OCaml's folder. */
const BESIDE_LIBRARY = /(?:^|\/)(?:lib|ocaml(?:\/[\d.]{1,20})?)\/([^/]+)\/opam$/;
/** What opam keeps of a switch as a whole. */
const LISTS: ReadonlyMap<string, typeof parseOpamList> = new Map([
  ['install', parseOpamList],
  ['switch-state', parseSwitchState],
]);

/** Reads which packages of opam are installed. */
export const opamPackages: Analyzer<PackageFact> = {
  name: 'opam-packages',
  version: 1,
  names: { exact: ['opam', ...LISTS.keys()] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const isWanted = LISTS.has(file.name)
      ? file.path.endsWith(`.opam-switch/${file.name}`)
      : file.name === 'opam' && (IN_SWITCH.test(file.path) || BESIDE_LIBRARY.test(file.path));
    return isWanted ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        for (const record of recordsOf(layer, file)) packages.add(file.path, record);
      },
      close: () => packages.close(),
    };
  },
};

function recordsOf(layer: LayerContext, file: LayerFile): readonly PackageRecord[] {
  const parseList = LISTS.get(file.header.name);
  if (parseList !== undefined) {
    return (readTextFile(layer, file, MAX_MANIFEST, parseList) ?? []).map((one) => ({ type: 'opam', ...one }));
  }
  const found = readTextFile(layer, file, MAX_MANIFEST, parseOpamFile);
  if (found === undefined) return [];
  const folder = (IN_SWITCH.exec(file.path) ?? BESIDE_LIBRARY.exec(file.path))?.[1] ?? '';
  const inSwitch = IN_SWITCH.test(file.path) ? opamVersion(folder) : undefined;
  const name = inSwitch?.name ?? found.name ?? folder;
  return [opamRecord(found, name, inSwitch?.version ?? found.version ?? '')];
}
