import type { ShellAssignment, ShellRedirection, ShellWord } from '../../model/shell-script.ts';
import {
  AMPERSAND,
  BAR,
  CLOSE,
  GREATER,
  isDigit,
  isMeta,
  LESS,
  NEWLINE,
  OPEN,
  OPEN_BRACE,
  SEMICOLON,
} from './characters.ts';
import type { CommandDraft } from './script-draft.ts';
import { TextReader } from './text-reader.ts';
import { WordDraft } from './word-draft.ts';

interface OpenDocument {
  readonly command: CommandDraft | undefined;
  readonly redirection: { -readonly [K in keyof ShellRedirection]: ShellRedirection[K] };
  readonly name: string;
  readonly isStripped: boolean;
  readonly isExpanded: boolean;
}

type Place = Pick<CommandDraft, 'pipeline' | 'position' | 'isNegated'>;

const operators = ['<<-', '<<<', '&>>', '<<', '>>', '<&', '>&', '<>', '>|', '&>', '<', '>'];

/** Reads simple commands: assignments, words, redirections, here-documents. */
export abstract class SimpleReader extends TextReader {
  /** Here-documents whose text follows the line that is read. */
  protected openDocuments: OpenDocument[] = [];
  /** Name of the function whose brackets ended `readSimple`. */
  protected functionName = '';

  /** Blanks, joined lines and comments. */
  protected abstract skipBlanks(): void;
  /** Puts a command to the others, and reads what it starts. */
  protected abstract finishCommand(command: CommandDraft): void;

  readExpansionsToEnd(): void {
    this.readExpanded(new WordDraft(), -1);
  }

  #begin(place: Place): CommandDraft {
    const offset = this.place(this.at);
    return {
      index: 0,
      assignments: [],
      words: [],
      wrappers: [],
      redirections: [],
      ...place,
      within: this.within,
      line: 1,
      offset,
      end: offset,
    };
  }

  /** @returns undefined where the brackets of a function follow its name: `functionName` */
  protected readSimple(place: Place): CommandDraft | undefined {
    const outer = this.host;
    const command = this.#begin(place);
    this.host = command;
    const words: ShellWord[] = [];
    const assignments: ShellAssignment[] = [];
    const redirections: ShellRedirection[] = [];
    for (;;) {
      this.skipBlanks();
      const redirection = this.#readRedirection(command);
      if (redirection !== undefined) {
        redirections.push(redirection);
        continue;
      }
      const assignment = words.length === 0 ? this.#readAssignment() : undefined;
      if (assignment !== undefined) {
        assignments.push(assignment);
        continue;
      }
      const word = this.readWord();
      if (word !== undefined) {
        words.push(word);
        // `declare list=(a b)`
        if (this.code() === OPEN && /^\w+\+?=$/.test(word.text)) this.#readArray();
        continue;
      }
      if (this.code() !== OPEN) break;
      if (words.length === 1 && assignments.length === 0 && this.#closesAtOnce()) {
        this.host = outer;
        this.functionName = words[0]!.text;
        return undefined;
      }
      if (words.length === 0 && assignments.length === 0 && redirections.length === 0) break;
      this.odd('a bracket stands where none can');
      this.at++;
    }
    // Whatever stands here is no command: it must not be looked at for ever.
    if (words.length + assignments.length + redirections.length === 0) {
      this.odd('a command is missing');
      if (!Number.isNaN(this.code()) && !isMeta(this.code())) this.at++;
    }
    Object.assign(command, { words, assignments, redirections, end: this.placeOfEnd(this.#lastEnd(command.offset)) });
    this.host = outer;
    if (words.length + assignments.length + redirections.length > 0) this.finishCommand(command);
    return command;
  }

  /** Where the command ends: blanks behind it are no part of it. */
  #lastEnd(start: number): number {
    let end = this.at;
    const least = this.placement.end === undefined ? start - this.placement.offset : 0;
    while (end > least && (this.text.charCodeAt(end - 1) === 32 || this.text.charCodeAt(end - 1) === 9)) end--;
    return end;
  }

  #closesAtOnce(): boolean {
    return /^\([ \t]*\)/.test(this.text.slice(this.at, this.at + 40));
  }

  /** `NAME=value`, `NAME+=value`, `NAME[index]=value`, `NAME=(a b)`. */
  #readAssignment(): ShellAssignment | undefined {
    const head = /^([A-Za-z_]\w*)(?:\[[^\]\s]*\])?(\+?)=/.exec(this.text.slice(this.at, this.at + 300));
    if (head === null) return undefined;
    this.at += head[0].length;
    this.draft.countWord();
    const value = this.code() === OPEN ? this.#readArray() : this.readWord();
    const offset = this.place(this.at);
    return {
      name: head[1]!,
      isAppended: head[2] === '+',
      value: value ?? { text: '', literal: '', isQuoted: false, isPattern: false, offset, end: offset },
    };
  }

  #readArray(): ShellWord {
    const start = this.at++;
    const word = new WordDraft();
    for (let count = 0; ; count++) {
      this.#skipLines();
      if (Number.isNaN(this.code())) {
        this.odd('a list is not closed', start);
        break;
      }
      if (this.code() === CLOSE) {
        this.at++;
        break;
      }
      if (count > 0) word.literal(' ');
      const before = this.at;
      this.readWordInto(word);
      if (this.at === before) this.at++;
    }
    return word.finish(this.place(start), this.placeOfEnd(this.at));
  }

  #skipLines(): void {
    this.skipBlanks();
    while (this.code() === NEWLINE) {
      this.at++;
      this.skipBlanks();
    }
  }

  /** Redirections behind a group. */
  protected readRedirections(): ShellRedirection[] {
    const redirections: ShellRedirection[] = [];
    for (;;) {
      this.skipBlanks();
      const redirection = this.#readRedirection(undefined);
      if (redirection === undefined) return redirections;
      redirections.push(redirection);
    }
  }

  #readRedirection(command: CommandDraft | undefined): ShellRedirection | undefined {
    const start = this.at;
    const descriptor = this.#readDescriptor();
    const code = this.code();
    const isOperator =
      code === LESS || code === GREATER || (code === AMPERSAND && this.code(1) === GREATER && descriptor === undefined);
    const operator = isOperator ? operators.find((one) => this.text.startsWith(one, this.at)) : undefined;
    // `<(` is a word.
    if (operator === undefined || (operator.length === 1 && this.code(1) === OPEN)) {
      this.at = start;
      return undefined;
    }
    this.at += operator.length;
    this.skipBlanks();
    const target = this.readWord();
    if (target === undefined) this.odd('a redirection has no target', start);
    const redirection: OpenDocument['redirection'] = {
      operator,
      ...(descriptor !== undefined && { descriptor }),
      ...(target !== undefined && { target }),
    };
    if ((operator === '<<' || operator === '<<-') && target !== undefined)
      this.openDocuments.push({
        command,
        redirection,
        name: target.text,
        isStripped: operator === '<<-',
        isExpanded: !target.isQuoted,
      });
    return redirection;
  }

  /** `2` or `{name}` right before an operator. */
  #readDescriptor(): string | undefined {
    let end = this.at;
    if (this.code() === OPEN_BRACE) {
      const name = /^\{(\w+)\}(?=[<>])/.exec(this.text.slice(this.at, this.at + 100));
      if (name === null) return undefined;
      this.at += name[0].length;
      return name[0];
    }
    while (isDigit(this.text.charCodeAt(end)) && end - this.at < 10) end++;
    const next = this.text.charCodeAt(end);
    if (end === this.at || (next !== LESS && next !== GREATER)) return undefined;
    const descriptor = this.text.slice(this.at, end);
    this.at = end;
    return descriptor;
  }

  /** Reads the texts of the here-documents that are open; the line that opened them is read. */
  protected readDocuments(): void {
    if (this.openDocuments.length === 0) return;
    const open = this.openDocuments;
    this.openDocuments = [];
    for (const document of open) this.#readDocument(document);
  }

  #readDocument({ command, redirection, name, isStripped, isExpanded }: OpenDocument): void {
    const start = this.at;
    const lines: string[] = [];
    let end = start;
    for (;;) {
      if (this.at >= this.text.length) {
        this.odd('a here-document is not closed', start);
        end = this.at;
        break;
      }
      const close = this.text.indexOf('\n', this.at);
      const next = close < 0 ? this.text.length : close + 1;
      this.draft.steps += next - this.at;
      const raw = this.text.slice(this.at, close < 0 ? this.text.length : close);
      const line = isStripped ? raw.replace(/^\t+/, '') : raw;
      end = this.at;
      this.at = next;
      if (line === name) break;
      lines.push(close < 0 ? line : `${line}\n`);
    }
    const text = isStripped ? lines.join('') : this.text.slice(start, end);
    const place = { offset: this.place(start), end: this.placeOfEnd(end) };
    redirection.document = isExpanded
      ? this.#expanded(text, place, command)
      : { text, literal: text, isQuoted: true, isPattern: false, ...place };
    if (command !== undefined) this.givenDocument(command, redirection.document);
  }

  #expanded(
    text: string,
    place: { readonly offset: number; readonly end: number },
    command: CommandDraft | undefined,
  ): ShellWord {
    if (!/[$`\\]/.test(text)) return { text, literal: text, isQuoted: false, isPattern: false, ...place };
    const word = new WordDraft();
    const read = (): void => {
      this.draft.enterText(text.length);
      this.readDocumentText(text, place, command, word);
      this.draft.leave();
    };
    if (command === undefined) read();
    else this.draft.before(command, read);
    return word.finish(place.offset, place.end);
  }

  /** Reads the expansions in the text of a here-document. */
  protected abstract readDocumentText(
    text: string,
    place: { readonly offset: number; readonly end: number },
    command: CommandDraft | undefined,
    word: WordDraft,
  ): void;

  /** A command is given a text: a shell runs it. */
  protected abstract givenDocument(command: CommandDraft, document: ShellWord): void;

  /** `[[ … ]]`: a command of its own, its operators words among the others. */
  protected readTest(place: Place): CommandDraft {
    const outer = this.host;
    const command = this.#begin(place);
    this.host = command;
    const words: ShellWord[] = [];
    for (;;) {
      this.skipBlanks();
      const code = this.code();
      if (Number.isNaN(code) || code === SEMICOLON) {
        this.odd('"]]" is missing', this.at);
        break;
      }
      if (code === NEWLINE) {
        if (!/^(?:&&|\|\||\(|\[\[)$/.test(words.at(-1)?.text ?? '')) {
          this.odd('"]]" is missing', this.at);
          break;
        }
        this.at++;
        this.readDocuments();
        continue;
      }
      const word = this.readWord() ?? this.#operatorWord();
      words.push(word);
      if (word.text === ']]' && !word.isQuoted) break;
    }
    Object.assign(command, { words, end: this.placeOfEnd(this.at) });
    this.host = outer;
    command.redirections = this.readRedirections();
    this.draft.add(command);
    return command;
  }

  #operatorWord(): ShellWord {
    const start = this.at++;
    const code = this.text.charCodeAt(start);
    if ((code === AMPERSAND || code === BAR) && this.code() === code) this.at++;
    const text = this.text.slice(start, this.at);
    this.draft.countWord();
    return {
      text,
      literal: text,
      isQuoted: false,
      isPattern: false,
      offset: this.place(start),
      end: this.placeOfEnd(this.at),
    };
  }

  /** `(( … ))`, with the expression as one word. */
  protected readArithmetic(place: Place, end: number): CommandDraft {
    const outer = this.host;
    const command = this.#begin(place);
    this.host = command;
    const start = this.at;
    this.readExpression(start + 2, end);
    const text = this.text.slice(start, this.at);
    this.draft.countWord();
    const offset = this.place(start);
    const word = { text, literal: text, isQuoted: false, isPattern: false, offset, end: this.placeOfEnd(this.at) };
    Object.assign(command, { words: [word], end: word.end });
    this.host = outer;
    command.redirections = this.readRedirections();
    this.draft.add(command);
    return command;
  }
}
