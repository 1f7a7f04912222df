/** What a line of strace is. `cut` lines were longer than anybody wants to hold: their end is known apart. */
export type LineKind =
  | 'call'
  | 'unfinished'
  | 'resumed'
  | 'exited'
  | 'killed'
  | 'superseded'
  | 'moved'
  | 'note'
  | 'nonsense';

const QUOTE = 34;
const OPEN_PAREN = 40;
const CLOSE_PAREN = 41;
const COMMA = 44;
const MINUS = 45;
const SPACE = 32;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const SLASH = 47;

const MAX_ARGUMENTS = 32;
const MAX_DEPTH = 64;
const MAX_NAME = 40;

/** What ends a run of plain characters of arguments. */
const special: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  '"()[]{},<'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/**
 * One line of `strace -ttt`, cut into its parts: places in the text, nothing is copied. One object is used for all lines of
 * a trace. The grammar is that of strace(1), "DESCRIPTION" and `--decode-fds`, and of what strace 6.13 was seen to write.
 */
export class ScannedLine {
  text = '';
  kind: LineKind = 'nonsense';
  /** Seconds since 1970. */
  at = 0;
  call = '';
  /** Places of the arguments; those beyond 32 are passed over. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  count = 0;
  /** Place of what stands behind `= `; -1 where nothing does. */
  result = -1;
  /** Status, signal, or the thread that is meant, of the other kinds. */
  word = '';
  /** The line goes on behind the end of the text. */
  cut = false;

  /** Reads a line; `cut` tells that it is the beginning of a longer one. Takes time in proportion to its length. */
  scan(text: string, cut = false): void {
    this.text = text;
    this.kind = 'nonsense';
    this.count = 0;
    this.result = -1;
    this.word = '';
    this.cut = cut;
    const start = this.#time();
    if (start < 0) return;
    const first = text.charCodeAt(start);
    if (first === LESS) this.#resumed(start);
    else if (first === 43) this.#end(start);
    else if (first === MINUS || first === OPEN_BRACKET) this.kind = 'note';
    else this.#call(start);
  }

  /** Place behind the time, or -1. */
  #time(): number {
    const { text } = this;
    // From 2001 to 2286 it has this form.
    if (text.charCodeAt(10) === 46 && text.charCodeAt(17) === SPACE) {
      let micros = 0;
      let place = 0;
      for (; place < 17; place++) {
        if (place === 10) continue;
        const digit = text.charCodeAt(place) - 48;
        if (digit < 0 || digit > 9) break;
        micros = micros * 10 + digit;
      }
      if (place === 17) {
        this.at = micros / 1e6;
        return 18;
      }
    }
    const end = skipDigits(text, 0);
    if (end === 0 || end > 12 || text.charCodeAt(end) !== 46) return -1;
    const fraction = skipDigits(text, end + 1);
    if (fraction !== end + 7 || text.charCodeAt(fraction) !== SPACE) return -1;
    // One division gives the number that is nearest to the text; two numbers added would not always.
    this.at = (integer(text, 0, end) * 1e6 + integer(text, end + 1, fraction)) / 1e6;
    return fraction + 1;
  }

  #call(start: number): void {
    const { text } = this;
    let at = start;
    while (isNameCharacter(text.charCodeAt(at))) at++;
    if (at === start || at - start > MAX_NAME || text.charCodeAt(at) !== OPEN_PAREN) return;
    this.call = text.slice(start, at);
    this.kind = 'call';
    this.#arguments(at + 1);
  }

  #resumed(start: number): void {
    const { text } = this;
    if (!text.startsWith('<... ', start)) return;
    let at = start + 5;
    while (isNameCharacter(text.charCodeAt(at))) at++;
    if (at === start + 5 || at - start > MAX_NAME + 5 || !text.startsWith(' resumed>', at)) return;
    this.call = text.slice(start + 5, at);
    this.kind = 'resumed';
    // What follows is the rest of the arguments, as if it stood behind what was written before.
    this.result = at + 9;
  }

  #end(start: number): void {
    const { text } = this;
    const found = /^\+\+\+ (?:(exited with|killed by|superseded by execve in pid) (\w{1,20}))/.exec(
      text.slice(start, start + 80),
    );
    if (found === null) return;
    this.kind = found[1] === 'exited with' ? 'exited' : found[1] === 'killed by' ? 'killed' : 'superseded';
    this.word = found[2]!;
  }

  /** Cuts the arguments from `from` on, up to the parenthesis that closes the call, and finds what it returned. */
  #arguments(from: number): void {
    const { text, starts, ends } = this;
    const { length } = text;
    let begin = from;
    let depth = 0;
    let at = from;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (special[code & 127] === 0) continue;
      switch (code) {
        case QUOTE:
          at = stringEnd(text, at);
          break;
        case OPEN_PAREN:
        case OPEN_BRACKET:
        case OPEN_BRACE:
          if (++depth > MAX_DEPTH) {
            this.kind = 'nonsense';
            return;
          }
          break;
        case CLOSE_PAREN:
        case CLOSE_BRACKET:
        case CLOSE_BRACE:
          if (depth === 0) {
            if (at > begin || this.count > 0) this.#argument(begin, at);
            this.#result(at + 1);
            return;
          }
          depth--;
          break;
        case COMMA:
          if (depth === 0) {
            this.#argument(begin, at);
            begin = skipSpaces(text, at + 1);
          }
          break;
        case LESS:
          if (this.#unfinished(begin, at)) return;
          if (opensDescriptor(text, at)) at = descriptorEnd(text, at);
          break;
        default:
      }
    }
    // The end is missing. Of a line that was cut, what there is counts.
    if (!this.cut) this.kind = 'nonsense';
    else if (begin < length && this.count < MAX_ARGUMENTS) {
      starts[this.count] = begin;
      ends[this.count++] = length;
    }
  }

  #argument(begin: number, end: number): void {
    if (this.count >= MAX_ARGUMENTS) return;
    this.starts[this.count] = begin;
    this.ends[this.count++] = end;
  }

  /** `<unfinished ...>` and `<pid changed to 12 ...>` take the place of the rest of a line. */
  #unfinished(begin: number, at: number): boolean {
    const { text } = this;
    const next = text.charCodeAt(at + 1);
    if (next === 117 && text.startsWith('unfinished ...>', at + 1)) this.kind = 'unfinished';
    else if (next === 112 && text.startsWith('pid changed to ', at + 1)) {
      const start = at + 16;
      const end = skipDigits(text, start);
      if (end === start || end - start > 10 || !text.startsWith(' ...>', end)) return false;
      this.kind = 'moved';
      this.word = text.slice(start, end);
    } else return false;
    let end = at;
    while (end > begin && text.charCodeAt(end - 1) === SPACE) end--;
    if (end > begin) this.#argument(begin, end);
    // Where the text goes on when the call does.
    this.result = end;
    // `exit_group(0 <unfinished ...>) = ?` is a line of its own.
    if (this.kind === 'unfinished' && text.charCodeAt(at + 16) === CLOSE_PAREN) {
      this.kind = 'call';
      this.#result(at + 17);
    }
    return true;
  }

  #result(from: number): void {
    const { text } = this;
    const at = skipSpaces(text, from);
    if (text.charCodeAt(at) === EQUALS && text.charCodeAt(at + 1) === SPACE) this.result = at + 2;
    else this.kind = 'nonsense';
  }
}

/** `3<`, `-100<` and `AT_FDCWD<` begin a descriptor; `1<<CAP_CHOWN` does not. */
function opensDescriptor(text: string, at: number): boolean {
  if (text.charCodeAt(at + 1) === LESS) return false;
  const before = text.charCodeAt(at - 1);
  return (before >= 48 && before <= 57) || (before === 68 && text.startsWith('AT_FDCWD', at - 8));
}

/**
 * Place of the `>` that closes a descriptor, or of the end. In names strace writes `<` and `>` as `\74` and `\76`, so
 * that these can only be its own: `<char 1:3>` inside, and `->` between the two ends of a socket.
 */
export function descriptorEnd(text: string, open: number): number {
  const { length } = text;
  const isPath = text.charCodeAt(open + 1) === SLASH;
  let depth = 0;
  for (let at = open + 1; at < length; at++) {
    switch (text.charCodeAt(at)) {
      case BACKSLASH:
        at++;
        break;
      case QUOTE:
        if (!isPath) at = stringEnd(text, at);
        break;
      case LESS:
        depth++;
        break;
      case GREATER:
        if (!isPath && text.charCodeAt(at - 1) === MINUS) break;
        if (depth === 0) return at;
        depth--;
        break;
      default:
    }
  }
  return length;
}

/** Place of the quotation mark that closes the string which begins at `open`, or of the end of the text. */
export function stringEnd(text: string, open: number): number {
  let from = open + 1;
  for (;;) {
    const at = text.indexOf('"', from);
    if (at < 0) return text.length;
    let before = at;
    while (before > from && text.charCodeAt(before - 1) === BACKSLASH) before--;
    if (((at - before) & 1) === 0) return at;
    from = at + 1;
  }
}

function isNameCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || code === 95 || (code >= 48 && code <= 57);
}

function skipDigits(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at++;
  return at;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}

function integer(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}
