import { ConditionError } from './condition-error.ts';

/** A regular expression as a tree. */
export type RegexNode =
  | { readonly kind: 'character'; readonly test: (code: number) => boolean }
  | { readonly kind: 'assert'; readonly test: (before: number, after: number) => boolean }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly least: number; readonly most: number | undefined };

export interface RegexFlags {
  readonly insensitive?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
}

const DEEPEST = 50;
const NEWLINE = 10;

type Test = (code: number) => boolean;

/**
 * Reads the part of regular expressions that POSIX (extended), RE2 and PCRE share: literals, classes, groups, `|`,
 * `* + ? {n,m}` (also lazy, which makes no difference to whether it matches), `^ $ \b \B`, `\d \w \s` and `(?i)` at the start.
 * @param most - parts that it may have, repetitions counted as often as they repeat
 * @throws ConditionError
 */
export function parseRegex(pattern: string, flags: RegexFlags, most: number): RegexNode {
  const inline = /^\(\?([ims]+)\)/.exec(pattern);
  const letters = inline?.[1] ?? '';
  const reader = new RegexReader(inline === null ? pattern : pattern.slice(inline[0].length), {
    insensitive: flags.insensitive === true || letters.includes('i'),
    multiline: flags.multiline === true || letters.includes('m'),
    dotAll: flags.dotAll === true || letters.includes('s'),
  });
  const node = reader.either(0);
  reader.end();
  if (weightOf(node) > most) throw new ConditionError('the regular expression is too large');
  return node;
}

function weightOf(node: RegexNode): number {
  if (node.kind === 'repeat') return weightOf(node.part) * Math.max(1, node.most ?? node.least + 1) + 1;
  if (node.kind === 'sequence' || node.kind === 'either') {
    return node.parts.reduce((sum, part) => sum + weightOf(part), 1);
  }
  return 1;
}

const isDigit: Test = (code) => code >= 48 && code <= 57;
const isWord: Test = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: Test = (code) => code === 32 || (code >= 9 && code <= 13);
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);

const classes: Readonly<Record<string, Test>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};

const named: Readonly<Record<string, Test>> = {
  alnum: (code) => isWord(code) && code !== 95,
  alpha: (code) => isWord(code) && code !== 95 && !isDigit(code),
  blank: (code) => code === 32 || code === 9,
  digit: isDigit,
  lower: (code) => code >= 97 && code <= 122,
  punct: (code) => code > 32 && code < 127 && (!isWord(code) || code === 95),
  space: isSpace,
  upper: (code) => code >= 65 && code <= 90,
  word: isWord,
  xdigit: (code) => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102),
};

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7, e: 27, '0': 0 };

class RegexReader {
  readonly #characters: readonly string[];
  readonly #flags: RegexFlags;
  #at = 0;

  constructor(pattern: string, flags: RegexFlags) {
    if (pattern.length > 8192) throw new ConditionError('the regular expression is too long');
    this.#characters = [...pattern];
    this.#flags = flags;
  }

  either(depth: number): RegexNode {
    if (depth > DEEPEST) throw new ConditionError('the regular expression is nested too deeply');
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts };
  }

  end(): void {
    if (this.#at < this.#characters.length)
      throw new ConditionError('a parenthesis of the regular expression has no start');
  }

  #sequence(depth: number): RegexNode {
    const parts: RegexNode[] = [];
    for (;;) {
      const character = this.#characters[this.#at];
      if (character === undefined || character === '|' || character === ')') break;
      parts.push(this.#repeated(this.#single(depth)));
    }
    return { kind: 'sequence', parts };
  }

  #repeated(part: RegexNode): RegexNode {
    let node = part;
    for (;;) {
      const times = this.#times();
      if (times === undefined) return node;
      this.#take('?');
      node = { kind: 'repeat', part: node, ...times };
    }
  }

  #times(): { readonly least: number; readonly most: number | undefined } | undefined {
    if (this.#take('*')) return { least: 0, most: undefined };
    if (this.#take('+')) return { least: 1, most: undefined };
    if (this.#take('?')) return { least: 0, most: 1 };
    const counted = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(this.#characters.slice(this.#at, this.#at + 12).join(''));
    if (counted === null) return undefined;
    this.#at += counted[0].length;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === undefined ? undefined : Number(counted[3]);
    if (most !== undefined && most < least) throw new ConditionError('a repetition of the regular expression is empty');
    return { least, most };
  }

  #single(depth: number): RegexNode {
    const character = this.#characters[this.#at++]!;
    const { multiline = false, dotAll = false } = this.#flags;
    if (character === '(') return this.#group(depth);
    if (character === '[') return this.#character(this.#set());
    if (character === '.') return { kind: 'character', test: (code) => dotAll || code !== NEWLINE };
    if (character === '^') {
      return { kind: 'assert', test: (before) => before < 0 || (multiline && before === NEWLINE) };
    }
    if (character === '$') {
      return { kind: 'assert', test: (_, after) => after < 0 || (multiline && after === NEWLINE) };
    }
    if (character === '*' || character === '+' || character === '?') {
      throw new ConditionError('nothing stands before a repetition of the regular expression');
    }
    if (character !== '\\') return this.#literal(character.codePointAt(0)!);
    const escaped = this.#characters[this.#at++];
    if (escaped === 'b' || escaped === 'B') {
      const boundary = (before: number, after: number): boolean => isWord(before) !== isWord(after);
      return { kind: 'assert', test: escaped === 'b' ? boundary : (before, after) => !boundary(before, after) };
    }
    return this.#character(this.#escape(escaped));
  }

  #group(depth: number): RegexNode {
    if (this.#take('?')) {
      if (!this.#take(':')) {
        throw new ConditionError('the regular expression looks around or has flags inside, which is not supported');
      }
    }
    const node = this.either(depth + 1);
    if (!this.#take(')')) throw new ConditionError('a parenthesis of the regular expression is not closed');
    return node;
  }

  /** Behind a backslash, in a class or outside. */
  #escape(escaped: string | undefined): Test {
    if (escaped === undefined) throw new ConditionError('the regular expression ends in a backslash');
    const known = classes[escaped];
    if (known !== undefined) return known;
    if (escaped === 'x') {
      const digits = this.#characters.slice(this.#at, this.#at + 2).join('');
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) throw new ConditionError('\\x of the regular expression needs two digits');
      this.#at += 2;
      return this.#equals(Number.parseInt(digits, 16));
    }
    const control = escapes[escaped];
    if (control !== undefined) return this.#equals(control);
    if (/^[0-9A-Za-z]$/.test(escaped))
      throw new ConditionError(`\\${escaped} of the regular expression is not supported`);
    return this.#equals(escaped.codePointAt(0)!);
  }

  #set(): Test {
    const negated = this.#take('^');
    const tests: Test[] = [];
    for (let first = true; ; first = false) {
      const character = this.#characters[this.#at++];
      if (character === undefined) throw new ConditionError('a class of the regular expression is not closed');
      if (character === ']' && !first) break;
      tests.push(this.#member(character));
    }
    return (code) => tests.some((test) => test(code)) !== negated;
  }

  #member(character: string): Test {
    if (character === '[' && this.#characters[this.#at] === ':') {
      const name = /^:([a-z]{4,6}):\]/.exec(this.#characters.slice(this.#at, this.#at + 10).join(''));
      const test = name === null ? undefined : named[name[1]!];
      if (test === undefined) throw new ConditionError('a named class of the regular expression is not known');
      this.#at += name![0].length;
      return test;
    }
    if (character === '\\') {
      const escaped = this.#characters[this.#at++];
      return escaped === 'b' ? this.#equals(8) : this.#escape(escaped);
    }
    const low = character.codePointAt(0)!;
    if (this.#characters[this.#at] !== '-' || (this.#characters[this.#at + 1] ?? ']') === ']') return this.#equals(low);
    let high = this.#characters[this.#at + 1]!;
    this.#at += 2;
    if (high === '\\') high = this.#characters[this.#at++] ?? '\\';
    const to = high.codePointAt(0)!;
    if (to < low) throw new ConditionError('a range of the regular expression is empty');
    return this.#folded((code) => code >= low && code <= to);
  }

  #literal(code: number): RegexNode {
    return this.#character(this.#equals(code));
  }

  #character(test: Test): RegexNode {
    return { kind: 'character', test };
  }

  #equals(wanted: number): Test {
    return this.#folded((code) => code === wanted);
  }

  #folded(test: Test): Test {
    if (this.#flags.insensitive !== true) return test;
    return (code) => {
      const character = String.fromCodePoint(code);
      return (
        test(code) || test(character.toLowerCase().codePointAt(0)!) || test(character.toUpperCase().codePointAt(0)!)
      );
    };
  }

  #take(character: string): boolean {
    if (this.#characters[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}
