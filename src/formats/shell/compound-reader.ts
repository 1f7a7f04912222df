import type { ShellScopeKind, ShellWord } from '../../model/shell-script.ts';
import { BAR, CLOSE, OPEN, OPEN_BRACE, SEMICOLON } from './characters.ts';
import type { CommandDraft, ScopeDraft } from './script-draft.ts';
import { SimpleReader } from './simple-reader.ts';

/** What the next operator or command is joined to. */
export type Element = CommandDraft | ScopeDraft;

export interface Position {
  readonly pipeline: number;
  readonly position: number;
  readonly isNegated: boolean;
}

/** Reads what holds commands: groups, loops, conditions, functions. */
export abstract class CompoundReader extends SimpleReader {
  /** @returns the word or bracket that ends the list, which is not read yet; '' at the end of the text */
  protected abstract readList(ends: readonly string[]): string;
  protected abstract readElement(position: Position): Element;
  /** Goes to where the next command begins, over blanks, comments and line ends. */
  protected abstract skipToCommand(): void;
  /** The word that begins here, where it has no quotes and no expansions; short ones only. */
  protected abstract plainWord(): string | undefined;
  /** The same where it is one that closes something. */
  protected abstract closingWord(): string | undefined;

  protected readGroup(kind: ShellScopeKind, end: string, position: Position, name?: string): ScopeDraft {
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
    const stop = this.readList(ends);
    this.within = outer;
    if (ends.includes(stop)) {
      this.at += stop.length;
      return stop;
    }
    this.odd(`"${ends.at(-1)}" is missing`, start);
    return '';
  }

  protected readCompound(word: string, position: Position): Element {
    const start = this.at;
    switch (word) {
      case '{':
        return this.readGroup('group', '}', position);
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
        return this.readFunction(name, position);
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
      this.skipToCommand();
      if (this.plainWord() === 'in') {
        this.at += 2;
        scope.words = this.#readWords();
      }
    }
    this.skipToCommand();
    if (this.code() === SEMICOLON) this.at++;
    this.skipToCommand();
    if (this.code() === OPEN_BRACE) {
      this.at++;
      this.#readPart(scope, ['}'], start);
    } else if (this.plainWord() === 'do') {
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
    this.skipToCommand();
    if (this.plainWord() !== 'in') {
      this.odd('"in" is missing', start);
      return this.#close(scope);
    }
    this.at += 2;
    for (;;) {
      this.skipToCommand();
      if (this.plainWord() === 'esac') {
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
  protected readFunction(name: string, position: Position): Element {
    this.skipBlanks();
    if (this.code() === OPEN) {
      this.at++;
      this.skipBlanks();
      if (this.code() === CLOSE) this.at++;
    }
    this.skipToCommand();
    const scope = this.#open('function', position, { name: name === '' ? this.functionName : name });
    const outer = this.within;
    this.within = [...outer, scope];
    const isEnd = Number.isNaN(this.code()) || this.closingWord() !== undefined || this.code() === CLOSE;
    if (isEnd) this.odd('a function has no body');
    else this.readElement({ pipeline: this.draft.pipeline(), position: 0, isNegated: false });
    this.within = outer;
    return this.#close(scope);
  }
}
