import { opamVersions } from '../../formats/versions/opam.ts';
import { osvLanguage } from '../osv-language.ts';
import { opamAsked } from './asked.ts';
import { opamPackages } from './packages.ts';

/** OCaml: packages of opam in an image, judged by OSV. */
export const ocaml = osvLanguage({
  id: 'ocaml',
  displayName: 'OCaml',
  types: ['opam'],
  analyzers: [opamPackages, opamAsked],
  osv: {
    ecosystem: 'opam',
    name: 'opam',
    title: 'OCaml packages',
    licence: 'public data, without a stated licence, OCaml security team',
    absentBecause: 'it is new, and few have it',
  },
  versions: opamVersions,
});
