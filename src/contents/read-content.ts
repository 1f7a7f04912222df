import { createHash } from 'node:crypto';
import { readBytes } from '../formats/byte-source.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { FileHeader, LayerFile } from '../model/file.ts';
import { type Content, MOST_BYTES, TAIL_BYTES } from './content.ts';
import type { ContentType } from './content-type.ts';

type Algorithm = Parameters<Content['digest']>[0];

const EMPTY: Uint8Array = new Uint8Array(0);
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
  readonly tail: Uint8Array;
  readonly #body: ByteSource;
  readonly #digests: Map<Algorithm, string> = new Map();

  constructor(header: FileHeader, path: string, type: ContentType, body: ByteSource) {
    this.header = header;
    this.path = path;
    this.type = type;
    this.#body = body;
    this.size = body.size;
    const isWhole = body.size <= MOST_BYTES;
    const wanted = scratchOf(isWhole ? body.size : MOST_BYTES);
    this.bytes = wanted.subarray(0, body.read(wanted, 0));
    this.tail = isWhole ? EMPTY : readBytes(body, body.size - TAIL_BYTES, TAIL_BYTES);
  }

  digest(algorithm: Algorithm): string {
    let digest = this.#digests.get(algorithm);
    if (digest === undefined) {
      const hash = createHash(algorithm).update(this.bytes);
      for (let at = this.bytes.length; at < this.size; at += PIECE) hash.update(readBytes(this.#body, at, PIECE));
      digest = hash.digest('hex');
      this.#digests.set(algorithm, digest);
    }
    return digest;
  }
}
