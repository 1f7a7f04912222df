import { isUtf8 } from 'node:buffer';
import { FormatError } from '../../errors.ts';
import { decodeName } from '../tar/path.ts';

/** Numbers of the tags that are read (rpm, include/rpm/rpmtag.h). */
export const Tag = {
  Name: 1000,
  Version: 1001,
  Release: 1002,
  Epoch: 1003,
  Size: 1009,
  Vendor: 1011,
  Licence: 1014,
  Arch: 1022,
  OldFileNames: 1027,
  FileStates: 1029,
  FileDigests: 1035,
  FileFlags: 1037,
  SourceRpm: 1044,
  DirIndexes: 1116,
  BaseNames: 1117,
  DirNames: 1118,
  LongSize: 5009,
  FileDigestAlgorithm: 5011,
  ModularityLabel: 5096,
} as const;

export type Tag = (typeof Tag)[keyof typeof Tag];

const known: ReadonlySet<number> = new Set(Object.values(Tag));

const INTRO = 8;
const ENTRY = 16;
/** Entries of an index; rpm itself refuses more than 65,535. */
const MAX_ENTRIES = 1_000_000;
/** Texts of one tag; the largest known packages have 200,000 files. */
const MAX_TEXTS = 1_000_000;
/** Bytes of a value that is one text: names and versions are far shorter. */
export const MAX_TEXT = 4096;

/** Bytes of an integer by type: char, int8, int16, int32, int64. */
const integerBytes: ReadonlyMap<number, 1 | 2 | 4 | 8> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
]);
const STRING = 6;
const STRING_ARRAY = 8;
const I18N_STRING = 9;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** Integers of one tag, by position. */
export interface Integers {
  readonly length: number;
  at(index: number): number;
}

/** Texts of one tag. */
export interface Texts {
  readonly values: readonly string[];
  /** True where the data, or what is read of it, ends before the last one. */
  readonly isCut: boolean;
}

/**
 * The header of a package (rpm manual, "RPM V4 Package format", section Header Format): an index of tags over a store of
 * data, all in network byte order. What a tag says is looked at when it is asked for, so that a damaged one costs
 * itself alone.
 */
export class RpmHeader {
  /** True where the data ends before its stated length. */
  readonly isCut: boolean;
  readonly #entries: Map<number, Entry> = new Map();
  readonly #data: Buffer;

  /** @throws FormatError if there is no index */
  constructor(bytes: Buffer) {
    if (bytes.length < INTRO + ENTRY) throw new FormatError('it is too short for a header');
    const count = bytes.readUInt32BE(0);
    const length = bytes.readUInt32BE(4);
    const start = INTRO + count * ENTRY;
    if (count === 0 || count > MAX_ENTRIES || start > bytes.length) {
      throw new FormatError(`it has an impossible number of tags (${count})`);
    }
    this.#data = bytes.subarray(start, start + length);
    this.isCut = this.#data.length < length;
    // What was added when the package was installed stands behind the rest and replaces it.
    for (let at = INTRO; at < start; at += ENTRY) {
      const tag = bytes.readUInt32BE(at);
      if (!known.has(tag)) continue;
      const type = bytes.readUInt32BE(at + 4);
      this.#entries.set(tag, { type, offset: bytes.readInt32BE(at + 8), count: bytes.readInt32BE(at + 12) });
    }
  }

  /**
   * A text; of several the first. Undefined where the header has no such tag.
   * @throws FormatError if the tag does not hold one
   */
  text(tag: Tag): string | undefined {
    const entry = this.#entry(tag);
    if (entry === undefined) return undefined;
    requireText(tag, entry.type);
    const end = this.#data.indexOf(0, entry.offset);
    if (end < 0) throw new FormatError(`tag ${tag} is a text without an end`);
    if (end - entry.offset > MAX_TEXT) throw new FormatError(`tag ${tag} is too long`);
    return this.#data.toString('utf8', entry.offset, end);
  }

  /** How many values a tag may have at most: what it claims, as far as the data can hold that. 0 without the tag. */
  most(tag: Tag): number {
    const count = this.#entries.get(tag)?.count ?? 0;
    return Math.max(0, Math.min(count, this.#data.length, MAX_TEXTS));
  }

  /**
   * The texts of a list, at most a million. Bytes that are no UTF-8 stand as `\xNN`.
   * @throws FormatError if the tag does not hold texts
   */
  texts(tag: Tag): Texts {
    const entry = this.#entry(tag);
    if (entry === undefined) return { values: [], isCut: false };
    requireText(tag, entry.type);
    const wanted = Math.min(entry.count, MAX_TEXTS);
    let found = 0;
    let end = entry.offset;
    for (let at = end; at < this.#data.length && found < wanted; at++) {
      if (this.#data[at] !== 0) continue;
      found++;
      end = at + 1;
    }
    const isCut = found < entry.count;
    if (found === 0) return { values: [], isCut };
    const bytes = this.#data.subarray(entry.offset, end - 1);
    // At once, as long as all is UTF-8: a database has some hundred thousand of these.
    if (isUtf8(bytes)) return { values: bytes.toString('utf8').split('\0'), isCut };
    return {
      values: bytes
        .toString('latin1')
        .split('\0')
        .map((text) => decodeName(Buffer.from(text, 'latin1'))),
      isCut,
    };
  }

  /**
   * The integers of a tag. Undefined where the header has no such tag.
   * @throws FormatError if the tag does not hold them
   */
  integers(tag: Tag): Integers | undefined {
    const entry = this.#entry(tag);
    if (entry === undefined) return undefined;
    const { type, offset, count } = entry;
    const size = integerBytes.get(type);
    if (size === undefined) throw new FormatError(`tag ${tag} has the type ${type} instead of a number`);
    if (offset + size * count > this.#data.length) throw new FormatError(`tag ${tag} ends before its last value`);
    const data = this.#data;
    return {
      length: count,
      at(index) {
        const position = offset + size * index;
        return size === 8 ? Number(data.readBigUInt64BE(position)) : data.readUIntBE(position, size);
      },
    };
  }

  /**
   * The first integer of a tag. Undefined where the header has no such tag.
   * @throws FormatError if the tag does not hold one
   */
  integer(tag: Tag): number | undefined {
    return this.integers(tag)?.at(0);
  }

  #entry(tag: Tag): Entry | undefined {
    const entry = this.#entries.get(tag);
    if (entry === undefined) return undefined;
    if (entry.count < 1) throw new FormatError(`tag ${tag} has an impossible number of values (${entry.count})`);
    if (entry.offset < 0 || entry.offset >= this.#data.length) throw new FormatError(`tag ${tag} lies beyond the data`);
    return entry;
  }
}

function requireText(tag: Tag, type: number): void {
  if (type === STRING || type === STRING_ARRAY || type === I18N_STRING) return;
  throw new FormatError(`tag ${tag} has the type ${type} instead of a text`);
}
