import { FormatError } from '../errors.ts';

/** A value of YAML: all scalars are text, `null` and nothing among them (''). Keys are in a map, so that none is of a prototype. */
export type YamlValue = string | readonly YamlValue[] | ReadonlyMap<string, YamlValue>;

/** Values in each other; files of package managers have six. */
const MAX_DEPTH = 30;
/** Values of one document: the largest lockfiles have some hundred thousand. */
const MAX_VALUES = 1_000_000;
/** Characters of a text of several lines that are kept: descriptions, of which nothing is needed. */
const MAX_TEXT = 10_000;
/** Characters of a value in brackets that may stand on several lines. */
const MAX_FLOW = 1024 * 1024;

/**
 * Reads the first document of the part of YAML 1.2 that package managers and those who write for them use: mappings, lists,
 * plain and quoted texts, also of several lines, values in brackets. Anchors, aliases and tags are taken as text, so that a
 * document cannot unfold to more than it is; literal and folded texts are passed over ('').
 *
 * It is read line by line, without a tree of tokens, and at once: other readers of YAML have to be loaded first.
 * @throws FormatError for a line that is no part of that, with its number
 */
export function readYamlBlock(text: string): YamlValue {
  return new Reader(text).document();
}

/** The value as a mapping, or undefined. */
export function asYamlMap(value: YamlValue | undefined): ReadonlyMap<string, YamlValue> | undefined {
  return value instanceof Map ? value : undefined;
}

/** The value as a list; empty for anything else. */
export function asYamlList(value: YamlValue | undefined): readonly YamlValue[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text that says something, or undefined. */
export function asYamlText(value: YamlValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

interface Line {
  readonly indent: number;
  readonly words: string;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 0;
  #values = 0;
  #current: Line | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  document(): YamlValue {
    this.#advance();
    while (this.#current?.indent === 0 && /^(?:%|---(?:\s|$))/.test(this.#current.words)) this.#advance();
    if (this.#current === undefined) throw new FormatError('it is empty', { reason: 'truncated' });
    const value = this.#node(-1, 0);
    if (this.#current !== undefined && !this.#isEnd()) throw this.#error();
    return value;
  }

  /** The next line that says something; comments say nothing. */
  #advance(): void {
    for (;;) {
      const line = this.#rawLine();
      if (line === undefined) {
        this.#current = undefined;
        return;
      }
      if (line.words === '' || line.words.startsWith('#')) continue;
      this.#current = line;
      return;
    }
  }

  #rawLine(): Line | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const newline = this.#text.indexOf('\n', this.#at);
    const end = newline < 0 ? this.#text.length : newline;
    let start = this.#at;
    while (start < end && this.#text.charCodeAt(start) === 0x20) start++;
    const line = { indent: start - this.#at, words: this.#text.slice(start, end).trimEnd() };
    this.#at = end + 1;
    this.#line++;
    return line;
  }

  #isEnd(): boolean {
    const line = this.#current;
    return line === undefined || (line.indent === 0 && /^(?:---|\.\.\.)(?:\s|$)/.test(line.words));
  }

  /** What begins on the current line, which is indented by more than `outer`. */
  #node(outer: number, depth: number): YamlValue {
    if (depth > MAX_DEPTH) throw new FormatError(`line ${this.#line}: more values in each other than anybody writes`);
    const { indent, words } = this.#current!;
    if (isItem(words)) return this.#list(indent, depth);
    return entryOf(words) === undefined ? this.#inline(words, outer) : this.#mapping(indent, depth);
  }

  #list(indent: number, depth: number): readonly YamlValue[] {
    const items: YamlValue[] = [];
    while (!this.#isEnd() && this.#current!.indent === indent && isItem(this.#current!.words)) {
      this.#count();
      const rest = this.#current!.words.slice(1).trimStart();
      if (rest === '' || rest.startsWith('#')) {
        this.#advance();
        items.push(!this.#isEnd() && this.#current!.indent > indent ? this.#node(indent, depth + 1) : '');
        continue;
      }
      // What stands behind the hyphen is indented by where it stands.
      this.#current = { indent: indent + this.#current!.words.length - rest.length, words: rest };
      items.push(this.#node(indent, depth + 1));
    }
    if (!this.#isEnd() && this.#current!.indent > indent) throw this.#error();
    return items;
  }

  #mapping(indent: number, depth: number): ReadonlyMap<string, YamlValue> {
    const entries = new Map<string, YamlValue>();
    while (!this.#isEnd() && this.#current!.indent === indent && !isItem(this.#current!.words)) {
      this.#count();
      const entry = entryOf(this.#current!.words);
      if (entry === undefined) throw this.#error();
      entries.set(entry.key, this.#valueOf(entry.value, indent, depth));
    }
    if (!this.#isEnd() && this.#current!.indent > indent) throw this.#error();
    return entries;
  }

  #valueOf(words: string, indent: number, depth: number): YamlValue {
    if (words !== '' && !words.startsWith('#')) return this.#inline(words, indent);
    this.#advance();
    if (this.#isEnd()) return '';
    const next = this.#current!;
    // A list may stand as far left as its key.
    if (next.indent > indent || (next.indent === indent && isItem(next.words))) return this.#node(indent, depth + 1);
    return '';
  }

  /** A value that begins with `words`, the end of the current line; lines that are indented by more than `outer` are of it. */
  #inline(words: string, outer: number): YamlValue {
    const first = words[0];
    // What is no head of a block of text (YAML 1.2, 8.1.1), such as `>=1.0`, is what somebody meant as a text.
    if (/^[|>][-+1-9]{0,2}\s*(?:#|$)/.test(words)) {
      this.#skipText(outer);
      return '';
    }
    if (first === '{' || first === '[') return this.#flow(words, outer);
    if (first === '"' || first === "'") return this.#quoted(words, outer);
    let text = withoutComment(words);
    for (this.#advance(); !this.#isEnd() && this.#current!.indent > outer; this.#advance()) {
      if (text.length < MAX_TEXT) text += ` ${withoutComment(this.#current!.words)}`;
    }
    return text === '~' || text === 'null' ? '' : text;
  }

  /** In a literal text nothing is a comment. */
  #skipText(outer: number): void {
    for (;;) {
      const line = this.#rawLine();
      if (line !== undefined && (line.words === '' || line.indent > outer)) continue;
      this.#current = line;
      if (line?.words.startsWith('#') === true) this.#advance();
      return;
    }
  }

  #quoted(words: string, outer: number): string {
    let text = words;
    let end = quotedEnd(text, 0, 1);
    for (let searched = text.length; end < 0; searched = text.length) {
      this.#more(outer, text.length, MAX_TEXT);
      text += ` ${this.#current!.words}`;
      // A backslash at the end of a line is for the blank that stands in place of the line feed.
      end = quotedEnd(text, 0, searched + (text[0] === '"' && isEscaped(text, searched) ? 1 : 0));
    }
    if (!/^\s*(?:#|$)/.test(text.slice(end, end + 1000))) throw this.#error();
    this.#advance();
    return unquoted(text.slice(0, end));
  }

  #flow(words: string, outer: number): YamlValue {
    const parts = [words];
    const brackets = new Brackets();
    let length = words.length;
    for (brackets.see(words); brackets.open; brackets.see(parts.at(-1)!)) {
      this.#more(outer, length, MAX_FLOW);
      parts.push(withoutComment(this.#current!.words));
      length += parts.at(-1)!.length + 1;
    }
    const value = readFlow(parts.join(' '), () => this.#count());
    if (value === undefined) throw this.#error();
    this.#advance();
    return value;
  }

  /** The next line of a value that goes on. */
  #more(outer: number, length: number, most: number): void {
    this.#advance();
    if (this.#isEnd() || this.#current!.indent <= outer || length > most) throw this.#error();
  }

  #count(): void {
    if (++this.#values > MAX_VALUES) throw new FormatError('it has more values than anybody writes');
  }

  #error(): FormatError {
    return new FormatError(
      `line ${this.#line} is not understood: ${JSON.stringify((this.#current?.words ?? '').slice(0, 60))}`,
    );
  }
}

function isItem(words: string): boolean {
  return words === '-' || words.startsWith('- ');
}

/** Signs with which no plain text begins (YAML 1.2.2, section 5.3) and that are no quotes. */
const INDICATORS = '\t#&*!|>%@`,[]{}:';

/** A key and what stands behind its colon; undefined where the line is no entry of a mapping. */
function entryOf(words: string): { readonly key: string; readonly value: string } | undefined {
  const quoted = words[0] === '"' || words[0] === "'";
  let colon: number;
  if (quoted) {
    colon = quotedEnd(words);
    if (colon < 0) return undefined;
    while (words[colon] === ' ') colon++;
    if (words[colon] !== ':') return undefined;
  } else {
    if (INDICATORS.includes(words[0]!)) return undefined;
    colon = words.indexOf(':');
    while (colon > 0 && !isBlank(words, colon + 1)) colon = words.indexOf(':', colon + 1);
    if (colon <= 0) return undefined;
    const comment = words.indexOf(' #');
    if (comment >= 0 && comment < colon) return undefined;
  }
  if (!isBlank(words, colon + 1)) return undefined;
  const key = words.slice(0, colon).trimEnd();
  return { key: quoted ? unquoted(key) : key, value: words.slice(colon + 1).trim() };
}

function isBlank(words: string, at: number): boolean {
  return at >= words.length || words[at] === ' ' || words[at] === '\t';
}

function withoutComment(words: string): string {
  const comment = words.startsWith('#') ? 0 : words.indexOf(' #');
  return comment < 0 ? words : words.slice(0, comment).trimEnd();
}

/** Position behind the quoted text that begins at `start`; -1 where it has no end. It is looked for from `from` on. */
function quotedEnd(words: string, start = 0, from: number = start + 1): number {
  const quote = words[start];
  for (let at = from; at < words.length; at++) {
    if (quote === '"' && words[at] === '\\') at++;
    else if (words[at] === quote) {
      if (quote === '"' || words[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return -1;
}

/** Whether an odd number of backslashes stands before a position. */
function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}

/** Counts brackets over lines, those in quotes left out, so that a value is read once, when it has its end. */
class Brackets {
  #depth = 0;
  #quote = '';

  get open(): boolean {
    return this.#depth > 0;
  }

  see(words: string): void {
    for (let at = 0; at < words.length; at++) {
      const sign = words[at]!;
      if (this.#quote !== '') {
        if (sign === '\\' && this.#quote === '"') at++;
        else if (sign === this.#quote) this.#quote = '';
      } else if ((sign === '"' || sign === "'") && beginsText(words, at)) this.#quote = sign;
      else if (sign === '{' || sign === '[') this.#depth++;
      else if ((sign === '}' || sign === ']') && --this.#depth === 0) return;
    }
  }
}

/** Whether a quote begins a text there: in the middle of a plain one it is a letter like others. */
function beginsText(words: string, at: number): boolean {
  let before = at - 1;
  while (words[before] === ' ') before--;
  return before < 0 || '{[,:'.includes(words[before]!);
}

function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  try {
    return String(JSON.parse(text) as unknown);
  } catch {
    return text.slice(1, -1);
  }
}

/** A value in brackets; undefined where it has no end. What stands behind the end is a comment. */
function readFlow(text: string, count: () => void): YamlValue | undefined {
  let at = 0;
  const blanks = (): void => {
    while (text[at] === ' ') at++;
  };
  const plain = (): string => {
    const start = at;
    while (at < text.length && !',[]{}'.includes(text[at]!) && !(text[at] === ':' && endsKey(text, at + 1))) at++;
    return text.slice(start, at).trim();
  };
  const scalar = (): string | undefined => {
    if (text[at] !== '"' && text[at] !== "'") return plain();
    const end = quotedEnd(text, at);
    if (end < 0) return undefined;
    const value = unquoted(text.slice(at, end));
    at = end;
    return value;
  };
  const value = (depth: number): YamlValue | undefined => {
    count();
    const open = text[at];
    if (open !== '{' && open !== '[') return scalar();
    if (depth > MAX_DEPTH) throw new FormatError('more values in each other than anybody writes');
    at++;
    const list: YamlValue[] = [];
    const map = new Map<string, YamlValue>();
    for (;;) {
      blanks();
      if (at >= text.length) return undefined;
      if (text[at] === (open === '{' ? '}' : ']')) {
        at++;
        return open === '{' ? map : list;
      }
      const start = at;
      const one = value(depth + 1);
      if (one === undefined) return undefined;
      blanks();
      const isPair = typeof one === 'string' && text[at] === ':';
      if (isPair) {
        at++;
        blanks();
        const member = value(depth + 1);
        if (member === undefined) return undefined;
        if (open === '{') map.set(one, member);
        else list.push(new Map([[one, member]]));
        blanks();
      } else if (open === '[') list.push(one);
      else if (typeof one === 'string') map.set(one, '');
      if (text[at] === ',') at++;
      else if (at === start)
        throw new FormatError(`a value is not understood: ${JSON.stringify(text.slice(at, at + 60))}`);
    }
  };
  return value(0);
}

function endsKey(text: string, at: number): boolean {
  return at >= text.length || ' ,[]{}"\''.includes(text[at]!);
}
