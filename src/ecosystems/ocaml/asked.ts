import { parseOpamFile } from '../../formats/ocaml/opam-file.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_MANIFEST } from '../../packages/text-file.ts';
import { opamRecord } from './records.ts';

const LOCKED = '.opam.locked';
const MANIFEST = '.opam';
/** What opam fetched and unpacked: what its authors asked for. */
const FETCHED = /(?:^|\/)(?:\.opam-switch|\.opam|_opam|duniverse)\//;

/** Reads which packages of opam projects ask for. */
export const opamAsked = packageFiles({
  name: 'opam-asked',
  version: 1,
  names: { ends: [MANIFEST, LOCKED] },
  asked: true,
  where: ({ name, path }) =>
    (name.endsWith(MANIFEST) || name.endsWith(LOCKED)) && name !== MANIFEST && !FETCHED.test(path),
  maximum: MAX_MANIFEST,
  read(text, { header }) {
    const found = parseOpamFile(text);
    const isLocked = header.name.endsWith(LOCKED);
    const evidence = isLocked ? 'lockfile' : 'manifest';
    const name = header.name.slice(0, -(isLocked ? LOCKED : MANIFEST).length);
    return [
      { ...opamRecord(found, found.name ?? name, found.version ?? ''), evidence },
      ...found.wanted.map(
        ({ name: needed, version, groups }): PackageRecord => ({
          type: 'opam',
          name: needed,
          version,
          evidence,
          ...(groups.length > 0 && { groups }),
        }),
      ),
    ];
  },
});
