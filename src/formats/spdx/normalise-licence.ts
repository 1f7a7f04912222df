import { isLicenceExpression, isLicenceId } from './licence-expression.ts';
import { exceptionIds, licenceIds } from './licence-list.ts';

/** Characters beyond which a text is the licence itself, or nothing that anybody named. */
const LONGEST = 500;

/**
 * What licences are called where nobody asked for identifiers, by {@link keyOf}: names of the SPDX Licence List and of package
 * managers, short names of Debian (machine-readable debian/copyright 1.0, section 7.1) and of Fedora before 2022. What may
 * mean several licences (`BSD`, `GPL`) is not among them.
 */
const names: Readonly<Record<string, string>> = {
  'apache 2': 'Apache-2.0',
  'apache 2.0': 'Apache-2.0',
  'apache software 2.0': 'Apache-2.0',
  'apache software 2': 'Apache-2.0',
  'asl 2.0': 'Apache-2.0',
  'al 2.0': 'Apache-2.0',
  'asl 1.1': 'Apache-1.1',
  'apache software 1.1': 'Apache-1.1',
  expat: 'MIT',
  'mit x11': 'MIT',
  'mit expat': 'MIT',
  'x11 mit': 'MIT',
  'bsd 2 clause simplified': 'BSD-2-Clause',
  'simplified bsd': 'BSD-2-Clause',
  freebsd: 'BSD-2-Clause',
  'bsd 2': 'BSD-2-Clause',
  '2 clause bsd': 'BSD-2-Clause',
  'bsd 2 clause': 'BSD-2-Clause',
  'bsd 3': 'BSD-3-Clause',
  '3 clause bsd': 'BSD-3-Clause',
  'new bsd': 'BSD-3-Clause',
  'modified bsd': 'BSD-3-Clause',
  'revised bsd': 'BSD-3-Clause',
  'bsd 3 clause new or revised': 'BSD-3-Clause',
  'bsd 4 clause original or old': 'BSD-4-Clause',
  'isc iscl': 'ISC',
  'zlib libpng': 'Zlib',
  'mozilla public 1.1': 'MPL-1.1',
  'mozilla public 2.0': 'MPL-2.0',
  'mozilla public 2.0 mpl 2.0': 'MPL-2.0',
  'mpl 2': 'MPL-2.0',
  'mplv2.0': 'MPL-2.0',
  'mplv1.1': 'MPL-1.1',
  'eclipse public 1.0': 'EPL-1.0',
  'eclipse public v1.0': 'EPL-1.0',
  'eclipse public 2.0': 'EPL-2.0',
  'eclipse public v2.0': 'EPL-2.0',
  'eclipse distribution v1.0': 'BSD-3-Clause',
  'edl 1.0': 'BSD-3-Clause',
  'boost software 1.0': 'BSL-1.0',
  boost: 'BSL-1.0',
  'python software foundation': 'PSF-2.0',
  psf: 'PSF-2.0',
  psfl: 'PSF-2.0',
  'unlicense unlicense': 'Unlicense',
  'do what the fuck you want to public': 'WTFPL',
  'creative commons zero v1.0 universal': 'CC0-1.0',
  'cc0 1.0 universal': 'CC0-1.0',
  'cc0 1.0 universal cc0 1.0 public domain dedication': 'CC0-1.0',
  cc0: 'CC0-1.0',
  'gnu general public v2.0 only': 'GPL-2.0-only',
  'gnu general public v2.0 or later': 'GPL-2.0-or-later',
  'gnu general public v3.0 only': 'GPL-3.0-only',
  'gnu general public v3.0 or later': 'GPL-3.0-or-later',
  'gnu general public v2 gplv2': 'GPL-2.0-only',
  'gnu general public v3 gplv3': 'GPL-3.0-only',
  'gnu general public v2 or later gplv2+': 'GPL-2.0-or-later',
  'gnu general public v3 or later gplv3+': 'GPL-3.0-or-later',
  'gnu lesser general public v2.1 only': 'LGPL-2.1-only',
  'gnu lesser general public v2.1 or later': 'LGPL-2.1-or-later',
  'gnu lesser general public v3.0 only': 'LGPL-3.0-only',
  'gnu lesser general public v3.0 or later': 'LGPL-3.0-or-later',
  'gnu lesser general public v3 lgplv3': 'LGPL-3.0-only',
  'gnu lesser general public v3 or later lgplv3+': 'LGPL-3.0-or-later',
  'gnu affero general public v3': 'AGPL-3.0-only',
  'gnu affero general public v3.0': 'AGPL-3.0-only',
  'gnu affero general public v3 or later agplv3+': 'AGPL-3.0-or-later',
  'ruby 1.8': 'Ruby',
  'common development and distribution 1.0': 'CDDL-1.0',
  'common development and distribution 1.1': 'CDDL-1.1',
  'bouncy castle': 'MIT',
  openssl: 'OpenSSL',
  'zope public 2.1': 'ZPL-2.1',
  'zope 2.1': 'ZPL-2.1',
  'academic free 2.1': 'AFL-2.1',
  'artistic 1': 'Artistic-1.0',
  artistic: 'Artistic-1.0',
  'artistic 2': 'Artistic-2.0',
  'blueoak 1.0.0': 'BlueOak-1.0.0',
  'sil open font 1.1': 'OFL-1.1',
  'sil ofl 1.1': 'OFL-1.1',
};

let known:
  | { readonly licences: ReadonlyMap<string, string>; readonly exceptions: ReadonlyMap<string, string> }
  | undefined;

/** Identifiers by themselves in small letters, which SPDX 2.3 (annex D.2) says they are to be matched by. */
function lists(): NonNullable<typeof known> {
  const byKey = (text: string) =>
    new Map(
      text
        .trim()
        .split(/\s+/)
        .map((id) => [id.toLowerCase(), id]),
    );
  known ??= { licences: byKey(licenceIds), exceptions: byKey(exceptionIds) };
  return known;
}

/** A name without what it may as well lack: articles, "licence", "version", punctuation, capital letters. */
function keyOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9.+]+/g, ' ')
    .replace(/\bversion (?=\d)/g, '')
    .replace(/\b(?:the|licen[cs]es?|osi approved)\b/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
}

/** `GNU General Public License, version 2` is `GPL version 2`; of R, `GPL (>= 2)` is `GPL-2+`. */
function shortGnu(text: string): string {
  if (text.length > 100) return text;
  return text
    .replace(
      /^(?:the )?(?:gnu )?(?:(affero|lesser|library) )?general public licen[sc]e,?(?= ?v| \d|$)/i,
      (_, kind?: string) => (kind === undefined ? 'GPL' : /^a/i.test(kind) ? 'AGPL' : 'LGPL'),
    )
    .replace(/ ?\(>= ?(\d(?:\.\d)?)\)$/, '-$1+');
}

/** `GPL-2+`, `GPLv2`, `LGPL 2.1 or later`: the family of GNU as SPDX names it since version 3 of its list. */
function gnuLicence(text: string): string | undefined {
  const match =
    /^(?:GNU )?(A?GPL|LGPL|GFDL)(-NIV)?(?:[- ]?v(?:ersion )?|[- ])?([1-3](?:\.[0-3])?)(?:[-. ]?(only|or[- ]later)|(\+))?$/i.exec(
      shortGnu(text),
    );
  if (match === null) return undefined;
  const [, family = '', free, number = '', words, plus] = match;
  const version = number.includes('.') ? number : `${number}.0`;
  const later = plus !== undefined || /^or/i.test(words ?? '') ? 'or-later' : 'only';
  const id = `${family.toUpperCase()}-${version}${free === undefined ? '' : '-no-invariants'}-${later}`;
  return isLicenceId(id) ? id : undefined;
}

/** One licence by any of its names, as an identifier of SPDX; undefined where it may mean several, or nobody knows it. */
export function knownLicence(text: string): string | undefined {
  const gnu = gnuLicence(text);
  if (gnu !== undefined) return gnu;
  const id = lists().licences.get(text.toLowerCase());
  if (id !== undefined) return id;
  if (/^LicenseRef-[A-Za-z0-9.-]+$/.test(text)) return text;
  // Half of an expression is no name.
  if (text.split('(').length !== text.split(')').length) return undefined;
  const key = keyOf(text);
  const named = Object.hasOwn(names, key) ? names[key] : undefined;
  if (named !== undefined) return named;
  const dashed = key.replaceAll(' ', '-');
  return lists().licences.get(dashed) ?? gnuLicence(key);
}

/**
 * A licence as package managers tell it, as an expression of SPDX (2.3, annex D): `Apache 2.0` is `Apache-2.0`, `GPL-2+` is
 * `GPL-2.0-or-later`, `(MIT or apache-2.0)` is `MIT OR Apache-2.0`, `MIT/Apache-2.0` of old manifests of Rust is the same.
 * @returns undefined where a part of it is not known or may mean several licences: `BSD`, `SEE LICENSE IN x`
 */
export function normaliseLicence(text: string): string | undefined {
  const whole = text.trim();
  if (whole === '' || whole.length > LONGEST) return undefined;
  const one = knownLicence(whole);
  if (one !== undefined) return one;
  const parts = licenceParts(whole);
  if (parts.length < 2) return undefined;
  const words: string[] = [];
  for (const part of parts) {
    const word = joints[part.toLowerCase()] ?? (words.at(-1) === 'WITH' ? knownException(part) : knownLicence(part));
    if (word === undefined) return undefined;
    words.push(word);
  }
  const expression = words.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
  return isLicenceExpression(expression) ? withoutOuter(expression) : undefined;
}

/** The names, joints and parentheses of an expression, in their order. */
export function licenceParts(text: string): readonly string[] {
  return text
    .split(/([()/]|\|\|?|&&?)/)
    .flatMap((piece) => piece.split(/(?<=^|\s)(and|or|with)(?=\s|$)/i))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const joints: Readonly<Partial<Record<string, string>>> = {
  and: 'AND',
  '&': 'AND',
  '&&': 'AND',
  or: 'OR',
  '/': 'OR',
  '|': 'OR',
  '||': 'OR',
  with: 'WITH',
  '(': '(',
  ')': ')',
};

/** An exception as the SPDX Licence List spells it. */
export function knownException(text: string): string | undefined {
  return lists().exceptions.get(text.toLowerCase());
}

/** `(MIT OR ISC)` says no more than `MIT OR ISC`. */
function withoutOuter(expression: string): string {
  if (!/^\([^()]*\)$/.test(expression)) return expression;
  return expression.slice(1, -1);
}
