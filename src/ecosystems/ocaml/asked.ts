import { parseOpamFile } from '../../formats/ocaml/opam-file.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { opamRecord } from './records.ts';

const LOCKED = '.opam.locked';
const MANIFEST = '.opam';
/** What opam fetched and unpacked: what its authors asked for. */
const FETCHED = /(?:^|\/)(?:\.opam-switch|\.opam|_opam|duniverse)\//;

/** Reads which packages of opam projects ask for. */
export const opamAsked: Analyzer<PackageFact> = {
  name: 'opam-asked',
  version: 1,
  names: { ends: [MANIFEST, LOCKED] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !(file.name.endsWith(MANIFEST) || file.name.endsWith(LOCKED))) return Appetite.None;
    return file.name === MANIFEST || FETCHED.test(file.path) ? Appetite.None : textAppetite(file, MAX_MANIFEST);
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const found = readTextFile(layer, file, MAX_MANIFEST, parseOpamFile);
        if (found === undefined) return;
        const isLocked = file.header.name.endsWith(LOCKED);
        const evidence = isLocked ? 'lockfile' : 'manifest';
        const name = file.header.name.slice(0, -(isLocked ? LOCKED : MANIFEST).length);
        packages.add(file.path, { ...opamRecord(found, found.name ?? name, found.version ?? ''), evidence });
        for (const { name: needed, version, groups } of found.wanted) {
          packages.add(file.path, {
            type: 'opam',
            name: needed,
            version,
            evidence,
            ...(groups.length > 0 && { groups }),
          });
        }
      },
      close: () => packages.close(),
    };
  },
};
