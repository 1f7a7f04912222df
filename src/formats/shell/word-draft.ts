import type { ShellPiece, ShellWord } from '../../model/shell-script.ts';

/** A word while it is read. */
export class WordDraft {
  isQuoted = false;
  #text = '';
  #literal = '';
  #pieces: ShellPiece[] | undefined;
  /** Brace and bracket that are open, and whether a comma or two dots followed the brace. */
  #bracket = false;
  #brace = false;
  #list = false;
  #isPattern = false;

  literal(text: string): void {
    this.#text += text;
    this.#literal += text;
  }

  /** A character of a pattern that stands outside quotes. `written`: what stands there instead of it. */
  pattern(character: string, written = character): void {
    if (character === '*' || character === '?') this.#isPattern = true;
    else if (character === '[') this.#bracket = true;
    else if (character === ']') this.#isPattern ||= this.#bracket;
    else if (character === '{') this.#brace = true;
    else if (character === ',' || character === '.') this.#list ||= this.#brace;
    else if (character === '}') this.#isPattern ||= this.#list;
    this.literal(written);
  }

  piece(piece: ShellPiece): void {
    this.#pieces ??= [];
    this.#flush();
    this.#pieces.push(piece);
    this.#text += piece.text;
  }

  finish(offset: number, end: number): ShellWord {
    const rest = { isQuoted: this.isQuoted, isPattern: this.#isPattern, offset, end };
    if (this.#pieces === undefined) return { text: this.#text, literal: this.#text, ...rest };
    this.#flush();
    return { text: this.#text, pieces: this.#pieces, ...rest };
  }

  #flush(): void {
    if (this.#literal !== '') this.#pieces?.push({ kind: 'literal', text: this.#literal });
    this.#literal = '';
  }
}
