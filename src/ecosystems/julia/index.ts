import { juliaVersions } from '../../formats/versions/julia.ts';
import { osvLanguage } from '../osv-language.ts';
import { juliaPackages, juliaProjects } from './packages.ts';

/** Julia: packages of depots and of Julia itself in an image, judged by OSV. */
export const julia = osvLanguage({
  id: 'julia',
  displayName: 'Julia',
  types: ['julia'],
  analyzers: [juliaPackages, juliaProjects],
  osv: {
    ecosystem: 'Julia',
    name: 'julia',
    title: 'Julia packages',
    licence: 'CC-BY 4.0, Julia Security Working Group',
  },
  versions: juliaVersions,
});
