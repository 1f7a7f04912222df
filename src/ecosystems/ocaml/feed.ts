import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { opamVersions } from '../../formats/versions/opam.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on packages of opam, as OSV collects them. */
export const opamOsv: Feed = osvLanguageFeed({
  ecosystem: 'opam',
  name: 'opam',
  title: 'OCaml packages',
  licence: 'public data, without a stated licence, OCaml security team',
  compare: opamVersions.compare,
  absentBecause: 'it is new, and few have it',
});
