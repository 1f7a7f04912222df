import { licenceIds } from '../../formats/spdx/licence-list.ts';
import { licenceText, type NamedLicence, readLicence, type UnknownLicence } from '../../formats/spdx/licence-tree.ts';
import { mentionedLicences } from '../../formats/spdx/mentioned-licences.ts';
import { isGlob, matchesGlob } from '../glob.ts';
import { classOf, type LicenceClass, licenceClasses } from './classes.ts';

/** What a policy means by one word: how much it says of a licence decides which of two words counts. */
export interface LicenceTerm {
  /** As it was written. */
  readonly word: string;
  readonly line: number;
  /** How narrowly it means a licence (the more, the narrower); 0: not at all. */
  meansLicence(licence: NamedLicence): number;
  /** As {@link meansLicence}, of words that name no licence of the list. */
  meansText(licence: UnknownLicence): number;
  /** As {@link meansText}, where it is enough that one of the words may be the name of what is meant. */
  mayMeanText(licence: UnknownLicence): number;
}

/** The narrowest first. */
const narrowness = { exception: 5, licence: 4, range: 3, mention: 3, pattern: 2, class: 1 } as const;

/**
 * Reads a word of a policy: a licence (`MIT`, `GPL-2.0-or-later`, `GPL-2.0-only WITH Classpath-exception-2.0`), a class, a pattern
 * (`GPL-*`), `LicenseRef-own`, or other words that packages write in place of a licence (`text:Public Domain`).
 * @returns what is wrong with it, as a text
 */
export function readTerm(word: string, line: number): LicenceTerm | string {
  const term = readWord(word, line);
  if (typeof term === 'string') return term;
  const { looksLike = term.meansText, ...own } = term;
  const mayMeanText = (text: UnknownLicence): number => {
    const isMentioned = mentionsOf(text).some((one) => term.meansLicence(one) > 0);
    return Math.max(looksLike(text), isMentioned ? narrowness.mention : 0);
  };
  return { ...own, mayMeanText };
}

/** What is read of a word, and how narrowly it means words as they are written, whatever else they name. */
type OwnTerm = Omit<LicenceTerm, 'mayMeanText'> & { readonly looksLike?: LicenceTerm['meansText'] };

function readWord(word: string, line: number): OwnTerm | string {
  const none = (): number => 0;
  if (word.startsWith('text:') || word.startsWith('LicenseRef-')) {
    const words = plain(word.replace(/^text:/, ''));
    if (words === '') return 'words are expected after "text:"';
    return {
      word,
      line,
      meansLicence: none,
      meansText: ({ text }) => (plain(text) === words ? narrowness.licence : 0),
    };
  }
  if (licenceClasses.includes(word as LicenceClass)) {
    const meansLicence = ({ id, exception }: NamedLicence): number =>
      classOf(id, exception) === word ? narrowness.class : 0;
    return { word, line, meansLicence, meansText: none };
  }
  if (isGlob(word)) {
    // A licence is no path: "*" stands for slashes, too.
    const pattern = word.toLowerCase().replaceAll('*', '**');
    const matches = (text: string): number => (matchesGlob(pattern, text.toLowerCase()) ? narrowness.pattern : 0);
    const meansLicence = (licence: NamedLicence): number =>
      Math.max(matches(licence.id), matches(licenceText(licence)));
    return {
      word,
      line,
      meansLicence,
      // `MIT*` does not mean "MIT, and for the rest the GPL".
      meansText: (licence) => (mentionsOf(licence).every((one) => meansLicence(one) > 0) ? matches(licence.text) : 0),
      looksLike: ({ text }) => matches(text),
    };
  }
  const tree = readLicence(word);
  if (tree.kind === 'licence') return { word, line, meansLicence: (licence) => byName(tree, licence), meansText: none };
  if (tree.kind === 'unknown') {
    return `${JSON.stringify(word)} is no licence of SPDX, no class (${licenceClasses.join(', ')}) and no pattern; write "text:${word}" for words that packages write`;
  }
  return `${JSON.stringify(word)} is more than one licence: write each by itself`;
}

/** An exception only adds to what a licence allows: who means the licence means it with any; who means one exception means that alone. */
function byName(term: NamedLicence, { id, exception }: NamedLicence): number {
  if (term.exception !== undefined && term.exception !== exception) return 0;
  const own = term.exception === undefined ? 0 : 1;
  if (term.id === id) return (term.later ? narrowness.range : narrowness.licence) + own;
  return term.later && versionsFrom(term.id).includes(id) ? narrowness.range + own : 0;
}

const mentions = new WeakMap<UnknownLicence, readonly NamedLicence[]>();

/** The licences that words may name. */
function mentionsOf(licence: UnknownLicence): readonly NamedLicence[] {
  const before = mentions.get(licence);
  if (before !== undefined) return before;
  const { text, beyond = '' } = licence;
  const found = mentionedLicences(text + beyond).map((id): NamedLicence => ({ kind: 'licence', id, later: false }));
  mentions.set(licence, found);
  return found;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

let families: ReadonlyMap<string, readonly string[]> | undefined;

/** The licence and the later versions of it that are on the list, the oldest first. */
export function versionsFrom(id: string): readonly string[] {
  families ??= Map.groupBy(
    [
      ...new Set(
        licenceIds
          .trim()
          .split(/\s+/)
          .map((one) => one.replace(/-(?:only|or-later)$/, '')),
      ),
    ],
    (one) => familyOf(one)?.name ?? one,
  );
  const own = familyOf(id);
  if (own === undefined) return [id];
  const later = (families.get(own.name) ?? [id])
    .flatMap((one) => familyOf(one) ?? [])
    .filter(({ version }) => compare(version, own.version) >= 0)
    .sort((a, b) => compare(a.version, b.version))
    .map(({ id: one }) => one);
  return later.includes(id) ? later : [id, ...later];
}

/** `MPL-1.1` is of the family `MPL`; `GFDL-1.2-no-invariants` of one that has `-no-invariants` in its name. */
function familyOf(
  id: string,
): { readonly id: string; readonly name: string; readonly version: readonly number[] } | undefined {
  const match = /^(.+?)-(\d+(?:\.\d+){0,3})(-(?:no-)?invariants)?$/.exec(id);
  if (match === null) return undefined;
  const [, name = '', version = '', rest = ''] = match;
  return { id, name: name + rest, version: version.split('.').map(Number) };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
