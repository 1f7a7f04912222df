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
    expression = new RegExp(translate(source), 'g');
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

interface Scope {
  readonly isDotAll: boolean;
  /** Groups that were opened for flags in the middle, to be closed with this one. */
  readonly extra: number;
}

function translate(source: string): string {
  let out = '';
  let at = 0;
  let scope: Scope = { isDotAll: false, extra: 0 };
  const outer: Scope[] = [];
  while (at < source.length) {
    const character = source[at]!;
    if (character === '\\') {
      const { text, end } = escapeAt(source, at, false);
      out += text;
      at = end;
    } else if (character === '[') {
      const { text, end } = classAt(source, at);
      out += text;
      at = end;
    } else if (character === '(') {
      const group = groupAt(source, at);
      at = group.end;
      if (group.kind === 'plain') {
        outer.push(scope);
        scope = { isDotAll: group.dotAll ?? scope.isDotAll, extra: 0 };
        out += group.text;
      } else {
        // Flags from here to the end of the group that they stand in.
        out += group.text;
        scope = { isDotAll: group.dotAll ?? scope.isDotAll, extra: scope.extra + (group.text === '' ? 0 : 1) };
      }
    } else if (character === ')') {
      out += ')'.repeat(scope.extra + 1);
      const before = outer.pop();
      if (before === undefined) throw new ExpressionError('a regular expression has ) too much');
      scope = before;
      at++;
    } else {
      out += character === '.' ? (scope.isDotAll ? '[^]' : '[^\\n]') : character;
      at++;
    }
  }
  if (outer.length > 0) throw new ExpressionError('a regular expression lacks )');
  return out + ')'.repeat(scope.extra);
}

/** A group's beginning: `(`, `(?:`, `(?P<name>`, `(?flags:`; or flags alone. */
function groupAt(
  source: string,
  at: number,
): { kind: 'plain' | 'flags'; text: string; end: number; dotAll?: boolean | undefined } {
  if (source[at + 1] !== '?') return { kind: 'plain', text: '(', end: at + 1 };
  const head = source.slice(at, at + 100);
  const name = /^\(\?P?<(\w+)>/.exec(head);
  // Names may come twice in RE2's kin, and nobody asks for them: the number counts.
  if (name !== null) return { kind: 'plain', text: '(', end: at + name[0].length };
  const flags = /^\(\?([ims]*)(?:-([ims]*))?([:)])/.exec(head);
  if (flags === null)
    throw new ExpressionError(`a regular expression has a group that RE2 does not know: ${head.slice(0, 10)}`);
  const [whole, on = '', off = '', end] = flags;
  const dotAll = on.includes('s') ? true : off.includes('s') ? false : undefined;
  const kept = (text: string): string => [...new Set(text.replaceAll('s', ''))].join('');
  const minus = kept(off);
  const head_ = kept(on) + (minus === '' ? '' : `-${minus}`);
  const text = head_ === '' ? (end === ':' ? '(?:' : '') : `(?${head_}:`;
  return { kind: end === ':' ? 'plain' : 'flags', text, end: at + whole.length, dotAll };
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

function classAt(source: string, start: number): { text: string; end: number } {
  let text = '[';
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
    if (character === ']') return { text: `${text}]`, end: at + 1 };
    const named = character === '[' ? /^\[:(\^?)([a-z]+):\]/.exec(source.slice(at, at + 20)) : null;
    if (named !== null) {
      const members = classes[named[2]!];
      if (members === undefined || named[1] === '^') throw new ExpressionError(`a regular expression has ${named[0]}`);
      text += members;
      at += named[0].length;
    } else if (character === '\\') {
      const escaped = escapeAt(source, at, true);
      text += escaped.text;
      at = escaped.end;
    } else {
      text += character === '[' ? '\\[' : character;
      at++;
    }
  }
  throw new ExpressionError('a regular expression lacks ]');
}
