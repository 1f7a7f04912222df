import type { ByteSource } from '../../model/bytes.ts';
import type { ZipEnd } from './end-record.ts';
import { CENTRAL_BYTES, centralBytes, isCentral, readCentral, type ZipEntry } from './entry.ts';

/** Bytes of the directory that are looked at together; a record takes at most 196,651. */
const WINDOW = 32 * 1024;

/**
 * Reads the central directory of a zip archive record by record (APPNOTE 6.3.10, section 4.3.12), however large it is. The
 * records decide how many there are and where they end, not what the end record claims: programs differ in which of the
 * claims they believe, so that each of them could be used to hide members.
 */
export class ZipDirectory {
  readonly #archive: ByteSource;
  readonly #end: ZipEnd;
  #window: Buffer;
  /** Position of the window in the archive. */
  #windowStart: number;
  #windowLength = 0;
  #position: number;
  #count = 0;
  /** Place in the window of the record of the member at hand. */
  #at = 0;

  constructor(archive: ByteSource, end: ZipEnd) {
    this.#archive = archive;
    this.#end = end;
    this.#position = end.start;
    this.#windowStart = end.start;
    this.#window = Buffer.allocUnsafe(Math.min(WINDOW, end.limit - end.start));
  }

  /** Bytes of it that were read so far. */
  get bytes(): number {
    return this.#position - this.#end.start;
  }

  /** Goes on to the next member, directories among them; false behind the last one. */
  advance(): boolean {
    const at = this.#load(CENTRAL_BYTES);
    if (at === undefined || !isCentral(this.#window, at)) return false;
    const length = centralBytes(this.#window, at);
    const whole = this.#load(length);
    if (whole === undefined) return false;
    this.#position += length;
    this.#count++;
    this.#at = whole;
    return true;
  }

  /** The member at hand. */
  get entry(): ZipEntry {
    return readCentral(this.#window, this.#at);
  }

  /** Its record as it stands, of which most need not be made out: `bytes` from `at` on, valid until the next one. */
  get record(): { readonly bytes: Buffer; readonly at: number } {
    return { bytes: this.#window, at: this.#at };
  }

  /** Asked behind the last member: what of the claims about the directory is not so. */
  get contradiction(): 'cut short' | 'another size' | 'another count' | undefined {
    const { size, count } = this.#end;
    if (this.bytes < size) return 'cut short';
    if (this.bytes > size) return 'another size';
    // Where they do not fit, counts are written as far as they do.
    return this.#count === count || (this.#count & 0xffff) === count ? undefined : 'another count';
  }

  /** Place in the window of so many bytes at the position; undefined where there are not so many. */
  #load(bytes: number): number | undefined {
    const at = this.#position - this.#windowStart;
    if (at + bytes <= this.#windowLength) return at;
    if (this.#position + bytes > this.#end.limit) return undefined;
    if (bytes > this.#window.length) this.#window = Buffer.allocUnsafe(bytes);
    const most = Math.min(this.#window.length, this.#end.limit - this.#position);
    this.#windowStart = this.#position;
    this.#windowLength = this.#archive.read(this.#window.subarray(0, most), this.#position);
    return bytes <= this.#windowLength ? 0 : undefined;
  }
}
