import { parseOpamFile } from '../../formats/ocaml/opam-file.ts';
import { opamVersion, parseOpamList, parseSwitchState } from '../../formats/ocaml/opam-lists.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_MANIFEST } from '../../packages/text-file.ts';
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
export const opamPackages = packageFiles({
  name: 'opam-packages',
  version: 1,
  exact: ['opam', ...LISTS.keys()],
  where: ({ name, path }) =>
    LISTS.has(name) ? path.endsWith(`.opam-switch/${name}`) : IN_SWITCH.test(path) || BESIDE_LIBRARY.test(path),
  maximum: MAX_MANIFEST,
  read(text, { header, path }) {
    const parseList = LISTS.get(header.name);
    if (parseList !== undefined) return parseList(text).map((one) => ({ type: 'opam', ...one }));
    const found = parseOpamFile(text);
    const folder = (IN_SWITCH.exec(path) ?? BESIDE_LIBRARY.exec(path))?.[1] ?? '';
    const inSwitch = IN_SWITCH.test(path) ? opamVersion(folder) : undefined;
    const name = inSwitch?.name ?? found.name ?? folder;
    return [opamRecord(found, name, inSwitch?.version ?? found.version ?? '')];
  },
});
