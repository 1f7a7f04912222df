import type { OptionSpec } from './option-spec.ts';

/** Options of the advisory database as something that is handed on: part of `optionTable`. */
export const databaseOptions = {
  from: {
    kind: 'path',
    value: 'FOLDER',
    description: 'Read the feeds from this folder, without any network.',
    only: 'flag',
  },
  'db-key': {
    kind: 'path',
    value: 'FILE',
    description:
      'Believe advisory databases that are signed with a key of this file: public keys in PEM, one after the other.',
    personal: true,
  },
  'sign-key': {
    kind: 'path',
    value: 'FILE',
    description: 'Sign with this private key (PEM, Ed25519).',
    only: 'flag or variable',
    personal: true,
  },
  'allow-unsigned': {
    kind: 'switch',
    default: false,
    description: 'Take an advisory database, or a container of ClamAV, that nobody signed, too.',
    only: 'flag',
  },
  'allow-expired': {
    kind: 'switch',
    default: false,
    description: 'Take an advisory database after the day until which it was to be believed, too.',
    only: 'flag',
  },
  'expires-in': {
    kind: 'integer',
    value: 'DAYS',
    range: [1, 3650],
    default: 14,
    description: 'After so many days nobody shall believe any more that there is no newer database.',
    only: 'flag or variable',
  },
  'delta-from': {
    kind: 'path',
    value: 'FILE',
    description: 'Write only what differs from this one: an earlier database, or an artefact of one.',
    only: 'flag',
  },
} as const satisfies Record<string, OptionSpec>;
