import { gemVersions } from '../../formats/versions/gem.ts';
import { osvLanguage } from '../osv-language.ts';
import { bundler } from './bundler.ts';
import { gemSpecifications } from './specifications.ts';

/** Ruby: gems of an image, judged by OSV. */
export const ruby = osvLanguage({
  id: 'ruby',
  displayName: 'Ruby',
  types: ['gem'],
  analyzers: [gemSpecifications, bundler],
  osv: {
    ecosystem: 'RubyGems',
    name: 'rubygems',
    title: 'Ruby packages',
    licence: 'CC-BY 4.0, GitHub; public domain, RubySec',
  },
  versions: gemVersions,
});
