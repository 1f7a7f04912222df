/** A name and the value that it is given, in whatever language. Indices are those of the text. */
export interface Assignment {
  /** As it is written. */
  readonly name: string;
  readonly nameStart: number;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  /**
   * What is between them: `=` without spaces as in shells and `.env`, another sign, a white space, an argument of a call, an
   * element of XML.
   */
  readonly by: 'equals' | 'sign' | 'space' | 'argument' | 'element';
  /** The name stands first on its line, but for `export` and its like. */
  readonly isFirst: boolean;
}

/** Characters of a name that are looked at in each direction. */
const MOST_NAME = 80;
/** Characters of a value; longer ones are texts, not secrets. */
const MOST_VALUE = 640;
/** White space between a name, a sign and a value. */
const MOST_SPACE = 80;

/**
 * Reads the assignment whose name has a character at a place, or right behind it. Goes over bounded pieces of the text, character by character.
 * @returns nothing, if no value is given to it there
 */
export function assignmentAt(text: string, keywordAt: number): Assignment | undefined {
  let at = keywordAt;
  // Keywords have signs round them, too: `"auth`, `&sig=`.
  while (at - keywordAt < 3 && !isNameCode(text.charCodeAt(at))) at++;
  let nameStart = at;
  while (nameStart > 0 && at - nameStart < MOST_NAME && isNameCode(text.charCodeAt(nameStart - 1))) nameStart--;
  let nameEnd = at;
  while (nameEnd < text.length && nameEnd - at < MOST_NAME && isNameCode(text.charCodeAt(nameEnd))) nameEnd++;
  // A point that ends a sentence or begins a path is none of the name.
  while (nameEnd > at && /[.-]/.test(text[nameEnd - 1]!)) nameEnd--;
  const isOption = text.startsWith('--', nameStart);
  while (nameStart < at && /[.-]/.test(text[nameStart]!)) nameStart++;
  const name = text.slice(nameStart, nameEnd);
  if (name === '') return undefined;
  const place = valueAt(text, nameStart, nameEnd, isOption);
  if (place === undefined) return undefined;
  const value = read(text, place.at, place.by, place.until);
  if (value === undefined || value.end === value.start) return undefined;
  return {
    name,
    nameStart,
    value: text.slice(value.start, value.end),
    start: value.start,
    end: value.end,
    isQuoted: value.isQuoted,
    by: place.by,
    isFirst: isFirstOnLine(text, nameStart),
  };
}

interface ValuePlace {
  readonly at: number;
  readonly by: Assignment['by'];
  /** A character that ends it, besides others. */
  readonly until?: string;
}

/** Where the value of a name begins. */
function valueAt(text: string, nameStart: number, nameEnd: number, isOption: boolean): ValuePlace | undefined {
  const before = text[nameStart - 1] ?? '';
  let at = nameEnd;
  // `"name": `, `\"name\": `, `['name'] = `, `<name>`.
  if (text[at] === '\\' && /["']/.test(text[at + 1] ?? '')) at++;
  const isQuotedName = /["'`]/.test(text[at] ?? '');
  if (isQuotedName) at++;
  if (text[at] === '>' && (before === '<' || before === ':'))
    return { at: skipSpace(text, at + 1), by: 'element', until: '<' };
  if (isQuotedName && /[>,vV"']/.test(text[skipSpace(text, at)] ?? '')) {
    const element = /^\s{0,40}>\s{0,40}(?:<(?:value|string)>)?/.exec(text.slice(at, at + 100));
    if (element !== null) return { at: at + element[0].length, by: 'element', until: '<' };
    const attribute = /^,?\s{0,40}(?:["']?[Vv]alue["']?)\s{0,10}[:=]\s{0,10}/.exec(text.slice(at, at + 100));
    if (attribute !== null) return { at: at + attribute[0].length, by: 'sign' };
  }
  // `<key>name</key> <string>value</string>` of property lists, `<name>N</name> <value>V</value>` of Hadoop.
  if (text[at] === '<' && before === '>') {
    const next = /^<\/(?:key|name)>\s{0,40}<(?:string|value)>/.exec(text.slice(at, at + 100));
    return next === null ? undefined : { at: at + next[0].length, by: 'element', until: '<' };
  }
  while (isQuotedName && /[\])]/.test(text[at] ?? '')) at++;
  // `- name: NAME` and on the next line `value: VALUE`.
  const isLineEnd = text[skipSpace(text, at)] === '\n' || text[skipSpace(text, at)] === '\r';
  const listed = !isLineEnd
    ? null
    : /^\s{0,3}\r?\n[\s-]{0,40}(?:value|Value|VALUE)["']?\s?:\s{0,10}/.exec(text.slice(at, at + 100));
  if (listed !== null) return { at: at + listed[0].length, by: 'sign' };
  const spaced = skipSpace(text, at);
  const sign = text[spaced];
  const next = text[spaced + 1] ?? '';
  if (sign === '=') {
    if (next === '=' || next === '~') return undefined;
    if (next === '>') {
      // What a call gives, as manuals write it: `sign('', 'test_secret') => 'f7f9bd'`.
      return text[at - 1] === ')' ? undefined : { at: skipSpace(text, spaced + 2), by: 'sign' };
    }
    const value = skipSpace(text, spaced + 1);
    const isTight = spaced === at && value === spaced + 1;
    return { at: value, by: isTight ? 'equals' : 'sign' };
  }
  if (sign === ':') {
    if (next === ':') return undefined;
    // `${NAME:-value}`.
    if (next === '-' || next === '=') return { at: skipSpace(text, spaced + 2), by: 'sign', until: '}' };
    const value = skipSpace(text, spaced + 1);
    // `name: string = "value"`, `name: str = 'value'`.
    const typed = isQuotedName
      ? null
      : /^[A-Za-z][A-Za-z0-9_.<>[\]| ]{0,40}\s?=\s?/.exec(text.slice(value, value + 60));
    if (typed !== null) return { at: value + typed[0].length, by: 'sign' };
    return { at: value, by: 'sign' };
  }
  if ((sign === '?' || sign === '+' || sign === '|') && next === '=') {
    return { at: skipSpace(text, spaced + 2), by: 'sign' };
  }
  // What is used where the variable is not set: `process.env.NAME || 'value'`, `??` and `?:` of others, Python's `or`.
  const otherwise = /^(?:\|\||\?\?|\?:|or(?= ))\s{0,10}(?=["'`])/.exec(text.slice(spaced, spaced + 20));
  if (otherwise !== null) return { at: spaced + otherwise[0].length, by: 'sign' };
  if (sign === ',' && isQuotedName) return { at: skipSpace(text, spaced + 1), by: 'argument' };
  if (spaced > at && sign !== undefined && sign !== '\n' && sign !== '\r') {
    // `string password = "value"` was told by its sign; this is `--password value`, `ENV NAME value`, `requirepass value`.
    const typed = /^(?:string|String)\s?=\s?/.exec(text.slice(spaced, spaced + 20));
    if (typed !== null) return { at: spaced + typed[0].length, by: 'sign' };
    if (isOption || !isQuotedName) return { at: spaced, by: 'space' };
  }
  return undefined;
}

/** The value that begins at a place: what is between quotes, or all up to what cannot belong to it. */
function read(
  text: string,
  from: number,
  by: Assignment['by'],
  until?: string,
): { start: number; end: number; isQuoted: boolean } | undefined {
  let at = from;
  if (text.startsWith('<![CDATA[', at)) return upTo(text, at + 9, ']');
  if (by === 'element') return upTo(text, at, until ?? '<');
  // Marks before strings: bytes, raw, formatted; a type of YAML.
  const mark = /^(?:[bBrRuUfF@$]{1,2}(?=["'])|!!str |String\.raw(?=`)|new String\((?="))/.exec(text.slice(at, at + 12));
  if (mark !== null) at += mark[0].length;
  const mask = text[at] === '\\' && /["']/.test(text[at + 1] ?? '') ? '\\' : '';
  const quote = text[at + mask.length] ?? '';
  if (!/["'`]/.test(quote)) return from === at ? unquoted(text, at, until) : undefined;
  const start = at + mask.length + 1;
  if (text[start] === quote && text[start + 1] === quote) return undefined;
  const most = Math.min(text.length, start + MOST_VALUE);
  for (let end = start; end < most; end++) {
    const character = text[end]!;
    if (character === '\n' || character === '\r') return undefined;
    if (mask === '' ? character === quote : character === '\\' && text[end + 1] === quote) {
      return { start, end, isQuoted: true };
    }
    if (mask === '' && character === '\\') end++;
  }
  return undefined;
}

function upTo(
  text: string,
  start: number,
  stop: string,
): { start: number; end: number; isQuoted: boolean } | undefined {
  const end = text.slice(start, start + MOST_VALUE).indexOf(stop);
  if (end < 0) return undefined;
  const value = text.slice(start, start + end);
  const trimmed = value.trimEnd();
  return trimmed.includes('\n') ? undefined : { start, end: start + trimmed.length, isQuoted: true };
}

function unquoted(
  text: string,
  start: number,
  until?: string,
): { start: number; end: number; isQuoted: boolean } | undefined {
  const most = Math.min(text.length, start + MOST_VALUE);
  let end = start;
  for (let signs = 0; ; end++) {
    // Expressions go over the common characters many times as fast as a loop does: whoever repeats `password=` without a
    // space has each of them asked for hundreds.
    common.lastIndex = end;
    common.test(text);
    end = Math.max(end, common.lastIndex);
    if (end >= most) break;
    const code = text.charCodeAt(end);
    if (isStop(code) || text[end] === until) break;
    if (code === 0x5c && /[nrt"']/.test(text[end + 1] ?? '')) break;
    // The next of `a=b;c=d`, `a=b&c=d`, `a=b, c=d`.
    if ((code === 0x3b || code === 0x26 || code === 0x2c) && nextPair.test(text.slice(end + 1, end + 40))) break;
    if (++signs > MOST_SIGNS) return undefined;
  }
  if (end - start >= MOST_VALUE) return undefined;
  // What ends a statement or a list.
  while (end > start && /[;,)\]}.]/.test(text[end - 1]!)) end--;
  return end === start ? undefined : { start, end, isQuoted: false };
}

/** Characters that end no value. */
const common = /[^\x00-\x20"'`<>\x7f\\;&,}]{0,640}/y;
/** Signs in a value that may end it: those of a list, not of a secret. */
const MOST_SIGNS = 40;

const nextPair = /^(?:amp;)?\s?[A-Za-z][\w .-]{0,30}=/;

/** White space, quotes, angle brackets, controls. */
function isStop(code: number): boolean {
  return (
    code <= 0x20 || code === 0x22 || code === 0x27 || code === 0x60 || code === 0x3c || code === 0x3e || code === 0x7f
  );
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at - from < MOST_SPACE && (text[at] === ' ' || text[at] === '\t')) at++;
  return at;
}

function isNameCode(code: number): boolean {
  const lower = code | 0x20;
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e
  );
}

/** Whether a line begins with a name, but for spaces and words that export or declare it. */
function isFirstOnLine(text: string, nameStart: number): boolean {
  const from = Math.max(0, nameStart - 60);
  const before = text.slice(from, nameStart);
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\0')) + 1);
  return /^\s*(?:-\s*)?(?:(?:export|set|setx|ENV|ARG|env|declare -x|local|readonly)\s+)*["']?$/.test(line);
}

/** A name in lower case, its words divided by `_`: `apiKey`, `API-KEY` and `api.key` are `api_key`. */
export function nameOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[.\s-]/g, '_')
    .toLowerCase();
}
