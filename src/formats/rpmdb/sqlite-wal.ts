import type { ByteSource } from '../../model/bytes.ts';
import type { Report } from './stored-header.ts';

const HEADER = 32;
const FRAME_HEADER = 24;
/** Its last bit tells which byte order the checksums were computed in. */
const MAGIC = 0x377f0682;
const FORMAT = 3_007_000;
/** How often a file may have been begun anew since a frame was written: a larger distance is no honest one. */
const MAX_GENERATIONS = 1_000_000;

/** Pages that a write-ahead file holds in place of those of its database. */
export interface WriteAheadPages {
  /** Pages that the database has when the file is applied. */
  readonly pages: number;
  /** Fills `target` with a page (numbers from 1); false where the file does not hold it. */
  read(page: number, target: Uint8Array): boolean;
}

/**
 * Reads a write-ahead file as SQLite does when it opens a database ("Database File Format", section 4): frames count
 * up to the last commit whose checksums and salts are right; what follows is no part of the database. An empty file
 * and frames of an earlier generation are normal; what else is left out is reported.
 *
 * @param databasePages pages of the database file itself
 */
export function readWriteAhead(
  source: ByteSource,
  pageSize: number,
  databasePages: number,
  report: Report,
): WriteAheadPages | undefined {
  if (source.size === 0) return undefined;
  const header = headerOf(source, pageSize);
  if (typeof header === 'string') {
    report(`the write-ahead file was not applied: ${header}`);
    return undefined;
  }
  const { frames, pages } = countFrames(source, pageSize, header, report);
  if (frames === 0) return undefined;
  // Each page of the database stands in the file or in a frame.
  if (pages > databasePages + frames) {
    report(`the write-ahead file was not applied: its last commit claims ${pages} pages`);
    return undefined;
  }
  return new FrameIndex(source, pageSize, frames, pages);
}

interface WriteAheadHeader {
  readonly littleEndian: boolean;
  readonly salt: Buffer;
  readonly checksum: readonly [number, number];
}

function headerOf(source: ByteSource, pageSize: number): WriteAheadHeader | string {
  const bytes = Buffer.alloc(HEADER);
  if (source.read(bytes, 0) < HEADER) return 'it is cut in its header';
  const magic = bytes.readUInt32BE(0);
  if (magic >>> 1 !== MAGIC >>> 1) return 'it has another format';
  if (bytes.readUInt32BE(4) !== FORMAT) return 'it has an unknown version';
  if (bytes.readUInt32BE(8) !== pageSize) return 'its pages have another size than those of the database';
  const littleEndian = (magic & 1) === 0;
  const checksum = addChecksum(bytes, 0, 24, littleEndian, [0, 0]);
  if (checksum[0] !== bytes.readUInt32BE(24) || checksum[1] !== bytes.readUInt32BE(28)) {
    return 'the checksum of its header is wrong';
  }
  return { littleEndian, salt: Buffer.from(bytes.subarray(16, 24)), checksum };
}

/** Checks frames up to the first that does not count; returns those up to the last commit, and its pages. */
function countFrames(
  source: ByteSource,
  pageSize: number,
  { littleEndian, salt, checksum: first }: WriteAheadHeader,
  report: Report,
): { readonly frames: number; readonly pages: number } {
  const frame = Buffer.alloc(FRAME_HEADER + pageSize);
  let checksum = first;
  let frames = 0;
  let pages = 0;
  let flaw: string | undefined;
  let seen = 0;
  for (let position = HEADER; position < source.size; position += frame.length) {
    const got = source.read(frame, position);
    if (got < frame.length) {
      flaw = 'is cut';
      break;
    }
    if (salt.compare(frame, 8, 16) !== 0) {
      // The first salt grows by one when SQLite starts to write over the frames of the generation before. It writes a frame as
      // soon as it has written the header: one that has none of its own was cut off, or changed.
      const generations = (salt.readUInt32BE(0) - frame.readUInt32BE(8)) >>> 0;
      if (seen === 0 || generations === 0 || generations > MAX_GENERATIONS) flaw = 'belongs to no generation of it';
      break;
    }
    checksum = addChecksum(frame, 0, 8, littleEndian, checksum);
    checksum = addChecksum(frame, FRAME_HEADER, frame.length, littleEndian, checksum);
    if (checksum[0] !== frame.readUInt32BE(16) || checksum[1] !== frame.readUInt32BE(20)) {
      flaw = 'has a wrong checksum';
      break;
    }
    seen++;
    const size = frame.readUInt32BE(4);
    if (size === 0) continue;
    frames = seen;
    pages = size;
  }
  if (flaw !== undefined)
    report(`frame ${seen + 1} of the write-ahead file ${flaw}; it was applied up to frame ${frames}`);
  else if (seen > frames) report(`the last ${seen - frames} frames of the write-ahead file were never committed`);
  return { frames, pages };
}

/** The checksum of section 4.2, over pairs of 32-bit words. */
function addChecksum(
  bytes: Buffer,
  start: number,
  end: number,
  littleEndian: boolean,
  before: readonly [number, number],
): readonly [number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let [a, b] = before;
  for (let i = start; i < end; i += 8) {
    a = (a + view.getUint32(i, littleEndian) + b) >>> 0;
    b = (b + view.getUint32(i + 4, littleEndian) + a) >>> 0;
  }
  return [a, b];
}

class FrameIndex implements WriteAheadPages {
  readonly pages: number;
  readonly #source: ByteSource;
  readonly #frameBytes: number;
  /** Number of the newest frame by page; 0 for none. */
  readonly #frames: Uint32Array;

  constructor(source: ByteSource, pageSize: number, frames: number, pages: number) {
    this.pages = pages;
    this.#source = source;
    this.#frameBytes = FRAME_HEADER + pageSize;
    this.#frames = new Uint32Array(pages + 1);
    const number = Buffer.alloc(4);
    for (let frame = 1; frame <= frames; frame++) {
      source.read(number, this.#positionOf(frame));
      const page = number.readUInt32BE(0);
      if (page <= pages) this.#frames[page] = frame;
    }
  }

  read(page: number, target: Uint8Array): boolean {
    const frame = this.#frames[page] ?? 0;
    return frame > 0 && this.#source.read(target, this.#positionOf(frame) + FRAME_HEADER) === target.length;
  }

  #positionOf(frame: number): number {
    return HEADER + (frame - 1) * this.#frameBytes;
  }
}
