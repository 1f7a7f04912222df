import type { VersionScheme } from '../../model/version-scheme.ts';
import { compareNumbers, digitsEnd, invalidVersion, isDigit, isLetter, type Order, relation } from './parts.ts';
import { partwise, tokenwise } from './partwise.ts';

interface PhpVersion {
  readonly text: string;
  readonly tokens: readonly string[];
}

/**
 * Versions of PHP packages in the order of `Composer\Semver\Comparator`, which is that of PHP's `version_compare`
 * (php.net/version_compare) without a `v` before it: numbers and words, which are split at `.`, `-`, `_`, `+` and where
 * digits meet letters. At one place the order is: words that PHP does not know (as `ALPHA` in capitals), dev, alpha = a,
 * beta = b, rc = RC, the end, numbers, pl = p; of the known ones only the beginning counts (`patch`, `post`). `#` stands
 * for any number, and with it there is no order.
 *
 * So `1.0` is before `1.0.0`. Composer compares packages by their normal forms, where both are `1.0.0.0`: see
 * composer-normal.ts. Invalid are branches (`dev-main`), and what does not begin with a number.
 */
export const composerVersions: VersionScheme = partwise<PhpVersion>('composer', parse, [
  tokenwise<PhpVersion, string>({
    name: 'version',
    of: ({ tokens }) => tokens,
    show: ({ text }) => text,
    compare,
    why,
    equal: 'separators, leading zeros and other names of one word make no difference',
  }),
]);

const ANY = '#';

/** Beginnings of words, in the order in which PHP looks for them. */
const words = [
  ['dev', 1],
  ['a', 2],
  ['b', 3],
  ['RC', 4],
  ['rc', 4],
  ['p', 7],
] as const;
const UNKNOWN = 0;
const END = 5;
const NUMBER = 6;

function parse(version: string): PhpVersion {
  const first = version.charAt(0);
  let at = first === 'v' || first === 'V' ? 1 : 0;
  if (!isDigit(version.charCodeAt(at))) throw invalidVersion('composer', version, 'it does not begin with a number');
  const tokens: string[] = [];
  while (at < version.length) {
    const end = tokenEnd(version, at);
    if (end === at) throw invalidVersion('composer', version, 'a part is empty or has a character that no version has');
    tokens.push(version.slice(at, end));
    at = end;
    if (!'.-_+'.includes(version.charAt(at) || ' ')) continue;
    at++;
    if (at === version.length) throw invalidVersion('composer', version, 'it ends in a separator');
  }
  return { text: version, tokens };
}

/** The end of digits, of letters, or of the one wildcard. */
function tokenEnd(text: string, start: number): number {
  if (text.charAt(start) === ANY) return start + 1;
  if (isDigit(text.charCodeAt(start))) return digitsEnd(text, start);
  let end = start;
  while (end < text.length && isLetter(text.charCodeAt(end))) end++;
  return end;
}

function rank(token: string | undefined): number {
  if (token === undefined) return END;
  if (token === ANY || isDigit(token.charCodeAt(0))) return NUMBER;
  return words.find(([beginning]) => token.startsWith(beginning))?.[1] ?? UNKNOWN;
}

function compare(left: string | undefined, right: string | undefined): Order {
  // PHP puts a `#` where a version ends, so the wildcard equals that too.
  if (left === ANY || right === ANY) {
    const other = rank(left === ANY ? right : left);
    if (other === END || other === NUMBER) return 0;
  }
  const [x, y] = [rank(left), rank(right)];
  if (x !== y) return x < y ? -1 : 1;
  return x === NUMBER ? compareNumbers(left ?? '', right ?? '') : 0;
}

function why(left: string | undefined, right: string | undefined, order: Order): string {
  const shown = relation(left, right, order);
  if (rank(left) === rank(right)) return `as numbers ${shown}`;
  return `${shown}: the order is other words, dev, alpha, beta, rc, the end, numbers, patch`;
}
