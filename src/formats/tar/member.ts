import { FormatError } from '../../errors.ts';
import type { FileHeader, FileType } from '../../model/file.ts';
import { decodeName, normalisePath } from './path.ts';
import { type PaxRecords, parsePax, paxNumber, paxText } from './pax.ts';

export const BLOCK = 512;

/** Bytes of a body with the padding that follows it. */
export function padded(size: number): number {
  // Not with bit operators: sizes pass 2^31.
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** PAX records that say something about a member here; others are passed over, there may be any number of them. */
const wantedRecords: ReadonlySet<string> = new Set([
  'path',
  'linkpath',
  'size',
  'uid',
  'gid',
  'GNU.sparse.name',
  'GNU.sparse.size',
  'GNU.sparse.realsize',
  'GNU.sparse.map',
  'GNU.sparse.major',
  'SCHILY.xattr.security.capability',
]);

/** What a header block turned out to be. */
export type Step =
  /** A zero block: two of them end the archive. */
  | { readonly kind: 'zero' }
  /** Attributes of the next member: hand the body to `extension`. */
  | { readonly kind: 'extension'; readonly bytes: number }
  /** Another block of the sparse map follows: hand it to `block`. */
  | { readonly kind: 'more' }
  /** A member, whose body of `bytes` follows. `escapes`: its name tried to leave the root. */
  | { readonly kind: 'member'; readonly header: FileHeader; readonly bytes: number; readonly escapes: boolean }
  /** A member that no runtime unpacks; its body of `bytes` follows. */
  | { readonly kind: 'unknown'; readonly typeflag: string; readonly bytes: number };

const ZERO: Step = { kind: 'zero' };
const MORE: Step = { kind: 'more' };

const types: ReadonlyMap<number, FileType> = new Map<number, FileType>([
  [0x00, 'file'],
  [0x30, 'file'],
  [0x31, 'hardlink'],
  [0x32, 'symlink'],
  [0x33, 'character'],
  [0x34, 'block'],
  [0x35, 'directory'],
  [0x36, 'fifo'],
  [0x37, 'file'],
  [0x53, 'file'],
]);

/**
 * Turns the header blocks of one archive into members, whoever reads the blocks: a walker that seeks or a parser that
 * is fed. Knows ustar, PAX, GNU long names, base-256 numbers and both forms of GNU sparse maps
 * (POSIX.1-2001 "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").
 */
export class MemberParser {
  readonly #scratch: Buffer = Buffer.from(new ArrayBuffer(BLOCK));
  readonly #words: Int32Array = new Int32Array(this.#scratch.buffer);
  #pending: 'pax' | 'global' | 'name' | 'link' | undefined;
  /** Records of global headers: one map, so that many headers cost no more than their own records. */
  readonly #global: Map<string, Buffer> = new Map();
  #pax: PaxRecords | undefined;
  #longName: string | undefined;
  #longLink: string | undefined;
  #sparse: Extract<Step, { kind: 'member' }> | undefined;

  /**
   * Takes the block at `start` of `source`; `position` is where its body will stand in the archive.
   * @throws FormatError if it is no header.
   */
  block(source: Buffer, start: number, position: number): Step {
    source.copy(this.#scratch, 0, start, start + BLOCK);
    if (this.#sparse !== undefined) return this.#sparseBlock(position);
    if (!this.#checksum()) return ZERO;
    const typeflag = this.#scratch[156] as number;
    switch (typeflag) {
      case 0x78: // x
        return this.#extension('pax');
      case 0x67: // g
        return this.#extension('global');
      case 0x4c: // L
        return this.#extension('name');
      case 0x4b: // K
        return this.#extension('link');
      default:
        return this.#member(typeflag, position);
    }
  }

  /** Takes the body that an `extension` step announced. */
  extension(body: Buffer): void {
    const pending = this.#pending;
    this.#pending = undefined;
    switch (pending) {
      case 'pax':
        this.#pax = parsePax(body, wantedRecords);
        break;
      case 'global':
        for (const [key, value] of parsePax(body, wantedRecords)) this.#global.set(key, value);
        break;
      case 'name':
        this.#longName = decodeName(untilNul(body));
        break;
      case 'link':
        this.#longLink = decodeName(untilNul(body));
        break;
      case undefined:
        break;
    }
  }

  #extension(pending: 'pax' | 'global' | 'name' | 'link'): Step {
    this.#pending = pending;
    return { kind: 'extension', bytes: this.#number(124, 12) };
  }

  /** False for a zero block. Two sums of bytes in one word: at most 128 * 2 * 255 fits in 16 bits. */
  #checksum(): boolean {
    let lanes = 0;
    const words = this.#words;
    for (let i = 0; i < 128; i++) {
      const word = words[i] as number;
      lanes += (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff);
    }
    let sum = (lanes & 0xffff) + (lanes >>> 16);
    if (sum === 0) return false;
    const stated = this.#number(148, 8);
    for (let i = 148; i < 156; i++) sum += 0x20 - (this.#scratch[i] as number);
    if (sum !== stated && this.#signedSum() !== stated) throw new FormatError('the checksum of a header is wrong');
    return true;
  }

  /** Some old writers summed signed bytes. */
  #signedSum(): number {
    let sum = 8 * 0x20;
    for (let i = 0; i < BLOCK; i++) if (i < 148 || i > 155) sum += this.#scratch.readInt8(i);
    return sum;
  }

  /** An octal number, or base-256 where the first bit is set. */
  #number(start: number, length: number): number {
    const block = this.#scratch;
    const first = block[start] as number;
    if (first >= 0x80) {
      if (first >= 0xc0) throw new FormatError('a number in a header is negative');
      let value = first & 0x3f;
      for (let i = start + 1; i < start + length; i++) value = value * 256 + (block[i] as number);
      if (!Number.isSafeInteger(value)) throw new FormatError('a number in a header is too large');
      return value;
    }
    let value = 0;
    let i = start;
    const end = start + length;
    while (i < end && block[i] === 0x20) i++;
    for (; i < end; i++) {
      const digit = (block[i] as number) - 0x30;
      if (digit < 0 || digit > 7) {
        if (block[i] === 0 || block[i] === 0x20) break;
        throw new FormatError('a number in a header is not octal');
      }
      value = value * 8 + digit;
    }
    return value;
  }

  #text(start: number, length: number): string {
    const block = this.#scratch;
    const nul = block.indexOf(0, start);
    const end = nul < 0 || nul > start + length ? start + length : nul;
    const text = block.toString('utf8', start, end);
    return text.includes('\ufffd') ? decodeName(block.subarray(start, end)) : text;
  }

  #ustarName(): string {
    const name = this.#text(0, 100);
    // 'ustar\0' is POSIX, where a prefix may stand; GNU writes 'ustar ' and keeps times there.
    const posix = this.#scratch[257] === 0x75 && this.#scratch[262] === 0;
    if (!posix || this.#scratch[345] === 0) return name;
    return `${this.#text(345, 155)}/${name}`;
  }

  #member(typeflag: number, position: number): Step {
    const pax = this.#records();
    const longName = this.#longName;
    const longLink = this.#longLink;
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;

    const known = types.get(typeflag);
    const stored = (pax && paxNumber(pax, 'size')) ?? this.#number(124, 12);
    if (known === undefined) return { kind: 'unknown', typeflag: String.fromCharCode(typeflag), bytes: stored };
    const rawName = (pax && (paxText(pax, 'GNU.sparse.name') ?? paxText(pax, 'path'))) ?? longName ?? this.#ustarName();
    // Version 7 archives have no type for directories; a slash at the end told.
    const type = known === 'file' && rawName.endsWith('/') ? 'directory' : known;
    // Members other than files have no body, whatever their size says: so does every Go program read them.
    const bytes = type === 'file' ? stored : 0;
    const { path, escapes } = normalisePath(rawName);
    const linkTarget =
      type === 'symlink' || type === 'hardlink'
        ? ((pax && paxText(pax, 'linkpath')) ?? longLink ?? this.#text(157, 100))
        : undefined;
    const realSize = type === 'file' ? this.#sparseSize(typeflag, pax) : undefined;
    const capability = pax?.get('SCHILY.xattr.security.capability');
    const slash = path.lastIndexOf('/');
    const plain: FileHeader = {
      path,
      name: slash < 0 ? path : path.slice(slash + 1),
      type: type === 'character' && this.#isZeroDevice() ? 'whiteout' : type,
      size: realSize ?? bytes,
      mode: this.#number(100, 8) & 0o7777,
      uid: (pax && paxNumber(pax, 'uid')) ?? this.#number(108, 8),
      gid: (pax && paxNumber(pax, 'gid')) ?? this.#number(116, 8),
      offset: position,
    };
    // Nearly every member is plain, and a copy of it costs as much as reading it.
    const header: FileHeader =
      linkTarget === undefined && capability === undefined && realSize === undefined
        ? plain
        : {
            ...plain,
            ...(linkTarget !== undefined && { linkTarget }),
            ...(capability !== undefined && { capabilities: capability.toString('hex') }),
            ...(realSize !== undefined && { sparse: true }),
          };
    const step = { kind: 'member', header, bytes, escapes } as const;
    if (typeflag === 0x53 && this.#scratch[482] === 1) {
      this.#sparse = step;
      return MORE;
    }
    return step;
  }

  /** Records of the member, and of global headers where it has none of that key: a handful at the most. */
  #records(): PaxRecords | undefined {
    if (this.#global.size === 0) return this.#pax;
    if (this.#pax === undefined) return this.#global;
    return new Map([...this.#global, ...this.#pax]);
  }

  /** Overlay file systems mark a removed file by a character device 0:0. */
  #isZeroDevice(): boolean {
    return this.#number(329, 8) === 0 && this.#number(337, 8) === 0;
  }

  #sparseSize(typeflag: number, pax: PaxRecords | undefined): number | undefined {
    if (typeflag === 0x53) return this.#number(483, 12);
    if (pax === undefined) return undefined;
    return (
      paxNumber(pax, 'GNU.sparse.realsize') ??
      paxNumber(pax, 'GNU.sparse.size') ??
      (pax.has('GNU.sparse.map') || pax.has('GNU.sparse.major') ? this.#number(124, 12) : undefined)
    );
  }

  #sparseBlock(position: number): Step {
    const step = this.#sparse as Extract<Step, { kind: 'member' }>;
    if (this.#scratch[504] === 1) return MORE;
    this.#sparse = undefined;
    return { ...step, header: { ...step.header, offset: position } };
  }
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
