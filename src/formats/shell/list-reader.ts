import type { ShellOperator, ShellScope, ShellScopeKind, ShellWord } from '../../model/shell-script.ts';
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
  OPEN_BRACE,
  SEMICOLON,
  SPACE,
  TAB,
} from './characters.ts';
import type { CommandDraft, ScopeDraft } from './script-draft.ts';
import { type Placement, SimpleReader } from './simple-reader.ts';
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

/** What the next operator or command is joined to. */
type Element = CommandDraft | ScopeDraft;

interface Position {
  readonly pipeline: number;
  readonly position: number;
  readonly isNegated: boolean;
}

/** Reads lists of commands: pipelines, groups, loops and their like. */
export class ListReader extends SimpleReader {
  /** What ends the lists that are open, innermost last; none beyond the substitution that is read. */
  #ends: (readonly string[])[] = [];

  /** Reads everything. */
  readAll(): void {
    for (;;) {
      const stop = this.#readList([]);
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
    const stop = this.#readList([')']);
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
  #readList(ends: readonly string[]): string {
    this.#ends.push(ends);
    let last: Element | undefined;
    for (;;) {
      this.draft.steps++;
      this.#skipToCommand();
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
  #skipToCommand(): void {
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
      const found = code === CLOSE ? ')' : code === SEMICOLON ? this.#caseEnd() : this.#closingWord();
      if (found === undefined) return undefined;
      for (let level = this.#ends.length - 1; level >= 0; level--) if (this.#ends[level]!.includes(found)) return found;
      // Nothing waits for it.
      this.odd(`"${found}" stands where none can`);
      this.at += found.length;
      this.#skipToCommand();
    }
  }

  #caseEnd(): string | undefined {
    const next = this.code(1);
    if (next === SEMICOLON) return this.code(2) === AMPERSAND ? ';;&' : ';;';
    return next === AMPERSAND ? ';&' : undefined;
  }

  #closingWord(): string | undefined {
    const word = this.#plainWord();
    return word !== undefined && closing.has(word) ? word : undefined;
  }

  /** The word that begins here, where it has no quotes and no expansions; short ones only. */
  #plainWord(): string | undefined {
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
      const element = this.#readElement({ pipeline, position, isNegated });
      this.skipBlanks();
      if (this.code() === NEWLINE) element.next = ';';
      const isPipe = this.code() === BAR && this.code(1) !== BAR;
      if (!isPipe) return element;
      element.next = this.code(1) === AMPERSAND ? '|&' : '|';
      this.at += element.next.length;
      this.#skipToCommand();
    }
  }

  #skipNegations(): boolean {
    let isNegated = false;
    while (this.code() === BANG && isMeta(this.code(1)) && this.at + 1 < this.text.length) {
      isNegated = !isNegated;
      this.at++;
      this.#skipToCommand();
    }
    return isNegated;
  }

  #readElement(position: Position): Element {
    if (this.code() === OPEN) return this.#readBracket(position);
    const word = this.#plainWord();
    if (word !== undefined && opening.has(word)) {
      if (word === '[[') return this.readTest(position);
      this.at += word.length;
      if (word === 'coproc') {
        this.skipBlanks();
        return this.#readElement(position);
      }
      return this.#readCompound(word, position);
    }
    if (word === 'time' && this.#isBeforeCompound(this.at + word.length)) {
      this.at += word.length;
      this.skipBlanks();
      return this.#readElement(position);
    }
    return this.readSimple(position) ?? this.#readFunction('', position);
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
    return this.#readGroup('subshell', ')', position);
  }

  #readGroup(kind: ShellScopeKind, end: string, position: Position, name?: string): ScopeDraft {
    const start = this.at;
    const scope = this.#open(kind, position, name === undefined ? {} : { name });
    this.#readPart(scope, [end], start);
    return this.#close(scope);
  }

  #open(kind: ShellScopeKind, position: Position, more: Partial<ScopeDraft> = {}): ScopeDraft {
    this.draft.enter();
    return { kind, ...position, redirections: [], ...more };
  }

  #close(scope: ScopeDraft): ScopeDraft {
    this.draft.leave();
    scope.redirections = this.readRedirections();
    return scope;
  }

  /** Reads a list inside a scope, and the word that ends it if it is one of those. @returns it, or '' */
  #readPart(scope: ScopeDraft, ends: readonly string[], start: number): string {
    const outer = this.within;
    this.within = [...outer, scope];
    const stop = this.#readList(ends);
    this.within = outer;
    if (ends.includes(stop)) {
      this.at += stop.length;
      return stop;
    }
    this.odd(`"${ends.at(-1)}" is missing`, start);
    return '';
  }

  #readCompound(word: string, position: Position): Element {
    const start = this.at;
    switch (word) {
      case '{':
        return this.#readGroup('group', '}', position);
      case 'if':
        return this.#readIf(position, start);
      case 'while':
      case 'until': {
        const scope = this.#open('loop', position, { name: word });
        if (this.#readPart(scope, ['do'], start) === 'do') this.#readPart(scope, ['done'], start);
        return this.#close(scope);
      }
      case 'for':
      case 'select':
        return this.#readFor(word, position, start);
      case 'case':
        return this.#readCase(position, start);
      default: {
        this.skipBlanks();
        const name = this.readWord()?.text ?? '';
        return this.#readFunction(name, position);
      }
    }
  }

  #readIf(position: Position, start: number): ScopeDraft {
    const scope = this.#open('if', position);
    let stop = this.#readPart(scope, ['then'], start);
    while (stop === 'then' || stop === 'else' || stop === 'elif')
      stop = this.#readPart(
        scope,
        stop === 'then' ? ['elif', 'else', 'fi'] : stop === 'elif' ? ['then'] : ['fi'],
        start,
      );
    return this.#close(scope);
  }

  #readFor(word: string, position: Position, start: number): ScopeDraft {
    this.skipBlanks();
    const scope = this.#open('loop', position, { name: word });
    if (this.code() === OPEN && this.code(1) === OPEN) {
      const end = this.expressionEnd(this.at + 2);
      if (end !== undefined) this.readExpression(this.at + 2, end);
    } else {
      this.readWord();
      this.#skipToCommand();
      if (this.#plainWord() === 'in') {
        this.at += 2;
        scope.words = this.#readWords();
      }
    }
    this.#skipToCommand();
    if (this.code() === SEMICOLON) this.at++;
    this.#skipToCommand();
    if (this.code() === OPEN_BRACE) {
      this.at++;
      this.#readPart(scope, ['}'], start);
    } else if (this.#plainWord() === 'do') {
      this.at += 2;
      this.#readPart(scope, ['done'], start);
    } else this.odd('"do" is missing', start);
    return this.#close(scope);
  }

  /** Words up to the end of the line or an operator. */
  #readWords(): ShellWord[] {
    const words: ShellWord[] = [];
    for (;;) {
      this.skipBlanks();
      const word = this.readWord();
      if (word === undefined) return words;
      words.push(word);
    }
  }

  #readCase(position: Position, start: number): ScopeDraft {
    const scope = this.#open('case', position);
    this.skipBlanks();
    const subject = this.readWord();
    if (subject !== undefined) scope.words = [subject];
    this.#skipToCommand();
    if (this.#plainWord() !== 'in') {
      this.odd('"in" is missing', start);
      return this.#close(scope);
    }
    this.at += 2;
    for (;;) {
      this.#skipToCommand();
      if (this.#plainWord() === 'esac') {
        this.at += 'esac'.length;
        return this.#close(scope);
      }
      if (!this.#readPatterns()) {
        this.odd('"esac" is missing', start);
        return this.#close(scope);
      }
      const stop = this.#readPart(scope, [';;', ';&', ';;&', 'esac'], start);
      if (stop === 'esac' || stop === '') return this.#close(scope);
    }
  }

  /** Goes behind the bracket that ends the patterns of a case. */
  #readPatterns(): boolean {
    this.skipBlanks();
    if (this.code() === OPEN) this.at++;
    for (;;) {
      this.skipBlanks();
      const code = this.code();
      if (code === CLOSE) {
        this.at++;
        return true;
      }
      if (code === BAR) this.at++;
      else if (this.readWord() === undefined) return false;
    }
  }

  /** The body of a function; its name is read, its empty brackets may follow. */
  #readFunction(name: string, position: Position): Element {
    this.skipBlanks();
    if (this.code() === OPEN) {
      this.at++;
      this.skipBlanks();
      if (this.code() === CLOSE) this.at++;
    }
    this.#skipToCommand();
    const scope = this.#open('function', position, { name: name === '' ? this.functionName : name });
    const outer = this.within;
    this.within = [...outer, scope];
    const isEnd = Number.isNaN(this.code()) || this.#closingWord() !== undefined || this.code() === CLOSE;
    if (isEnd) this.odd('a function has no body');
    else this.#readElement({ pipeline: this.draft.pipeline(), position: 0, isNegated: false });
    this.within = outer;
    return this.#close(scope);
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
