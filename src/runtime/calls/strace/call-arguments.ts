import type { SocketAddress } from '../../../model/call.ts';
import { normalise } from './clean-path.ts';
import { readDescriptor, type TracedDescriptor } from './descriptor.ts';
import type { ProcessContext } from './process-context.ts';
import { ScannedLine } from './scan-line.ts';
import { readSocketAddress } from './socket-address.ts';
import { readText, readTexts, unescapeText } from './text.ts';

const MAX_TEXT = 500;

/** The arguments and the result of one call, read as their places in the line ask for. One object serves all lines. */
export class CallArguments {
  readonly line = new ScannedLine();
  /** What the call returned; undefined where that is not known or no number. */
  returned: number | undefined;
  error: string | undefined;
  /** An argument was an address where text or a structure should be. */
  undecoded = false;

  /** Begins with the call that was scanned; `tail` is the end of a line that was cut. */
  begin(tail = ''): void {
    this.undecoded = false;
    this.returned = undefined;
    this.error = undefined;
    const { line } = this;
    if (line.kind !== 'call') this.error = line.kind === 'moved' ? undefined : 'unfinished';
    else if (line.result >= 0) this.#result(line.text, line.result);
    else {
      const at = tail.lastIndexOf(' = ');
      if (at < 0) this.error = 'unfinished';
      else this.#result(tail, at + 3);
    }
  }

  #result(text: string, at: number): void {
    const first = text.charCodeAt(at);
    if (first >= 48 && first <= 57) {
      let end = at;
      let value = 0;
      for (let code = first; code >= 48 && code <= 57; code = text.charCodeAt(++end)) value = value * 10 + code - 48;
      if (text.charCodeAt(end) !== 120) this.returned = value;
    } else if (first === 45) {
      const found = /^-\d{1,20}(?: (E[A-Z0-9]{1,40}))?/.exec(text.slice(at, at + 80));
      if (found !== null) this.error = found[1] ?? 'failed';
    } else if (first === 63) {
      const found = /^\? (E[A-Z0-9_]{1,40})/.exec(text.slice(at, at + 60));
      this.error = found?.[1] ?? 'unfinished';
    } else this.error = 'unfinished';
  }

  has(index: number): boolean {
    return index < this.line.count;
  }

  /** The argument as it stands, cut. */
  raw(index: number, maximum = MAX_TEXT): string {
    if (!this.has(index)) return '';
    const start = this.line.starts[index]!;
    return this.line.text.slice(start, Math.min(this.line.ends[index]!, start + maximum));
  }

  startsWith(index: number, word: string): boolean {
    return this.has(index) && this.line.text.startsWith(word, this.line.starts[index]!);
  }

  /** A string; undefined for `NULL`, and where it could not be read. */
  text(index: number): string | undefined {
    if (!this.has(index)) return undefined;
    const start = this.line.starts[index]!;
    const found = readText(this.line.text, start, this.line.ends[index]!);
    if (found === undefined) this.#missing(start);
    return found?.text;
  }

  texts(index: number, maximum: number): { texts: string[]; cut: boolean } {
    if (!this.has(index)) return { texts: [], cut: this.line.cut };
    const start = this.line.starts[index]!;
    const found = readTexts(this.line.text, start, this.line.ends[index]!, maximum);
    if (found === undefined) this.#missing(start);
    else if (found.unread) this.undecoded = true;
    return found ?? { texts: [], cut: false };
  }

  number(index: number): number | undefined {
    if (!this.has(index)) return undefined;
    const { text } = this.line;
    const start = this.line.starts[index]!;
    const end = this.line.ends[index]!;
    let value = 0;
    let at = start;
    for (let code = text.charCodeAt(at); at < end && code >= 48 && code <= 57; code = text.charCodeAt(++at)) {
      value = value * 10 + code - 48;
    }
    return at > start && text.charCodeAt(at) !== 120 && at - start < 16 ? value : undefined;
  }

  /** `0644`; undefined for what is not octal. */
  mode(index: number): number | undefined {
    const found = /^0[0-7]{0,11}$/.exec(this.raw(index, 20));
    return found === null ? undefined : Number.parseInt(found[0], 8);
  }

  descriptor(index: number): TracedDescriptor | undefined {
    return this.has(index)
      ? readDescriptor(this.line.text, this.line.starts[index]!, this.line.ends[index]!)
      : undefined;
  }

  returnedDescriptor(): TracedDescriptor | undefined {
    const { text, result } = this.line;
    return this.error === undefined && result >= 0 ? readDescriptor(text, result, text.length) : undefined;
  }

  address(index: number): SocketAddress | undefined {
    if (!this.has(index)) return undefined;
    const start = this.line.starts[index]!;
    const found = readSocketAddress(this.line.text, start, this.line.ends[index]!);
    if (found === undefined) this.#missing(start);
    return found;
  }

  /** The path that an argument names, seen from the working directory. */
  path(index: number, context: ProcessContext): string | undefined {
    const text = this.text(index);
    return text === undefined ? undefined : context.resolve(text);
  }

  /** The path that a directory and a name below it mean together, as the calls that end with `at` take them. */
  pathAt(directory: number, name: number, context: ProcessContext): string | undefined {
    const base = this.directory(directory, context);
    const text = this.text(name);
    // Without a name the call is about the descriptor itself (AT_EMPTY_PATH); some take NULL for that.
    if (text === undefined) return this.startsWith(name, 'NULL') ? base : undefined;
    return base === undefined && !text.startsWith('/') ? undefined : context.resolve(text, base);
  }

  directory(index: number, context: ProcessContext): string | undefined {
    const found = this.descriptor(index);
    if (found === undefined) return undefined;
    if (found.number === -100) {
      if (found.path !== undefined) context.directory = normalise(found.path);
      return context.directory;
    }
    return found.path;
  }

  /** All arguments as they stand, cut. */
  all(maximum = MAX_TEXT): string {
    const { count, starts, ends, text } = this.line;
    return count === 0 ? '' : unescapeText(text.slice(starts[0], Math.min(ends[count - 1]!, starts[0]! + maximum)));
  }

  #missing(start: number): void {
    // `NULL` is an argument; an address, or none because the line ends here, is not.
    if (this.line.text.startsWith('0x', start) || this.line.cut) this.undecoded = true;
  }
}
