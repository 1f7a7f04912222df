import { licenceIds } from './licence-list.ts';

/** Characters that are looked at: whoever writes a licence may write a book. */
const LONGEST = 200_000;

/**
 * What families are called where nobody writes identifiers, the narrower one first: what was recognised is taken out, so that
 * the "General Public License" of "GNU Lesser General Public License" is not there twice.
 */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\b(?:gnu )?affero(?: general)?(?: public)?/g, 'AGPL'],
  [/\b(?:gnu )?(?:lesser|library)(?: gnu)?(?: general)?(?: public)?/g, 'LGPL'],
  [/\b(?:gnu )?free documentation/g, 'GFDL'],
  [/\b(?:gnu )?general public|\bgnu public/g, 'GPL'],
  [/\bmozilla\b/g, 'MPL'],
  [/\beclipse\b/g, 'EPL'],
  [/\bcommon development (?:and|&) distribution/g, 'CDDL'],
  [/\beuropean union public|\beuropean public/g, 'EUPL'],
  [/\bserver side public/g, 'SSPL'],
  [/\bbusiness source/g, 'BUSL'],
  [/\bopen software licen/g, 'OSL'],
  [/\bcommon public attribution/g, 'CPAL'],
  [/\bcommon public licen/g, 'CPL'],
  [/\breciprocal public/g, 'RPL'],
  [/\bmicrosoft reciprocal/g, 'MS-RL'],
  [/\bfunctional source/g, 'FSL'],
  [/\bsustainable use/g, 'SUL'],
  [/\bnon ?commercial|\bby nc\b/g, 'CC-BY-NC'],
  [/\bno ?deriv|\bby nd\b/g, 'CC-BY-ND'],
  [/\bshare ?alike|\bby sa\b/g, 'CC-BY-SA'],
  [/\bsleepycat\b/g, 'Sleepycat'],
];

let known:
  | {
      readonly families: ReadonlyMap<string, readonly string[]>;
      readonly single: ReadonlyMap<string, readonly string[]>;
    }
  | undefined;

/** Identifiers by family, in small letters, and those that are no family as they are: many of them are words of the language. */
function lists(): NonNullable<typeof known> {
  if (known !== undefined) return known;
  const families = new Map<string, string[]>();
  const single = new Map<string, string[]>();
  for (const whole of licenceIds.trim().split(/\s+/)) {
    const id = whole.replace(/-(?:only|or-later)$/, '');
    const family = /^(.+?)-\d/.exec(id)?.[1];
    const [map, key] = family === undefined ? ([single, id] as const) : ([families, family.toLowerCase()] as const);
    const ids = map.get(key) ?? [];
    if (!ids.includes(id)) ids.push(id);
    map.set(key, ids);
  }
  known = { families, single };
  return known;
}

/**
 * Identifiers of the licences that a text may name, of GNU without `-only` and `-or-later`: of a family all versions. It finds
 * too much rather than too little, and is for whoever wants to be sure that a licence is not meant. Takes time in proportion to the text.
 */
export function mentionedLicences(text: string): readonly string[] {
  // Letters of other alphabets that look the same, and those that nobody sees, hide no name.
  const plain = text
    .slice(0, LONGEST)
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '');
  const { families, single } = lists();
  const found = new Set<string>();
  const take = (name: string): boolean => {
    const ids = families.get(name.toLowerCase()) ?? single.get(name);
    for (const id of ids ?? []) found.add(id);
    return ids !== undefined;
  };
  for (const word of plain.match(/[A-Za-z0-9.+-]+/g) ?? []) for (const name of namesIn(word)) take(name);
  let rest = plain.toLowerCase().replace(/[^a-z0-9&]+/g, ' ');
  for (const [phrase, family] of phrases) {
    const without = rest.replace(phrase, ' ');
    if (without !== rest) take(family);
    rest = without;
  }
  // Who says "GNU" and not which, means what everybody means by it.
  if (/\bgnu\b/.test(rest) && ![...found].some((id) => /^(?:[AL]?GPL|GFDL)-/.test(id))) take('GPL');
  return [...found];
}

/** Parts of the longest name of a family: `CC-BY-NC-ND-3.0`. */
const PARTS = 5;

/** `GPLv3+`, `LGPL-2.1-or-later`, `our-CC-BY-NC-4.0`: the parts of a word, and neighbours together, with and without a version. */
function namesIn(word: string): readonly string[] {
  const parts = word.replace(/[.+]+$/, '').split('-');
  const names = parts.flatMap((_, start) =>
    Array.from({ length: Math.min(PARTS, parts.length - start) }, (__, more) =>
      parts.slice(start, start + more + 1).join('-'),
    ),
  );
  // `GPLed`, `MIT+GPL`: what begins in a word, save in the names of other licences.
  const gnu = [...word.matchAll(/(?<![a-z])(?:[al]?gpl|gfdl)/gi)].map(([name]) => name);
  return [...names.flatMap((name) => [name, name.replace(/-?v?\d[\d.]{0,20}\+?$/i, '')]), ...gnu];
}
