import vm from 'node:vm';
import { ExpressionError } from './value.ts';

/** Milliseconds that one search may take. */
const DEADLINE = 500;
/** Text in which no pattern can go far astray. */
const SHORT = 16;
/** Characters of a pattern. */
const MOST_PATTERN = 20_000;

/** A regular expression as Go's RE2 understands it (https://github.com/google/re2/wiki/Syntax). */
export interface GoPattern {
  readonly source: string;
  /** @throws ExpressionError where the search takes too long: this engine backtracks, unlike RE2 */
  test(text: string): boolean;
  /** All matches, each with its groups, `''` for one that took no part. @throws ExpressionError as `test` */
  all(text: string, most: number): readonly (readonly string[])[];
}

const known = new Map<string, GoPattern>();

/**
 * Translates a pattern of RE2 to one of JavaScript.
 * @throws ExpressionError for what RE2 or JavaScript does not know
 */
export function goPattern(source: string): GoPattern {
  const before = known.get(source);
  if (before !== undefined) return before;
  if (source.length > MOST_PATTERN) throw new ExpressionError('a regular expression is too long');
  let expression: RegExp;
  try {
    const { text, flags } = translateGoPattern(source);
    expression = new RegExp(text, `g${flags}`);
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    throw new ExpressionError(`a regular expression is none: ${source.slice(0, 100)}`);
  }
  // Without an endless quantifier the work at each place has a bound of its own.
  const isBounded = !/[*+]|\{\d*,\d*\}/.test(source);
  let late = false;
  const search = <T>(text: string, run: () => T): T => {
    if (isBounded || text.length <= SHORT) return run();
    // What was too slow once is slow again.
    if (late) throw new ExpressionError(`too slow a regular expression: ${source.slice(0, 100)}`);
    try {
      return withDeadline(run);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      late = true;
      throw new ExpressionError(`too slow a regular expression: ${source.slice(0, 100)}`);
    }
  };
  const pattern: GoPattern = {
    source,
    test: (text) =>
      search(text, () => {
        expression.lastIndex = 0;
        return expression.test(text);
      }),
    all: (text, most) =>
      search(text, () => {
        const found: string[][] = [];
        expression.lastIndex = 0;
        while (found.length < most) {
          const match = expression.exec(text);
          if (match === null) break;
          found.push([...match].map((group) => group ?? ''));
          if (match[0] === '') expression.lastIndex++;
        }
        return found;
      }),
  };
  if (known.size > 20_000) known.clear();
  known.set(source, pattern);
  return pattern;
}

const room = vm.createContext(Object.create(null) as object);
const script = new vm.Script('run()');

/** The engine of regular expressions hears of the end of a script's time. */
function withDeadline<T>(run: () => T): T {
  room['run'] = run;
  try {
    return script.runInContext(room, { timeout: DEADLINE }) as T;
  } finally {
    room['run'] = undefined;
  }
}

const classes: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Flags as they hold at a place of a pattern. */
interface Scope {
  readonly caseless: boolean;
  /** `^` and `$` are ends of lines. */
  readonly lines: boolean;
  readonly dotAll: boolean;
}

/**
 * Writes flags out, letter by letter where need be: V8 13.6 has modifiers (`(?i:a|b)`), and in processes that have compiled
 * much it forgets them in all alternatives but the first, without a word.
 */
export function translateGoPattern(source: string): { readonly text: string; readonly flags: '' | 'i' } {
  // What holds from the first letter to the last is a flag of JavaScript.
  const isCaseless = /^\(\?[ms]*i[ims]*\)/.test(source) && !/\(\?[ims]*-[ms]*i/.test(source);
  let text = '';
  let at = 0;
  let scope: Scope = { caseless: false, lines: false, dotAll: false };
  const outer: Scope[] = [];
  const both = (): boolean => scope.caseless && !isCaseless;
  while (at < source.length) {
    const character = source[at]!;
    if (character === '\\') {
      const escaped = escapeAt(source, at, false);
      text += both() ? inBothCases(escaped.text) : escaped.text;
      at = escaped.end;
    } else if (character === '[') {
      const found = classAt(source, at, both());
      text += found.text;
      at = found.end;
    } else if (character === '(') {
      const group = groupAt(source, at, scope);
      at = group.end;
      // Flags alone hold to the end of the group that they stand in.
      if (group.text !== '') outer.push(scope);
      scope = group.scope;
      text += group.text;
    } else if (character === ')') {
      text += ')';
      const before = outer.pop();
      if (before === undefined) throw new ExpressionError('a regular expression has ) too much');
      scope = before;
      at++;
    } else {
      text += plainText(character, scope, both());
      at++;
    }
  }
  if (outer.length > 0) throw new ExpressionError('a regular expression lacks )');
  return { text, flags: isCaseless ? 'i' : '' };
}

function plainText(character: string, { lines, dotAll }: Scope, bothCases: boolean): string {
  if (character === '.') return dotAll ? '[^]' : '[^\\n]';
  // A line ends with \n and nothing else.
  if (character === '^' && lines) return '(?<![^\\n])';
  if (character === '$' && lines) return '(?![^\\n])';
  return bothCases ? inBothCases(character) : character;
}

/** Letters of a text without classes of ours, each in both cases. */
function inBothCases(text: string): string {
  // What is escaped (`\\d`) or a class of an escape (`[\\t\\n]`) is no letter.
  return (letterOf(text) ?? text).replace(/\\.|\[[^\]]*\]|[A-Za-z]/gs, (one) =>
    one.length === 1 ? `[${one.toLowerCase()}${one.toUpperCase()}]` : one,
  );
}

/** The letter that an escape like `\\x41` stands for. */
function letterOf(escaped: string): string | undefined {
  const code = /^\\x([0-9a-f]{2})$/.exec(escaped)?.[1];
  const letter = code === undefined ? '' : String.fromCharCode(Number.parseInt(code, 16));
  return /^[A-Za-z]$/.test(letter) ? letter : undefined;
}

/** A group's beginning: `(`, `(?:`, `(?P<name>`, `(?flags:`; or flags alone, which have no text. */
function groupAt(source: string, at: number, scope: Scope): { text: '(' | '(?:' | ''; end: number; scope: Scope } {
  if (source[at + 1] !== '?') return { text: '(', end: at + 1, scope };
  const head = source.slice(at, at + 100);
  const name = /^\(\?P?<(\w+)>/.exec(head);
  // Names may come twice in RE2's kin, and nobody asks for them: the number counts.
  if (name !== null) return { text: '(', end: at + name[0].length, scope };
  const flags = /^\(\?([ims]*)(?:-([ims]*))?([:)])/.exec(head);
  if (flags === null)
    throw new ExpressionError(`a regular expression has a group that RE2 does not know: ${head.slice(0, 10)}`);
  const [whole, on = '', off = '', end] = flags;
  const flag = (letter: string, before: boolean): boolean =>
    on.includes(letter) ? true : off.includes(letter) ? false : before;
  const inner = { caseless: flag('i', scope.caseless), lines: flag('m', scope.lines), dotAll: flag('s', scope.dotAll) };
  return { text: end === ':' ? '(?:' : '', end: at + whole.length, scope: inner };
}

function escapeAt(source: string, at: number, inClass: boolean): { text: string; end: number } {
  const next = source[at + 1];
  if (next === undefined) throw new ExpressionError('a regular expression ends with \\');
  const end = at + 2;
  if (next === 'Q' && !inClass) {
    const close = source.indexOf('\\E', end);
    const literal = source.slice(end, close < 0 ? undefined : close);
    return { text: literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), end: close < 0 ? source.length : close + 2 };
  }
  if (next === 'A' && !inClass) return { text: '(?<![^])', end };
  if (next === 'z' && !inClass) return { text: '(?![^])', end };
  if (next === 'a') return { text: '\\x07', end };
  if (next === 's') return { text: inClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]', end };
  if (next === 'S' && !inClass) return { text: '[^\\t\\n\\f\\r ]', end };
  if (next === 'x') {
    const code = /^(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{2}))/i.exec(source.slice(end, end + 8));
    if (code === null) throw new ExpressionError('a regular expression has \\x without a number');
    const point = Number.parseInt(code[1] ?? code[2]!, 16);
    if (point > 0x10ffff) throw new ExpressionError('a regular expression has \\x with a number too large');
    const text = [...Buffer.from(String.fromCodePoint(point), point < 0x100 ? 'latin1' : 'utf8')]
      .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
      .join('');
    return { text, end: end + code[0].length };
  }
  if (/[pPC1-9]/.test(next)) throw new ExpressionError(`a regular expression has \\${next}`);
  if (/[A-Za-z]/.test(next) && !/[bBdDfnrtvwWS]/.test(next))
    throw new ExpressionError(`a regular expression has \\${next}`);
  return { text: source.slice(at, end), end };
}

function classAt(source: string, start: number, bothCases: boolean): { text: string; end: number } {
  let text = '[';
  /** What stands for itself, in its order; `\\` for everything else. */
  let plain = '';
  let at = start + 1;
  if (source[at] === '^') {
    text += '^';
    at++;
  }
  // A bracket in the first place is a character.
  if (source[at] === ']') {
    text += '\\]';
    at++;
  }
  while (at < source.length) {
    const character = source[at]!;
    if (character === ']') return { text: `${text}${bothCases ? otherCases(plain) : ''}]`, end: at + 1 };
    const named = character === '[' ? /^\[:(\^?)([a-z]+):\]/.exec(source.slice(at, at + 20)) : null;
    if (named !== null) {
      const members = classes[named[2]!];
      if (members === undefined || named[1] === '^') throw new ExpressionError(`a regular expression has ${named[0]}`);
      text += members;
      plain += members.includes('\\') ? '\\' : members;
      at += named[0].length;
    } else if (character === '\\') {
      const escaped = escapeAt(source, at, true);
      text += escaped.text;
      plain += letterOf(escaped.text) ?? '\\';
      at = escaped.end;
    } else {
      text += character === '[' ? '\\[' : character;
      plain += character;
      at++;
    }
  }
  throw new ExpressionError('a regular expression lacks ]');
}

/** Members of a class for its letters and ranges of letters, in the case that they do not have. */
function otherCases(plain: string): string {
  let text = '';
  for (const [, from, to, one] of plain.matchAll(/([^\\])-([^\\])|([A-Za-z])/g)) {
    const [first, last] = [from ?? one!, to ?? one!];
    for (const [low, high, other] of [
      ['a', 'z', (letter: string) => letter.toUpperCase()],
      ['A', 'Z', (letter: string) => letter.toLowerCase()],
    ] as const) {
      const start = first > low ? first : low;
      const end = last < high ? last : high;
      if (start <= end) text += `${other(start)}-${other(end)}`;
    }
  }
  return text;
}
