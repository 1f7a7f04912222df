import { mentionedLicences } from './mentioned-licences.ts';
import { knownException, knownLicence, licenceParts } from './normalise-licence.ts';

/** Characters beyond which a text is the licence itself, or nothing that anybody named. */
const LONGEST = 2000;

/** A licence of the SPDX list, in the one form that all spellings of it have here. */
export interface NamedLicence {
  readonly kind: 'licence';
  /** Identifier; that of the GNU family without `-only` and `-or-later`: `GPL-2.0`. */
  readonly id: string;
  /** Any later version may be taken in its place. */
  readonly later: boolean;
  /** Identifier of the exception that belongs to it. */
  readonly exception?: string;
}

/** Words that name no licence of the list: `BSD`, `SEE LICENSE IN x`, `LicenseRef-own`. */
export interface UnknownLicence {
  readonly kind: 'unknown';
  readonly text: string;
  /** What follows of a text that is longer than anybody shows: it may name licences, too. */
  readonly beyond?: string;
}

/** What a licence text says: a licence, licences that all hold, or licences of which one may be chosen. */
export type LicenceTree =
  | NamedLicence
  | UnknownLicence
  | { readonly kind: 'all' | 'any'; readonly of: readonly LicenceTree[] };

/** Deprecated identifiers of the list that say what two of today say (SPDX Licence List, "Deprecated License Identifiers"). */
const replaced: Readonly<Partial<Record<string, NamedLicence>>> = {
  'GPL-2.0-with-GCC-exception': withException('GPL-2.0', 'GCC-exception-2.0'),
  'GPL-2.0-with-autoconf-exception': withException('GPL-2.0', 'Autoconf-exception-2.0'),
  'GPL-2.0-with-bison-exception': withException('GPL-2.0', 'Bison-exception-2.2'),
  'GPL-2.0-with-classpath-exception': withException('GPL-2.0', 'Classpath-exception-2.0'),
  'GPL-2.0-with-font-exception': withException('GPL-2.0', 'Font-exception-2.0'),
  'GPL-3.0-with-GCC-exception': withException('GPL-3.0', 'GCC-exception-3.1'),
  'GPL-3.0-with-autoconf-exception': withException('GPL-3.0', 'Autoconf-exception-3.0'),
  'eCos-2.0': { kind: 'licence', id: 'GPL-2.0', later: true, exception: 'eCos-exception-2.0' },
  wxWindows: { kind: 'licence', id: 'LGPL-2.0', later: true, exception: 'WxWindows-exception-3.1' },
  'StandardML-NJ': { kind: 'licence', id: 'SMLNJ', later: false },
  'BSD-2-Clause-FreeBSD': { kind: 'licence', id: 'BSD-2-Clause', later: false },
  'bzip2-1.0.5': { kind: 'licence', id: 'bzip2-1.0.6', later: false },
};

function withException(id: string, exception: string): NamedLicence {
  return { kind: 'licence', id, later: false, exception };
}

/**
 * Reads a licence as a package states it: an expression of SPDX (2.3, annex D), or what package managers write in its place.
 * Never fails: a part that names no licence is there as `unknown`, and the others still count. `AND` binds closer than `OR`; a comma
 * before `and` less than both (machine-readable debian/copyright 1.0, section 7.2), and a list means all that is on it. Takes time in
 * proportion to the text.
 */
export function readLicence(text: string): LicenceTree {
  const whole = text.replace(/\s+/g, ' ').trim();
  if (whole.length > LONGEST) return { ...unknown(whole.slice(0, LONGEST)), beyond: whole.slice(LONGEST) };
  const bare = whole.replace(CLASSIFIER, '').replace(OWN_FILE, '');
  const simple = licenceNamed(bare);
  if (simple !== undefined) return simple;
  const marked = bare
    .replace(LATER, '+')
    .replace(COMMA_OF_A_NAME, '')
    .replace(/[,;] or /gi, ' or ');
  const parts = marked
    .split(/[,;] and |[,;] ?/i)
    .filter((part) => part !== '')
    .map((part) => new Reader(part).read() ?? unknown(part));
  const tree = join('all', parts);
  return namesSomething(tree) ? tree : unknown(whole);
}

/** `or later`, `or (at your option) any later version`. */
const LATER = / \(?or (?:\(?at your option\)?,? )?(?:any )?(?:later|newer)(?: versions?)?\b\)?/gi;

/** Of PyPI: `License :: OSI Approved :: MIT License`. */
const CLASSIFIER = /^license ::.* :: /i;

/** Of R: besides the licence there is a file with its own words (Writing R Extensions, 1.1.2). */
const OWN_FILE = / ?[+|] ?file licen[cs]e$/i;

/** `Apache License, Version 2.0`. */
const COMMA_OF_A_NAME = /,(?= ?v(?:ersion|er\.)? ?\d)/gi;

function namesSomething(tree: LicenceTree): boolean {
  return tree.kind === 'all' || tree.kind === 'any' ? tree.of.some(namesSomething) : tree.kind === 'licence';
}

/** Licences of which all hold. */
export function allOf(licences: readonly string[]): LicenceTree | undefined {
  const stated = [...new Set(licences.map((one) => one.trim()))].filter((one) => one !== '' && one !== 'NOASSERTION');
  if (stated.length === 0) return undefined;
  return join('all', stated.map(readLicence));
}

/** Nested ones of a kind are one, and what is said twice is said once. */
export function join(kind: 'all' | 'any', trees: readonly LicenceTree[]): LicenceTree {
  const flat = trees.flatMap((tree) => (tree.kind === kind ? tree.of : [tree]));
  const distinct = [...new Map(flat.map((tree) => [licenceText(tree), tree])).values()];
  return distinct.length === 1 ? distinct[0]! : { kind, of: distinct };
}

/** The expression that a tree stands for; what names no licence stands in it as it was written. */
export function licenceText(tree: LicenceTree): string {
  switch (tree.kind) {
    case 'unknown':
      return tree.text;
    case 'licence': {
      const { id, later, exception } = tree;
      const name = isGnu(id) ? `${id}-${later ? 'or-later' : 'only'}` : `${id}${later ? '+' : ''}`;
      return exception === undefined ? name : `${name} WITH ${exception}`;
    }
    default: {
      const words = tree.of.map((one) =>
        one.kind === 'all' || one.kind === 'any' ? `(${licenceText(one)})` : licenceText(one),
      );
      return words.join(tree.kind === 'all' ? ' AND ' : ' OR ');
    }
  }
}

/**
 * As {@link licenceText}, and when it is read it is the same tree again: words of a package may have half of a parenthesis in them, and
 * what follows would be another choice than there is.
 */
export function exactText(tree: LicenceTree): string {
  const text = licenceText(tree);
  if (text.length > LONGEST || shapeOf(readLicence(text)) === shapeOf(tree)) return text;
  return licenceText(withoutJoints(tree));
}

/** Which licences stand where, without the words of what names none. */
function shapeOf(tree: LicenceTree): string {
  if (!namesSomething(tree)) return '?';
  return tree.kind === 'all' || tree.kind === 'any'
    ? `${tree.kind}(${tree.of.map(shapeOf).join()})`
    : licenceText(tree);
}

/** Words that name no licence as one word each, which names none either. */
function withoutJoints(tree: LicenceTree): LicenceTree {
  if (tree.kind === 'unknown') return unknown(`unreadable_${tree.text.replace(/[^A-Za-z0-9.+-]+/g, '_')}`);
  return tree.kind === 'licence' ? tree : { kind: tree.kind, of: tree.of.map(withoutJoints) };
}

function unknown(text: string): UnknownLicence {
  return { kind: 'unknown', text };
}

/** Families of GNU, whose identifiers say whether later versions may be taken. */
function isGnu(id: string): boolean {
  return /^(?:A?GPL|LGPL|GFDL)-\d/.test(id);
}

/** One licence by any of its names. */
function licenceNamed(text: string): NamedLicence | undefined {
  const known = knownLicence(text);
  if (known !== undefined) return canonical(known, false);
  const base = text.endsWith('+') ? knownLicence(text.slice(0, -1).trim()) : undefined;
  return base === undefined ? undefined : canonical(base, true);
}

function canonical(id: string, plus: boolean): NamedLicence | undefined {
  if (id.startsWith('LicenseRef-')) return undefined;
  if (Object.hasOwn(replaced, id)) return replaced[id];
  const gnu = /^(.+?)-(only|or-later)$/.exec(id);
  if (gnu === null || !isGnu(id)) return { kind: 'licence', id, later: plus };
  return { kind: 'licence', id: gnu[1]!, later: plus || gnu[2] === 'or-later' };
}

const joints: Readonly<Partial<Record<string, 'and' | 'or' | 'with' | '/' | '(' | ')'>>> = {
  and: 'and',
  '&': 'and',
  '&&': 'and',
  or: 'or',
  '/': '/',
  '|': 'or',
  '||': 'or',
  with: 'with',
  '(': '(',
  ')': ')',
};

/** Reads one expression: `or` of `and` of licences and parentheses. */
class Reader {
  readonly #parts: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#parts = licenceParts(text);
  }

  /** @returns undefined where it is no expression */
  read(): LicenceTree | undefined {
    const tree = this.#any();
    return this.#at === this.#parts.length ? tree : undefined;
  }

  #any(): LicenceTree | undefined {
    return this.#chain('or', 'any', () => this.#chain('and', 'all', () => this.#alternatives()));
  }

  #chain(joint: 'and' | 'or', kind: 'all' | 'any', next: () => LicenceTree | undefined): LicenceTree | undefined {
    const found: LicenceTree[] = [];
    do {
      const one = next();
      if (one === undefined) return undefined;
      found.push(one);
    } while (this.#takes(joint));
    return join(kind, found);
  }

  /** `MIT/Apache-2.0`, as manifests of Rust had it. In the words of a path or an address no slash gives a choice. */
  #alternatives(): LicenceTree | undefined {
    const start = this.#at;
    const found: LicenceTree[] = [];
    do {
      const one = this.#one();
      if (one === undefined) return undefined;
      found.push(one);
    } while (this.#takes('/'));
    const isChoice = found.every((one) => one.kind !== 'unknown' || isAmbiguousName(one.text));
    if (found.length === 1 || isChoice) return join('any', found);
    return unknown(this.#parts.slice(start, this.#at).join(' ').replaceAll(' / ', '/'));
  }

  #one(): LicenceTree | undefined {
    if (this.#takes('(')) {
      const inner = this.#any();
      return inner !== undefined && this.#takes(')') ? inner : undefined;
    }
    const part = this.#parts[this.#at];
    if (part === undefined || jointOf(part) !== undefined) return undefined;
    this.#at++;
    const one = licenceNamed(part) ?? unknown(part);
    if (!this.#takes('with')) return one;
    const words = this.#parts[this.#at];
    if (words === undefined || jointOf(words) !== undefined) return undefined;
    this.#at++;
    // An exception that nobody knows takes nothing away: the licence counts as it is without.
    const exception = knownException(words);
    return one.kind === 'licence' && exception !== undefined ? { ...one, exception } : one;
  }

  #takes(joint: string): boolean {
    const part = this.#parts[this.#at];
    if (part === undefined || jointOf(part) !== joint) return false;
    this.#at++;
    return true;
  }
}

/** `BSD`, `GPL`: the name of a family, of which nobody says which. */
function isAmbiguousName(text: string): boolean {
  return !text.includes(' ') && mentionedLicences(text).length > 0;
}

function jointOf(part: string): string | undefined {
  const word = part.toLowerCase();
  return Object.hasOwn(joints, word) ? joints[word] : undefined;
}
