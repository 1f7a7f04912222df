import { semverVersions } from '../../formats/versions/semver.ts';
import { osvLanguage } from '../osv-language.ts';
import { nodeLockfiles } from './lockfiles.ts';
import { nodePackages } from './packages.ts';

/** Node.js: JavaScript packages of an image, judged by OSV. */
export const node = osvLanguage({
  id: 'node',
  displayName: 'Node.js',
  types: ['npm'],
  analyzers: [nodePackages, nodeLockfiles],
  osv: {
    ecosystem: 'npm',
    name: 'npm',
    title: 'JavaScript packages',
    licence: 'CC-BY 4.0, GitHub; Apache-2.0, OpenSSF',
  },
  versions: semverVersions,
});
