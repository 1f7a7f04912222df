import { problemCodes } from '../../../src/model/problem.ts';
import type { Problem } from '../api/schema.ts';

/** Whether it means that something may be missing; a code that this page does not know yet does. */
export function makesIncomplete({ code }: Problem): boolean {
  return problemCodes[code]?.incomplete ?? true;
}

/** What to do, by code or by the word before its dot. Absent where the message says it, or nothing helps. */
const advice: Readonly<Record<string, string>> = {
  'advisories.missing': 'Fetch the advisories (drydock db update), then scan again.',
  'advisories.starter': 'Fetch the advisories (drydock db update), then scan again.',
  'advisories.namespace-missing': 'Fetch the feed of this distribution or language (drydock db update).',
  'advisories.stale': 'Bring the advisories up to date (drydock db update).',
  'advisories.removed': 'Take that back for those that should count (POST /api/vulnerabilities/NAME/restore).',
  'advisories.unkept': 'Have the service keep the feed (--feeds), or use a database without it.',
  'advisories.feed-failed': 'See why the feed failed (drydock db status), and update again.',
  'archive.limit': 'Look at the archive by itself, or raise the limit if you trust it.',
  'packages.not-judged': 'Scan with --lockfiles to have them judged, too.',
  'packages.database-removed':
    'Build from a base that keeps its package database, or use the packages that were recovered.',
  'packages.database-missing': 'Build from a base that keeps its package database.',
  'packages.files-unowned': 'Find out who put these files there; what is built belongs into /usr/local or /opt.',
  'packages.unidentified': 'Build with names and versions in the files, or give a bill of materials.',
  'distribution.unknown': 'If it was made from a known one, restore its /etc/os-release.',
  'rules.unusable': 'Bring the rules up to date (drydock rules update).',
  'policy.expired': 'Renew the entry with a new date, or take it out.',
  'run.not-up': 'Give it what it needs in a run profile (--run-profile).',
  'attestation.unreadable': 'Ask the registry again, or whoever attached it.',
  'vex.unreadable': 'Mend the document, or leave it out.',
  'scan.timeout': 'Scan again with a longer --timeout.',
  'base.unusable': 'Remove the damaged file; it is made again by the next scan.',
  'check.undecided': '',
  'image.one-of-several': '',
  layer: 'Fetch or build the image again: what is stored is not what was made.',
  image: 'Fetch or build the image again, and compare its digest with the one of its registry.',
  lockfile: 'Mend the file, or take it out of the image.',
  analyzer: 'This is a fault of Drydock: please report it, with the file if you may.',
  judge: 'This is a fault of Drydock: please report it.',
};

/** What can be done about it, in one sentence; undefined where the message says all. */
export function adviceOn({ code, message }: Problem): string | undefined {
  const sentence = advice[code] ?? advice[code.split('.')[0] ?? ''];
  if (sentence === undefined || sentence === '') return undefined;
  const command = /\(([^)]+)\)/.exec(sentence)?.[1];
  return command !== undefined && message.includes(command) ? undefined : sentence;
}

/** What a code means, as docs/errors.md says it. */
export function meaningOf({ code }: Problem): string | undefined {
  return problemCodes[code]?.meaning;
}
