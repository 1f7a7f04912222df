import { ruleKinds } from '../rules/rule-file.ts';
import type { OptionSpec } from './option-spec.ts';

/** Options of rules for the contents of files: part of `optionTable`. */
export const ruleOptions = {
  rules: {
    kind: 'words',
    value: 'LIST',
    default: [],
    defaultWords: '`all`',
    description:
      'Rules for malware and webshells: `starter` (those that come with Drydock), names of sets that `drydock rules status` shows, files and folders; `all` is `starter` and all sets, `none` no rules at all.',
    personal: true,
  },
  name: {
    kind: 'text',
    value: 'NAME',
    defaultWords: 'as the file, the folder or the image is called',
    description: 'Call the set of rules, or the base image, so.',
    only: 'flag',
  },
  kind: {
    kind: 'choice',
    value: 'KIND',
    choices: ruleKinds,
    defaultWords: 'by the endings of the files',
    description: 'All files are rules of this kind, whatever they are called.',
    only: 'flag',
  },
  licence: {
    kind: 'text',
    value: 'LICENCE',
    description: 'The licence of the rules, as it is shown with them.',
    only: 'flag',
  },
} as const satisfies Record<string, OptionSpec>;
