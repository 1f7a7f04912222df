import { languageNamespaces } from '../../feeds/osv-language.ts';
import { opamVersions } from '../../formats/versions/opam.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { opamAsked } from './asked.ts';
import { opamOsv } from './feed.ts';
import { opamPackages } from './packages.ts';

/** OCaml: packages of opam in an image, judged by OSV. */
export const ocaml: Ecosystem = {
  id: 'ocaml',
  displayName: 'OCaml',
  types: ['opam'],
  analyzers: [opamPackages, opamAsked],
  feeds: [opamOsv],
  namespaces: () => languageNamespaces('opam'),
  versions: () => opamVersions,
};
