import { conanVersions } from '../../formats/versions/conan.ts';
import { osvLanguage } from '../osv-language.ts';
import { conanFiles, conanPackages } from './packages.ts';

/** Conan: packages of C and C++ in an image, judged by the few records that OSV has. */
export const conan = osvLanguage({
  id: 'conan',
  displayName: 'Conan',
  types: ['conan'],
  analyzers: [conanPackages, conanFiles],
  osv: {
    ecosystem: 'ConanCenter',
    name: 'conan-center',
    title: 'Conan packages',
    licence: 'CC-BY 4.0, GitHub',
    absentBecause: 'few records are on packages of Conan',
  },
  versions: conanVersions,
});
