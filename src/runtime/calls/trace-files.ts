import type { ByteSource } from '../../model/bytes.ts';
import { MAX_LINE } from './trace-decoder.ts';

/** What one thread wrote. */
export interface TraceFile {
  /** Thread, from the name of the file. */
  readonly tid: number;
  /** Opens it; `close` gives it back. */
  open(): { readonly source: ByteSource; close(): void };
}

const PIECE = 64 * 1024;
const SMALL_PIECE = 4 * 1024;
/** With more files open at a time than this, each gets less memory. */
export const MANY = 500;
const TAIL = 300;
const NEWLINE = 10;

/** Lines of a file, one at a time, with the time in front of each read ahead. */
export class TraceFileReader {
  readonly tid: number;
  /** Microseconds since 1970 of the line that comes next, never less than of the one before. */
  time = 0;
  /** The line that comes next. */
  text = '';
  cut = false;
  tail = '';
  readonly #source: ByteSource;
  readonly #close: () => void;
  #bytes: Buffer;
  #start = 0;
  #end = 0;
  #position = 0;
  /** Where the line that comes next begins in the file. */
  #lineAt = 0;

  constructor(file: TraceFile, many: boolean) {
    const { source, close } = file.open();
    this.tid = file.tid;
    this.#source = source;
    this.#close = close;
    this.#bytes = Buffer.allocUnsafe(many ? SMALL_PIECE : PIECE);
  }

  /** Goes on to the next line that is not empty; false at the end, where the file is closed. */
  next(): boolean {
    for (;;) {
      let end = this.#bytes.subarray(0, this.#end).indexOf(NEWLINE, this.#start);
      while (end < 0 && this.#end - this.#start < MAX_LINE && this.#fill()) {
        end = this.#bytes.subarray(0, this.#end).indexOf(NEWLINE, this.#start);
      }
      if (end >= 0 && end - this.#start <= MAX_LINE) {
        if (end > this.#start) return this.#line(end, false, end + 1);
        this.#start++;
      } else if (this.#end - this.#start >= MAX_LINE) return this.#long();
      // Without its newline a line is not whole: the tracer was ended while it wrote.
      else if (this.#end > this.#start) return this.#line(this.#end, true, this.#end);
      else return this.close();
    }
  }

  /** Lets go of the memory until {@link resume}: others come first. */
  park(): void {
    if (this.#bytes.length === 0) return;
    this.#bytes = Buffer.alloc(0);
    this.text = '';
    this.tail = '';
  }

  /** Reads the line that comes next again, where it was let go of. */
  resume(): void {
    if (this.#bytes.length > 0) return;
    this.#bytes = Buffer.allocUnsafe(SMALL_PIECE);
    this.#start = 0;
    this.#end = 0;
    this.#position = this.#lineAt;
    this.next();
  }

  close(): false {
    this.#close();
    this.#bytes = Buffer.alloc(0);
    return false;
  }

  #line(end: number, cut: boolean, next: number): true {
    this.#lineAt = this.#position - (this.#end - this.#start);
    this.#readTime();
    this.text = this.#bytes.toString('latin1', this.#start, end);
    this.cut = cut;
    this.tail = '';
    this.#start = next;
    return true;
  }

  /** A line of which only beginning and end are kept. */
  #long(): true {
    this.#line(this.#start + MAX_LINE, true, this.#start + MAX_LINE);
    let tail = '';
    for (;;) {
      const end = this.#bytes.subarray(0, this.#end).indexOf(NEWLINE, this.#start);
      const until = end < 0 ? this.#end : end;
      tail = (tail + this.#bytes.toString('latin1', Math.max(this.#start, until - TAIL), until)).slice(-TAIL);
      this.#start = end < 0 ? until : end + 1;
      if (end >= 0 || !this.#fill()) break;
    }
    this.tail = tail;
    return true;
  }

  /** Reads more behind what is there; false at the end of the file. */
  #fill(): boolean {
    const kept = this.#end - this.#start;
    if (kept > this.#bytes.length / 2) {
      const larger = Buffer.allocUnsafe(this.#bytes.length * 2);
      this.#bytes.copy(larger, 0, this.#start, this.#end);
      this.#bytes = larger;
    } else if (this.#start > 0) this.#bytes.copyWithin(0, this.#start, this.#end);
    this.#start = 0;
    this.#end = kept;
    const got = this.#source.read(this.#bytes.subarray(kept), this.#position);
    this.#position += got;
    this.#end += got;
    return got > 0;
  }

  #readTime(): void {
    const time = timeAt(this.#bytes, this.#start, this.#end);
    if (time > this.time) this.time = time;
  }
}

/** Microseconds of `1700000000.123456` at a place; 0 where there is none. */
export function timeAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let digits = 0;
  for (let at = start; at < end && at < start + 20; at++) {
    const digit = bytes[at]! - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits++;
    } else if (digit !== -2) break;
  }
  return digits > 6 && digits < 17 ? value : 0;
}
