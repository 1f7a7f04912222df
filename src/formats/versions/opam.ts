import type { VersionScheme } from '../../model/version-scheme.ts';
import { compareRuns, explainRuns } from './deb.ts';
import { invalidVersion } from './parts.ts';
import { partwise } from './partwise.ts';

/**
 * Versions of opam packages (opam manual, "Version ordering"): as Debian's upstream versions, runs of other characters and of
 * digits in turn, letters before other characters, `~` before everything and before the end. There are neither epochs nor
 * revisions: a hyphen is a character like others. An ending `dev` is nothing of its own.
 *
 * Valid are letters, digits and `- _ + . ~`, with a digit at the beginning or behind a `v`. The manual orders words, too
 * (`base`, `dev`), but they stand for whatever was there, and no advisory can be held against them.
 */
export const opamVersions: VersionScheme = partwise<{ readonly text: string }>('opam', read, [
  {
    name: 'version',
    show: ({ text }) => text,
    compare: (left, right) => compareRuns(left.text, right.text),
    why: (left, right) => explainRuns(left.text, right.text),
  },
]);

function read(version: string): { readonly text: string } {
  if (version === '') throw invalidVersion('opam', version, 'it is empty');
  if (!/^[\w+.~-]*$/.test(version)) {
    throw invalidVersion('opam', version, 'it contains a character that no version has');
  }
  if (!/^v?\d/.test(version)) throw invalidVersion('opam', version, 'it names no release');
  return { text: version };
}
