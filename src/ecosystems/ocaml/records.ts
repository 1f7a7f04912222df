import type { OpamPackage } from '../../formats/ocaml/opam-file.ts';
import type { PackageRecord } from '../../model/fact.ts';

/** A package by its description, whose name and version may stand elsewhere. */
export function opamRecord({ licences, wanted }: OpamPackage, name: string, version: string): PackageRecord {
  const requires = [...new Set(wanted.filter(({ groups }) => groups.length === 0).map((one) => one.name))];
  return {
    type: 'opam',
    name,
    version,
    ...(licences.length > 0 && { licences }),
    ...(requires.length > 0 && { requires }),
  };
}
