import { createHash } from 'node:crypto';
import { readBytes } from '../formats/byte-source.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { FileHeader, LayerFile } from '../model/file.ts';
import { type Content, LEAD, MOST_BYTES, MOST_OF_LARGE, OVERLAP } from './content.ts';
import type { ContentType } from './content-type.ts';

type Algorithm = Parameters<Content['digest']>[0];

const PIECE = 1024 * 1024;
/** Bytes of memory that are kept from file to file: few are larger, and each of these gets its own. */
const KEPT: number = 4 * PIECE;

/** What was read last: several analyzers look at one file, which is read once. */
let last: BodyContent | undefined;

/** The file that an analyzer was shown with `Appetite.Whole`. Valid until the next file is read. */
export function readContent({ header, path, body }: LayerFile, type: ContentType): Content | undefined {
  if (body === undefined) return undefined;
  if (last?.header !== header || last.path !== path) last = new BodyContent(header, path, type, body);
  return last;
}

/** Reads what is behind the first windows of the large files of a layer, `MOST_OF_LARGE` bytes in all. */
export class LargeFiles {
  #left = MOST_OF_LARGE;

  /**
   * The windows of a file behind its first one, which overlap. Each is valid until the next is asked for or another file is
   * read; what was read of the file before is so no more.
   * @param leave called where the file is not read to its end, with the rest of a sentence that begins with `it`
   */
  *windows(
    { header, path, body }: LayerFile,
    type: ContentType,
    leave: (reason: string) => void,
  ): Generator<Content, void> {
    if (body === undefined) return;
    for (let end = MOST_BYTES; end < body.size; ) {
      const start = end - OVERLAP - LEAD;
      end = start + MOST_BYTES;
      this.#left -= Math.min(end, body.size) - start;
      if (this.#left < 0) {
        leave('was not looked at to its end: the layer has more than 1 GiB in large files');
        return;
      }
      last = undefined;
      yield new BodyContent(header, path, type, body, start);
    }
  }
}

/** Gives up what is held of the last file. */
export function forgetContent(): void {
  last = undefined;
  if (scratch.length > KEPT) renew(PIECE);
}

let scratch: Uint8Array<ArrayBuffer> = new Uint8Array(PIECE);

/** Memory that every file is read into, one after the other. */
function scratchOf(bytes: number): Uint8Array {
  if (bytes > scratch.length) renew(bytes > KEPT ? bytes : 2 ** Math.ceil(Math.log2(bytes)));
  else if (scratch.length > KEPT && bytes <= KEPT) renew(KEPT);
  return scratch.subarray(0, bytes);
}

/** Frees what was there at once, and not when the next garbage is collected. */
function renew(bytes: number): void {
  scratch.buffer.transfer(0);
  scratch = new Uint8Array(bytes);
}

class BodyContent implements Content {
  readonly header: FileHeader;
  readonly path: string;
  readonly type: ContentType;
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly #body: ByteSource;
  readonly #digests: Map<Algorithm, string> = new Map();

  constructor(header: FileHeader, path: string, type: ContentType, body: ByteSource, start = 0) {
    this.header = header;
    this.path = path;
    this.type = type;
    this.#body = body;
    this.size = body.size;
    this.start = start;
    const wanted = scratchOf(Math.min(MOST_BYTES, body.size - start));
    const lead = start === 0 ? 0 : body.read(wanted.subarray(0, LEAD), 0);
    this.bytes = wanted.subarray(0, lead + body.read(wanted.subarray(lead), start + lead));
  }

  digest(algorithm: Algorithm): string {
    let digest = this.#digests.get(algorithm);
    if (digest === undefined) {
      const hash = createHash(algorithm);
      // Of a large file another window may be in memory by now.
      const isWhole = this.bytes.length === this.size;
      if (isWhole) hash.update(this.bytes);
      for (let at = isWhole ? this.size : 0; at < this.size; at += PIECE)
        hash.update(readBytes(this.#body, at, Math.min(PIECE, this.size - at)));
      digest = hash.digest('hex');
      this.#digests.set(algorithm, digest);
    }
    return digest;
  }
}
