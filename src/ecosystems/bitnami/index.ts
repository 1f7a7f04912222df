import { osvLanguage } from '../osv-language.ts';
import { bitnamiComponents, bitnamiList } from './components.ts';
import { bitnamiVersions } from './versions.ts';

/** Bitnami: components of its images, judged by OSV. */
export const bitnami = osvLanguage({
  id: 'bitnami',
  displayName: 'Bitnami',
  types: ['bitnami'],
  analyzers: [bitnamiComponents, bitnamiList],
  osv: {
    ecosystem: 'Bitnami',
    name: 'bitnami',
    title: 'Bitnami',
    licence: 'Apache-2.0, Broadcom',
  },
  versions: bitnamiVersions,
});
