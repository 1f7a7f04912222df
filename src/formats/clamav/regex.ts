import { FormatError } from '../../errors.ts';

/** A Perl regular expression of a signature, said in the dialect of YARA, which runs in linear time. */
export interface Regex {
  /** Between slashes, for YARA; undefined where YARA cannot say it. */
  readonly pattern: string | undefined;
  /** Why not: one of few phrases. */
  readonly reason?: string;
  readonly caseless: boolean;
  /** The dot takes line ends. */
  readonly dotAll: boolean;
  /** A match must stand where a line begins: `^` with the flag `m` in front. */
  readonly lineStart: boolean;
  /** All matches count, not the first alone. */
  readonly global: boolean;
  /** The offset is a lower bound. */
  readonly rolling: boolean;
  /** The match must lie wholly between the offset and its shift. */
  readonly encompass: boolean;
  /** The match must begin where the search does. */
  readonly anchored: boolean;
}

const MAX_LENGTH = 8192;
const MAX_DEPTH = 100;

/**
 * Translates a regular expression of PCRE.
 * @param flags g r e i s m x A E U
 * @throws FormatError where PCRE would not take it
 */
export function parseRegex(text: string, flags: string): Regex {
  if (!/^[greismxAEU]{0,20}$/.test(flags)) throw new FormatError('a regular expression has an unknown flag');
  if (text === '') throw new FormatError('a regular expression is empty');
  const has = (flag: string): boolean => flags.includes(flag);
  const lineStart = has('m') && text.startsWith('^');
  const common = {
    caseless: has('i'),
    dotAll: has('s'),
    lineStart,
    global: has('g'),
    rolling: has('r'),
    encompass: has('e'),
    anchored: has('A'),
  };
  if (text.length > MAX_LENGTH) return { ...common, pattern: undefined, reason: 'too long' };
  const state: State = {
    text,
    at: lineStart ? 1 : 0,
    out: [],
    extended: has('x'),
    multiline: has('m'),
    dollarEnd: has('E'),
    ungreedy: has('U'),
    alternatives: false,
    reason: undefined,
  };
  readAlternatives(state, 0);
  if (state.at < text.length) throw new FormatError('a regular expression has a bracket too many');
  if (lineStart && state.alternatives) state.reason ??= 'line starts within';
  if (state.reason !== undefined) return { ...common, pattern: undefined, reason: state.reason };
  return { ...common, pattern: state.out.join('') };
}

interface State {
  readonly text: string;
  at: number;
  readonly out: string[];
  readonly extended: boolean;
  readonly multiline: boolean;
  readonly dollarEnd: boolean;
  readonly ungreedy: boolean;
  /** There is a `|` outside of groups. */
  alternatives: boolean;
  reason: string | undefined;
}

function readAlternatives(state: State, depth: number): void {
  if (depth > MAX_DEPTH) throw new FormatError('a regular expression is nested too deep');
  let repeatable = false;
  while (state.at < state.text.length) {
    const sign = state.text[state.at]!;
    if (sign === ')') return;
    if (state.extended && skipBlank(state, sign)) continue;
    state.at++;
    switch (sign) {
      case '|':
        if (depth === 0) state.alternatives = true;
        state.out.push('|');
        repeatable = false;
        continue;
      case '(':
        repeatable = readGroup(state, depth);
        continue;
      case '[':
        readClass(state);
        repeatable = true;
        continue;
      case '\\':
        repeatable = readEscape(state);
        continue;
      case '^':
        if (state.multiline) state.reason ??= 'line starts within';
        state.out.push('^');
        repeatable = false;
        continue;
      case '$':
        if (state.multiline) state.reason ??= 'line ends within';
        // Without the flag E it also stands in front of a line end that closes the text.
        state.out.push(state.dollarEnd ? '$' : '\\x0a?$');
        repeatable = false;
        continue;
      case '*':
      case '+':
      case '?':
        if (!repeatable) throw new FormatError('a regular expression repeats nothing');
        readRepetition(state, sign);
        repeatable = false;
        continue;
      case '{': {
        const bounds = /^\{(\d{0,5})(,?)(\d{0,5})\}/.exec(state.text.slice(state.at - 1, state.at + 14));
        if (bounds !== null && bounds[1] !== '' && repeatable) {
          state.at += bounds[0].length - 1;
          if (Number(bounds[1]) > 1000 || Number(bounds[3]) > 1000) state.reason ??= 'long repetition';
          readRepetition(state, bounds[0]);
          repeatable = false;
        } else {
          state.out.push('\\{');
          repeatable = true;
        }
        continue;
      }
      case '.':
        state.out.push('.');
        repeatable = true;
        continue;
      default:
        state.out.push(literal(sign));
        repeatable = true;
    }
  }
  if (depth > 0) throw new FormatError('a bracket of a regular expression is not closed');
}

/** @returns whether it was a blank or a comment */
function skipBlank(state: State, sign: string): boolean {
  if (sign === '#') {
    const end = state.text.indexOf('\n', state.at);
    state.at = end < 0 ? state.text.length : end + 1;
    return true;
  }
  if (!' \t\n\r\f\v'.includes(sign)) return false;
  state.at++;
  return true;
}

function readRepetition(state: State, sign: string): void {
  const next = state.text[state.at];
  state.out.push(sign);
  let lazy = state.ungreedy;
  if (next === '+') {
    state.reason ??= 'possessive repetition';
    state.at++;
  } else if (next === '?') {
    lazy = !lazy;
    state.at++;
  }
  if (lazy) state.out.push('?');
}

/** @returns whether it can be repeated */
function readGroup(state: State, depth: number): boolean {
  let open = '(?:';
  let assertion = false;
  if (state.text[state.at] === '*') state.reason ??= 'verbs';
  if (state.text[state.at] === '?') {
    const head =
      /^\?(?:<?[=!]|<[A-Za-z_]\w{0,31}>|P<[A-Za-z_]\w{0,31}>|'[A-Za-z_]\w{0,31}'|[:>|#]|[a-zA-Z^-]*[:)]|.)/.exec(
        state.text.slice(state.at, state.at + 40),
      );
    const text = head?.[0] ?? '';
    if (text === '') throw new FormatError('a bracket of a regular expression is not closed');
    state.at += text.length;
    if (/[=!]$/.test(text)) {
      state.reason ??= 'look-around';
      assertion = true;
    } else if (text === '?>') state.reason ??= 'atomic group';
    else if (text === '?|') state.reason ??= 'branch reset';
    else if (text === '?#') {
      const end = state.text.indexOf(')', state.at);
      if (end < 0) throw new FormatError('a bracket of a regular expression is not closed');
      state.at = end + 1;
      return false;
    } else if (text !== '?:' && !/^\?(<|P<|')/.test(text)) {
      state.reason ??= 'flags within';
      if (text.endsWith(')')) return false;
    }
  }
  if (assertion) open = '(?:';
  state.out.push(open);
  readAlternatives(state, depth + 1);
  if (state.text[state.at] !== ')') throw new FormatError('a bracket of a regular expression is not closed');
  state.at++;
  state.out.push(')');
  return true;
}

const copied = 'wWsSdDbBntrfa';
const translated: Readonly<Record<string, string>> = {
  e: '\\x1b',
  h: '[ \\t]',
  v: '[\\x0a-\\x0d]',
  R: '(?:\\r\\n|[\\x0a-\\x0d])',
  N: '[^\\n]',
  A: '^',
  z: '$',
  Z: '\\x0a?$',
};

/** @returns whether it can be repeated */
function readEscape(state: State): boolean {
  const sign = state.text[state.at];
  if (sign === undefined) throw new FormatError('a regular expression ends with a backslash');
  state.at++;
  if (copied.includes(sign)) {
    state.out.push(`\\${sign}`);
    return sign !== 'b' && sign !== 'B';
  }
  const known = translated[sign];
  if (known !== undefined) {
    state.out.push(known);
    return !'AzZ'.includes(sign);
  }
  if (sign === 'Q') {
    const end = state.text.indexOf('\\E', state.at);
    const stop = end < 0 ? state.text.length : end;
    for (; state.at < stop; state.at++) state.out.push(literal(state.text[state.at]!));
    if (end >= 0) state.at += 2;
    return true;
  }
  if (sign === 'E') return false;
  if (sign === 'G' || sign === 'K') state.reason ??= 'match positions';
  else if (sign === 'p' || sign === 'P' || sign === 'X') state.reason ??= 'Unicode classes';
  else if (sign === 'g' || sign === 'k') state.reason ??= 'back-reference';
  const value = numeric(state, sign);
  if (value !== undefined) state.out.push(hex(value));
  else if (/[1-9]/.test(sign)) state.reason ??= 'back-reference';
  else if (/[A-Za-z]/.test(sign)) state.reason ??= 'unknown escape';
  else state.out.push(literal(sign));
  return true;
}

/** A byte by its number: `\xHH`, `\x{HH}`, `\0`, `\012`, `\cA`. */
function numeric(state: State, sign: string): number | undefined {
  const rest = state.text.slice(state.at, state.at + 6);
  if (sign === 'x') {
    const digits = /^(?:\{([0-9a-fA-F]{1,2})\}|([0-9a-fA-F]{1,2}))/.exec(rest);
    if (digits === null) return 0;
    state.at += digits[0].length;
    return Number.parseInt(digits[1] ?? digits[2]!, 16);
  }
  if (sign === 'c') {
    state.at++;
    return (rest.toUpperCase().charCodeAt(0) ^ 0x40) & 0xff;
  }
  const octal = /^[0-7]{1,3}/.exec(sign + rest);
  if (octal === null || (sign !== '0' && octal[0].length < 3)) return undefined;
  state.at += octal[0].length - 1;
  return Number.parseInt(octal[0], 8) & 0xff;
}

function readClass(state: State): void {
  const { text, out } = state;
  out.push('[');
  if (text[state.at] === '^') {
    out.push('^');
    state.at++;
  }
  for (let first: boolean = true; ; first = false) {
    const sign = text[state.at];
    if (sign === undefined) throw new FormatError('a class of a regular expression is not closed');
    state.at++;
    if (sign === ']' && !first) break;
    if (sign === '[') {
      const posix = /^:\^?[a-z]{1,8}:\]/.exec(text.slice(state.at, state.at + 14));
      if (posix !== null) {
        out.push(`[${posix[0]}`);
        state.at += posix[0].length;
      } else {
        out.push('\\[');
      }
    } else if (sign === '\\') {
      readClassEscape(state);
    } else if (sign === '-') {
      // The end of a range may itself be a dash: two of them would be a difference of classes.
      const between = !first && text[state.at] !== ']' && out.at(-1) !== '^' && out.at(-1) !== '-';
      out.push(between ? '-' : '\\-');
    } else {
      out.push(classLiteral(sign));
    }
  }
  out.push(']');
}

function readClassEscape(state: State): void {
  const sign = state.text[state.at];
  if (sign === undefined) throw new FormatError('a regular expression ends with a backslash');
  state.at++;
  if ('wWsSdDntrfa'.includes(sign)) state.out.push(`\\${sign}`);
  else if (sign === 'b') state.out.push('\\x08');
  else if (sign === 'h') state.out.push(' \\t');
  else if (sign === 'e') state.out.push('\\x1b');
  else if (sign === 'v') state.out.push('\\x0a-\\x0d');
  else {
    const value = numeric(state, sign);
    if (value !== undefined) state.out.push(hex(value));
    else if (/[A-Za-z1-9]/.test(sign)) state.reason ??= 'unknown escape';
    else state.out.push(classLiteral(sign));
  }
}

function hex(value: number): string {
  return `\\x${value.toString(16).padStart(2, '0')}`;
}

/** A sign that means itself, whatever YARA means by it. */
function literal(sign: string): string {
  return /[A-Za-z0-9 _,:;=<>@!%"'`~#&-]/.test(sign) ? sign : hex(sign.charCodeAt(0) & 0xff);
}

/** Within a class two signs of a kind are an operation. */
function classLiteral(sign: string): string {
  return /[A-Za-z0-9 _,:;=<>@!%"'`#]/.test(sign) ? sign : hex(sign.charCodeAt(0) & 0xff);
}
