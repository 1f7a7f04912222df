import type { ShellOperator, ShellScope, ShellWord } from '../../model/shell-script.ts';
import {
  AMPERSAND,
  BACKSLASH,
  BANG,
  BAR,
  CLOSE,
  GREATER,
  HASH,
  isMeta,
  NEWLINE,
  OPEN,
  SEMICOLON,
  SPACE,
  TAB,
} from './characters.ts';
import { CompoundReader, type Element, type Position } from './compound-reader.ts';
import type { CommandDraft } from './script-draft.ts';
import type { Placement } from './text-reader.ts';
import { isBareShell, placeOf, type ReadInner, textToRun, unwrap } from './unwrap.ts';
import type { WordDraft } from './word-draft.ts';
import { nameOf } from './wrappers.ts';

/** Words that mean something where a command begins. */
const opening: ReadonlySet<string> = new Set([
  '{',
  '[[',
  'case',
  'coproc',
  'for',
  'function',
  'if',
  'select',
  'until',
  'while',
]);
const closing: ReadonlySet<string> = new Set(['}', 'do', 'done', 'elif', 'else', 'esac', 'fi', 'then']);
const longest = 'function'.length;

/** Reads lists of commands: pipelines, groups, loops and their like. */
export class ListReader extends CompoundReader {
  /** What ends the lists that are open, innermost last; none beyond the substitution that is read. */
  #ends: (readonly string[])[] = [];

  /** Reads everything. */
  readAll(): void {
    for (;;) {
      const stop = this.readList([]);
      if (stop === '') break;
      this.odd(`"${stop}" stands where none can`);
      this.at += stop.length;
    }
    this.readDocuments();
  }

  protected override readSubstituted(): void {
    const [ends, documents, host] = [this.#ends, this.openDocuments, this.host];
    this.#ends = [];
    this.openDocuments = [];
    const start = this.at;
    const stop = this.readList([')']);
    this.readDocuments();
    [this.#ends, this.openDocuments, this.host] = [ends, documents, host];
    if (stop === ')') this.at++;
    else this.odd('a substitution is not closed', start);
  }

  protected override readInner(text: string, placement: Placement, within: readonly ShellScope[]): void {
    this.draft.enterText(text.length);
    new ListReader(text, this.draft, placement, within).readAll();
    this.draft.leave();
  }

  protected override readExpansionsOf(text: string, from: number): void {
    const placement = this.placement.end === undefined ? { offset: this.place(from) } : this.placement;
    const reader = new ListReader(text, this.draft, placement, this.within);
    reader.host = this.host;
    reader.readExpansionsToEnd();
  }

  protected override finishCommand(command: CommandDraft): void {
    this.draft.add(command);
    unwrap(command, this.draft, this.#reader);
  }

  readonly #reader: ReadInner = (text, placement, within) => this.readInner(text, placement, within);

  /** A command whose words are known already. */
  takeWords(words: readonly ShellWord[], end: number): void {
    this.finishCommand({
      index: 0,
      assignments: [],
      words,
      wrappers: [],
      redirections: [],
      pipeline: this.draft.pipeline(),
      position: 0,
      isNegated: false,
      within: [],
      line: 1,
      offset: 0,
      end,
    });
  }

  protected override readDocumentText(
    text: string,
    place: { readonly offset: number; readonly end: number },
    command: CommandDraft | undefined,
    word: WordDraft,
  ): void {
    const isExact = this.placement.end === undefined && place.end - place.offset === text.length;
    const placement = isExact ? { offset: place.offset } : place;
    const reader = new ListReader(text, this.draft, placement, command?.within ?? this.within);
    reader.host = command;
    reader.readExpanded(word, -1);
  }

  protected override givenDocument(command: CommandDraft, document: ShellWord): void {
    const next =
      command.next === '|' && isCat(command) ? this.draft.find(command.pipeline, command.position + 1) : undefined;
    const shell = isBareShell(command) ? command : next !== undefined && isBareShell(next) ? next : undefined;
    if (shell === undefined) return;
    const scope = this.hosted('script', shell);
    const text = textToRun(document);
    this.draft.after(shell, () => this.readInner(text, placeOf(document, text, this.draft), [...shell.within, scope]));
  }

  /** @returns the word or bracket that ends the list, which is not read yet; '' at the end of the text */
  protected override readList(ends: readonly string[]): string {
    this.#ends.push(ends);
    let last: Element | undefined;
    for (;;) {
      this.draft.steps++;
      this.skipToCommand();
      const stop = this.#stop();
      if (stop !== undefined) {
        this.#ends.pop();
        return stop;
      }
      const operator = this.#operator();
      if (operator === undefined) last = this.#readPipeline();
      else if (last === undefined) this.odd(`nothing stands before "${operator}"`);
      else {
        last.next = operator === '|' || operator === '|&' ? ';' : operator;
        last = undefined;
      }
    }
  }

  /** Blanks, comments and line ends. A line end between commands joins them as `;` does. */
  protected override skipToCommand(): void {
    for (;;) {
      this.skipBlanks();
      if (this.code() !== NEWLINE) return;
      // What the line ends is told by the command before: `#joined`.
      this.at++;
      this.readDocuments();
    }
  }

  /** What ends this list or one around it; undefined where a command or an operator follows. */
  #stop(): string | undefined {
    for (;;) {
      this.draft.steps++;
      const code = this.code();
      if (Number.isNaN(code)) return '';
      const found = code === CLOSE ? ')' : code === SEMICOLON ? this.#caseEnd() : this.closingWord();
      if (found === undefined) return undefined;
      for (let level = this.#ends.length - 1; level >= 0; level--) if (this.#ends[level]!.includes(found)) return found;
      // Nothing waits for it.
      this.odd(`"${found}" stands where none can`);
      this.at += found.length;
      this.skipToCommand();
    }
  }

  #caseEnd(): string | undefined {
    const next = this.code(1);
    if (next === SEMICOLON) return this.code(2) === AMPERSAND ? ';;&' : ';;';
    return next === AMPERSAND ? ';&' : undefined;
  }

  protected override closingWord(): string | undefined {
    const word = this.plainWord();
    return word !== undefined && closing.has(word) ? word : undefined;
  }

  /** The word that begins here, where it has no quotes and no expansions; short ones only. */
  protected override plainWord(): string | undefined {
    let end = this.at;
    while (!isMeta(this.text.charCodeAt(end)) && end - this.at <= longest) end++;
    const word = this.text.slice(this.at, end);
    // `}` and `{` stand alone; a bracket or an operator ends the other words.
    return end - this.at > longest ? undefined : word;
  }

  #operator(): ShellOperator | undefined {
    const code = this.code();
    const next = this.code(1);
    let operator: ShellOperator | undefined;
    if (code === SEMICOLON) operator = ';';
    else if (code === AMPERSAND && next !== GREATER) operator = next === AMPERSAND ? '&&' : '&';
    else if (code === BAR) operator = next === BAR ? '||' : next === AMPERSAND ? '|&' : '|';
    if (operator !== undefined) this.at += operator.length;
    return operator;
  }

  #readPipeline(): Element {
    const pipeline = this.draft.pipeline();
    let isNegated = false;
    for (let position = 0; ; position++) {
      isNegated = this.#skipNegations() !== isNegated;
      const element = this.readElement({ pipeline, position, isNegated });
      this.skipBlanks();
      if (this.code() === NEWLINE) element.next = ';';
      const isPipe = this.code() === BAR && this.code(1) !== BAR;
      if (!isPipe) return element;
      element.next = this.code(1) === AMPERSAND ? '|&' : '|';
      this.at += element.next.length;
      this.skipToCommand();
    }
  }

  #skipNegations(): boolean {
    let isNegated = false;
    while (this.code() === BANG && isMeta(this.code(1)) && this.at + 1 < this.text.length) {
      isNegated = !isNegated;
      this.at++;
      this.skipToCommand();
    }
    return isNegated;
  }

  protected override readElement(position: Position): Element {
    if (this.code() === OPEN) return this.#readBracket(position);
    const word = this.plainWord();
    if (word !== undefined && opening.has(word)) {
      if (word === '[[') return this.readTest(position);
      this.at += word.length;
      if (word === 'coproc') {
        this.skipBlanks();
        return this.readElement(position);
      }
      return this.readCompound(word, position);
    }
    if (word === 'time' && this.#isBeforeCompound(this.at + word.length)) {
      this.at += word.length;
      this.skipBlanks();
      return this.readElement(position);
    }
    return this.readSimple(position) ?? this.readFunction('', position);
  }

  /** `time { …; }` times the group; `time program` is like a program that starts another. */
  #isBeforeCompound(at: number): boolean {
    return /^[ \t]+(?:[({]|(?:if|for|while|until|case)\s)/.test(this.text.slice(at, at + 40));
  }

  /** `( commands )` or `(( expression ))`. */
  #readBracket(position: Position): Element {
    if (this.code(1) === OPEN) {
      const end = this.expressionEnd(this.at + 2);
      if (end !== undefined) return this.readArithmetic(position, end);
    }
    this.at++;
    return this.readGroup('subshell', ')', position);
  }

  protected skipBlanks(): void {
    for (;;) {
      const code = this.code();
      if (code === SPACE || code === TAB) this.at++;
      else if (code === BACKSLASH && this.code(1) === NEWLINE) this.at += 2;
      else if (code === HASH) {
        const end = this.text.indexOf('\n', this.at);
        this.draft.steps += (end < 0 ? this.text.length : end) - this.at;
        this.at = end < 0 ? this.text.length : end;
      } else return;
      this.draft.steps++;
    }
  }
}

/** Passes on what it is given, and nothing else. */
function isCat({ words }: CommandDraft): boolean {
  return nameOf(words[0]) === 'cat' && words.slice(1).every(({ text }) => text.startsWith('-'));
}
