import type { ShellPiece, ShellScope, ShellScopeKind, ShellWord } from '../../model/shell-script.ts';
import { readAnsi } from './ansi-quotes.ts';
import {
  BACKQUOTE,
  BACKSLASH,
  CLOSE,
  CLOSE_BRACE,
  DOLLAR,
  DOUBLE,
  GREATER,
  isDigit,
  isMeta,
  isNameStart,
  LESS,
  NEWLINE,
  OPEN,
  OPEN_BRACE,
  SINGLE,
} from './characters.ts';
import type { CommandDraft, ScopeDraft, ScriptDraft } from './script-draft.ts';
import { WordDraft } from './word-draft.ts';

/** Where a text stands in the one that was given: at an offset, or somewhere in a word whose escapes were taken off. */
export interface Placement {
  readonly offset: number;
  /** Absent: every character of the text stands as it is, from `offset` on. */
  readonly end?: number;
}

/** How far ahead it is looked for the end of an expression, before it counts as commands. */
const EXPRESSION = 4096;

/** Reads words: quotes, escapes, expansions. The commands in substitutions are read by the reader of lists that this becomes. */
export abstract class TextReader {
  protected readonly text: string;
  protected readonly draft: ScriptDraft;
  protected readonly placement: Placement;
  protected at = 0;
  protected within: readonly ShellScope[];
  #unclosedUntil = 0;
  /** The command whose words are read. */
  protected host: CommandDraft | undefined;

  constructor(text: string, draft: ScriptDraft, placement: Placement, within: readonly ShellScope[]) {
    this.text = text;
    this.draft = draft;
    this.placement = placement;
    this.within = within;
  }

  /** Reads the commands up to the bracket that closes a substitution, and the bracket. */
  protected abstract readSubstituted(): void;

  /** Reads a text with a reader of its own. */
  protected abstract readInner(text: string, placement: Placement, within: readonly ShellScope[]): void;

  protected code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  protected place(at: number): number {
    return this.placement.end === undefined ? this.placement.offset + at : this.placement.offset;
  }

  protected placeOfEnd(at: number): number {
    return this.placement.end ?? this.placement.offset + at;
  }

  protected odd(message: string, at = this.at): void {
    this.draft.odd(this.place(at), message);
  }

  /** @returns the word that begins here; undefined where none does */
  protected readWord(): ShellWord | undefined {
    const start = this.at;
    const word = new WordDraft();
    this.readWordInto(word);
    if (this.at === start) return undefined;
    this.draft.countWord();
    return word.finish(this.place(start), this.placeOfEnd(this.at));
  }

  protected readWordInto(word: WordDraft): void {
    for (;;) {
      const start = this.at;
      while (isPlain(this.code())) this.at++;
      if (this.at > start) {
        this.draft.steps += this.at - start;
        word.literal(this.text.slice(start, this.at));
      }
      this.draft.steps++;
      const code = this.code();
      if (code === BACKSLASH) this.#readEscape(word);
      else if (code === SINGLE) this.#readSingle(word);
      else if (code === DOUBLE) this.#readDouble(word);
      else if (code === DOLLAR) this.readDollar(word, false);
      else if (code === BACKQUOTE) this.#readBackquotes(word, false);
      else if ((code === LESS || code === GREATER) && this.code(1) === OPEN) this.#readProcess(word);
      else if (code === OPEN && this.at > 0 && isPatternPrefix(this.text.charCodeAt(this.at - 1)))
        this.#readPatternList(word);
      else if (isMeta(code)) return;
      else {
        word.pattern(this.text[this.at]!);
        this.at++;
      }
    }
  }

  /** `@(a|b)` of extended patterns: up to the bracket that closes it on this line, else the word ends before it. */
  #readPatternList(word: WordDraft): void {
    const end = this.at >= this.#unclosedUntil ? this.#patternListEnd() : undefined;
    const inner = end === undefined ? '' : this.text.slice(this.at, end);
    // A substitution in it would be lost.
    if (end === undefined || inner.includes('$(') || inner.includes('`')) {
      this.odd('a bracket stands where none can');
      this.at++;
      return;
    }
    word.pattern('*', inner);
    this.at = end;
  }

  /** Behind the bracket that closes; where none does, none further on is looked for in the same characters. */
  #patternListEnd(): number | undefined {
    let depth = 0;
    let at = this.at;
    for (; at < this.text.length && at - this.at < EXPRESSION; at++) {
      this.draft.steps++;
      const code = this.text.charCodeAt(at);
      if (code === NEWLINE) break;
      if (code === OPEN) depth++;
      else if (code === CLOSE && --depth === 0) return at + 1;
    }
    this.#unclosedUntil = at;
    return undefined;
  }

  #readEscape(word: WordDraft): void {
    const next = this.code(1);
    this.at += 2;
    if (next === NEWLINE) return;
    word.isQuoted = true;
    if (Number.isNaN(next)) {
      this.at--;
      word.literal('\\');
    } else word.literal(this.text[this.at - 1]!);
  }

  #readSingle(word: WordDraft): void {
    const close = this.#closing("'", this.at + 1);
    word.isQuoted = true;
    word.literal(this.text.slice(this.at + 1, close));
    this.at = Math.min(close + 1, this.text.length);
  }

  /** Where a quote is closed; the end of the text where it is not. */
  #closing(quote: string, from: number): number {
    const close = this.text.indexOf(quote, from);
    this.draft.steps += (close < 0 ? this.text.length : close) - from;
    if (close < 0) this.odd('a quote is not closed', from - 1);
    return close < 0 ? this.text.length : close;
  }

  #readDouble(word: WordDraft): void {
    const start = this.at++;
    word.isQuoted = true;
    if (!this.readExpanded(word, DOUBLE)) this.odd('a quote is not closed', start);
    else this.at++;
  }

  /**
   * Reads text in which only `$`, backquotes and backslashes mean something, up to a character or the end of the text.
   * @returns whether the character came
   */
  protected readExpanded(word: WordDraft, close: number): boolean {
    let start = this.at;
    const flush = (): void => {
      if (this.at > start) word.literal(this.text.slice(start, this.at));
    };
    for (;;) {
      this.draft.steps++;
      const code = this.code();
      if (Number.isNaN(code) || code === close) {
        flush();
        return code === close;
      }
      if (code === BACKSLASH) {
        const next = this.code(1);
        const isEscape =
          next === DOLLAR || next === BACKQUOTE || next === BACKSLASH || next === NEWLINE || next === close;
        if (!isEscape) {
          this.at++;
          continue;
        }
        flush();
        if (next !== NEWLINE) word.literal(this.text[this.at + 1]!);
        this.at += 2;
        start = this.at;
      } else if (code === DOLLAR || code === BACKQUOTE) {
        flush();
        if (code === DOLLAR) this.readDollar(word, true);
        else this.#readBackquotes(word, close === DOUBLE);
        start = this.at;
      } else this.at++;
    }
  }

  /** What follows a `$`. */
  protected readDollar(word: WordDraft, isInQuotes: boolean): void {
    const start = this.at;
    const next = this.code(1);
    if (next === OPEN) {
      this.#readBracketed(word);
    } else if (next === OPEN_BRACE) {
      this.#readParameter(word);
    } else if (next === SINGLE && !isInQuotes) {
      const close = this.#ansiEnd(start + 2);
      word.isQuoted = true;
      word.literal(readAnsi(this.text.slice(start + 2, close)));
      this.at = Math.min(close + 1, this.text.length);
    } else if (next === DOUBLE && !isInQuotes) {
      this.at++;
      this.#readDouble(word);
    } else if (isNameStart(next)) {
      this.at += 2;
      while (isNameStart(this.code()) || isDigit(this.code())) this.at++;
      this.draft.steps += this.at - start;
      word.piece({
        kind: 'variable',
        text: this.text.slice(start, this.at),
        name: this.text.slice(start + 1, this.at),
      });
    } else if (isDigit(next) || '@*#?-$!'.includes(this.text[start + 1] ?? ' ')) {
      this.at += 2;
      word.piece({ kind: 'variable', text: this.text.slice(start, this.at), name: this.text[start + 1]! });
    } else {
      this.at++;
      word.literal('$');
    }
  }

  #ansiEnd(from: number): number {
    let at = from;
    while (at < this.text.length && this.text.charCodeAt(at) !== SINGLE)
      at += this.text.charCodeAt(at) === BACKSLASH ? 2 : 1;
    this.draft.steps += at - from;
    if (at >= this.text.length) this.odd('a quote is not closed', from - 1);
    return Math.min(at, this.text.length);
  }

  /** `$(commands)` or `$((expression))`. */
  #readBracketed(word: WordDraft): void {
    const start = this.at;
    if (this.code(2) === OPEN) {
      const end = this.expressionEnd(start + 3);
      if (end !== undefined) {
        this.readExpression(start + 3, end);
        word.piece({ kind: 'arithmetic', text: this.text.slice(start, this.at) });
        return;
      }
    }
    this.at += 2;
    this.#substitute('substitution');
    word.piece({ kind: 'substitution', text: this.text.slice(start, this.at) });
  }

  /** `<(commands)`. */
  #readProcess(word: WordDraft): void {
    const start = this.at;
    this.at += 2;
    this.#substitute('process');
    word.piece({ kind: 'process', text: this.text.slice(start, this.at) });
  }

  #substitute(kind: ShellScopeKind): void {
    const outer = this.within;
    this.within = [...outer, this.hosted(kind)];
    this.draft.enter();
    this.readSubstituted();
    this.draft.leave();
    this.within = outer;
  }

  /** A scope that belongs to the command whose words are read. */
  protected hosted(kind: ShellScopeKind, host = this.host): ScopeDraft {
    const scope: ScopeDraft = { kind, redirections: [] };
    this.draft.hostedBy(scope, host);
    return scope;
  }

  /** Where `))` closes an expression; undefined where the brackets close one by one, or not nearby. */
  protected expressionEnd(from: number): number | undefined {
    let depth = 0;
    const last = Math.min(this.text.length, from + EXPRESSION);
    for (let at = from; at < last; at++) {
      this.draft.steps++;
      const code = this.text.charCodeAt(at);
      if (code === OPEN) depth++;
      else if (code === BACKSLASH) at++;
      else if (code === CLOSE && --depth < 0) return this.text.charCodeAt(at + 1) === CLOSE ? at : undefined;
    }
    return undefined;
  }

  /** Reads the commands in an expression, and goes behind its `))`. */
  protected readExpression(from: number, end: number): void {
    const inner = this.text.slice(from, end);
    if (inner.includes('$') || inner.includes('`')) {
      this.draft.enter();
      this.readExpansionsOf(inner, from);
      this.draft.leave();
    }
    this.at = end + 2;
  }

  /** Reads the commands in a part of this text in which blanks and operators mean nothing. */
  protected abstract readExpansionsOf(text: string, from: number): void;

  /** `${name}`, `${name:-word}`, `${#name}` and their like. */
  #readParameter(word: WordDraft): void {
    const start = this.at;
    this.at += 2;
    const prefix = /^[#!](?=[\w@*?$!-])/.exec(this.text.slice(this.at, this.at + 2))?.[0] ?? '';
    this.at += prefix.length;
    const from = this.at;
    while (isNameStart(this.code()) || isDigit(this.code())) this.at++;
    if (this.at === from && this.at < this.text.length && this.code() !== CLOSE_BRACE) this.at++;
    const name = this.text.slice(from, this.at);
    const operation = this.at;
    this.draft.enter();
    const isClosed = this.#skipOperation();
    this.draft.leave();
    const written = prefix + this.text.slice(operation, this.at);
    if (isClosed) this.at++;
    else this.odd('a brace is not closed', start);
    const piece: ShellPiece = { kind: 'variable', text: this.text.slice(start, this.at), name };
    word.piece(written === '' ? piece : { ...piece, operation: written });
  }

  /** Goes to the brace that closes a parameter, and reads the commands on the way. */
  #skipOperation(): boolean {
    const ignored = new WordDraft();
    for (;;) {
      this.draft.steps++;
      const code = this.code();
      if (Number.isNaN(code)) return false;
      if (code === CLOSE_BRACE) return true;
      if (code === BACKSLASH) this.at = Math.min(this.at + 2, this.text.length);
      else if (code === SINGLE) this.#readSingle(ignored);
      else if (code === DOUBLE) this.#readDouble(ignored);
      else if (code === DOLLAR) this.readDollar(ignored, false);
      else if (code === BACKQUOTE) this.#readBackquotes(ignored, false);
      else this.at++;
    }
  }

  #readBackquotes(word: WordDraft, isInQuotes: boolean): void {
    const start = this.at;
    let end = start + 1;
    let hasEscapes = false;
    while (end < this.text.length && this.text.charCodeAt(end) !== BACKQUOTE) {
      if (this.text.charCodeAt(end) === BACKSLASH) {
        hasEscapes = true;
        end++;
      }
      end++;
    }
    this.draft.steps += end - start;
    if (end >= this.text.length) this.odd('a backquote is not closed', start);
    end = Math.min(end, this.text.length);
    const written = this.text.slice(start + 1, end);
    const escapes = isInQuotes ? /\\([$`\\"])/g : /\\([$`\\])/g;
    const inner = hasEscapes ? written.replace(escapes, '$1') : written;
    const placement =
      inner === written && this.placement.end === undefined
        ? { offset: this.place(start + 1) }
        : { offset: this.place(start), end: this.placeOfEnd(end) };
    this.readInner(inner, placement, [...this.within, this.hosted('substitution')]);
    this.at = Math.min(end + 1, this.text.length);
    word.piece({ kind: 'substitution', text: this.text.slice(start, this.at) });
  }
}

/** No quote, no expansion, no operator, no pattern: nearly all characters. */
function isPlain(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 47 && code <= 58) ||
    code === 45 ||
    code === 95 ||
    code === 61 ||
    code === 64 ||
    code === 37 ||
    code === 43 ||
    code > 126
  );
}

function isPatternPrefix(code: number): boolean {
  return code === 63 || code === 42 || code === 43 || code === 64 || code === 33;
}
