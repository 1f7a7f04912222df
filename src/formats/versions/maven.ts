import type { VersionScheme } from '../../model/version-scheme.ts';
import { compareNumbers, compareTexts, digitsEnd, invalidVersion, isDigit, type Order, relation } from './parts.ts';
import { partwise, tokenwise } from './partwise.ts';

interface MavenToken {
  readonly text: string;
  readonly isNumber: boolean;
  /** A hyphen stands before it, or a place where digits and characters meet. */
  readonly hyphen: boolean;
}

interface MavenVersion {
  readonly text: string;
  readonly tokens: readonly MavenToken[];
}

/**
 * Versions of Maven artifacts, in the order of the specification that `ComparableVersion` kept up to Maven 3.8 and that
 * advisories are written to (maven.apache.org/pom.html, "Version Order Specification").
 *
 * A version is numbers and words (qualifiers) behind dots and hyphens; a place where digits and characters meet counts as
 * a hyphen. Nulls (`0`, and the words `ga`, `final` and `release`) count neither at the end nor before a hyphen. Where one
 * version has ended, the other goes on against nulls. At one place the order is `.word`, `-word`, `-number`, `.number`.
 * Words are compared without regard to case: alpha, beta, milestone, rc = cr, snapshot, none at all, sp, then all others
 * by character code.
 *
 * That is an order as long as words do not stand behind dots in one version and behind hyphens in another one, as in
 * `1` < `1.foo` < `1-alpha` < `1`. Maven 3.9 mended that by taking `.word` for `-word`, and differs here in such pairs.
 *
 * Maven compares every text. Invalid here is what is no version: nothing, white space, control characters, ranges
 * (`[1,2)`) and properties (`${revision}`).
 */
export const mavenVersions: VersionScheme = partwise<MavenVersion>('maven', parse, [
  tokenwise<MavenVersion, MavenToken>({
    name: 'tokens',
    of: ({ tokens }) => tokens,
    show: ({ text }) => text,
    compare: compareTokens,
    why: whyTokens,
    equal: 'nulls (0, ga, final, release), the case and other names of one word make no difference',
  }),
]);

/** Known words in their order; the empty one is that of a release. */
const qualifiers: ReadonlyMap<string, number> = new Map(
  ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'].map((word, i) => [word, i]),
);
const OTHER = 7;

const aliases: ReadonlyMap<string, string> = new Map([
  ['cr', 'rc'],
  ['ga', ''],
  ['final', ''],
  ['release', ''],
]);

/** What these stand for directly before a number. */
const shortened: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

function parse(version: string): MavenVersion {
  if (version === '' || /[\s\p{Cc}$[\](){},]/u.test(version)) {
    throw invalidVersion('maven', version, 'it contains a character that no version has');
  }
  const text = version.toLowerCase();
  const tokens: MavenToken[] = [];
  let hyphen = false;
  for (let at = 0; at <= text.length; ) {
    const end = tokenEnd(text, at);
    const separated = end === text.length || isSeparator(text, end);
    tokens.push(makeToken(text.slice(at, end), hyphen, !separated));
    if (end === text.length) break;
    hyphen = !separated || text.charAt(end) === '-';
    at = separated ? end + 1 : end;
  }
  return { text: version, tokens: trimmed(tokens) };
}

function isSeparator(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x2d || code === 0x2e;
}

/** The end of digits or of other characters; the start itself where there are none. */
function tokenEnd(text: string, start: number): number {
  if (isDigit(text.charCodeAt(start))) return digitsEnd(text, start);
  let end = start;
  while (end < text.length && !isSeparator(text, end) && !isDigit(text.charCodeAt(end))) end++;
  return end;
}

function makeToken(text: string, hyphen: boolean, beforeNumber: boolean): MavenToken {
  if (text === '') return { text: '0', isNumber: true, hyphen };
  if (isDigit(text.charCodeAt(0))) return { text, isNumber: true, hyphen };
  const word = (beforeNumber ? shortened.get(text) : undefined) ?? aliases.get(text) ?? text;
  return { text: word, isNumber: false, hyphen };
}

/** Without the nulls at the end, and those before a hyphen or a word. */
function trimmed(tokens: readonly MavenToken[]): MavenToken[] {
  const kept: MavenToken[] = [];
  let trimming = true;
  for (let i = tokens.length - 1; i >= 0; i--) {
    const token = tokens[i]!;
    if (!(trimming && isNull(token))) {
      kept.push(token);
      trimming = false;
    }
    trimming ||= token.hyphen;
  }
  return kept.reverse();
}

function isNull({ text, isNumber }: MavenToken): boolean {
  return isNumber ? compareNumbers(text, '0') === 0 : text === '';
}

function compareTokens(left: MavenToken | undefined, right: MavenToken | undefined): Order {
  if (left === undefined) return right === undefined ? 0 : opposite(compareWithNull(right));
  if (right === undefined) return compareWithNull(left);
  const [x, y] = [kind(left), kind(right)];
  if (x !== y) return x < y ? -1 : 1;
  return left.isNumber ? compareNumbers(left.text, right.text) : compareWords(left.text, right.text);
}

function kind({ isNumber, hyphen }: MavenToken): number {
  return (isNumber ? 2 : 0) + (isNumber === hyphen ? 0 : 1);
}

function compareWithNull({ text, isNumber }: MavenToken): Order {
  return isNumber ? compareNumbers(text, '0') : compareWords(text, '');
}

function opposite(order: Order): Order {
  return order === 0 ? 0 : order === 1 ? -1 : 1;
}

function compareWords(left: string, right: string): Order {
  const [x, y] = [qualifiers.get(left) ?? OTHER, qualifiers.get(right) ?? OTHER];
  return x === y ? compareTexts(left, right) : x < y ? -1 : 1;
}

function whyTokens(left: MavenToken | undefined, right: MavenToken | undefined, order: Order): string {
  if (left !== undefined && right !== undefined && kind(left) !== kind(right)) {
    return `${relation(prefixed(left), prefixed(right), order)}: the order is .word, -word, -number, .number`;
  }
  if ((left ?? right)?.isNumber) return `as numbers ${relation(left?.text ?? '0', right?.text ?? '0', order)}`;
  const shown = relation(left?.text || 'a release', right?.text || 'a release', order);
  return `${shown}: the order is alpha, beta, milestone, rc, snapshot, a release, sp, other words`;
}

function prefixed({ text, hyphen }: MavenToken): string {
  return `${hyphen ? '-' : '.'}${text}`;
}
