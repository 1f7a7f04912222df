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
  'GNU.sparse.minor',
  'GNU.sparse.offset',
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
  #special = false;
  #pending: 'pax' | 'global' | 'name' | 'link' | undefined;
  #pax: PaxRecords | undefined;
  #longName: string | undefined;
  #longLink: string | undefined;
  #sparse: Extract<Step, { kind: 'member' }> | undefined;

  /** True where nothing that came before has a say in the next member. */
  get ordinary(): boolean {
    return !this.#special;
  }

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
        // Go's reader, with which runtimes unpack, takes it for a member of its own: it changes nothing that follows, and
        // attributes that stand before it are lost.
        this.#forget();
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
    this.#special = true;
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
    // Leading NULs too: every other reader passes them over.
    while (i < end && (block[i] === 0x20 || block[i] === 0)) i++;
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

  /** The name of the header itself, with the prefix where the format has one: as Go's archive/tar decides it. */
  #ustarName(): string {
    const block = this.#scratch;
    const name = this.#text(0, 100);
    if (block[345] === 0) return name;
    const magic = block.toString('latin1', 257, 265);
    if (magic.startsWith('ustar\0')) {
      // Schily's star keeps times behind a shorter prefix.
      const star = block.toString('latin1', 508, 512) === 'tar\0';
      return `${this.#text(345, star ? 131 : 155)}/${name}`;
    }
    if (magic !== 'ustar  \0' || (this.#isNumber(345, 12) && (block[357] === 0 || this.#isNumber(357, 12))))
      return name;
    // GNU keeps times there. What is no time was written by a program that took the format for the other one.
    const prefix = this.#text(345, 155);
    return /^[\0-\x7f]*$/.test(prefix) ? `${prefix}/${name}` : name;
  }

  #isNumber(start: number, length: number): boolean {
    if ((this.#scratch[start] as number) >= 0x80) return true; // base 256, of either sign
    try {
      this.#number(start, length);
      return true;
    } catch {
      return false;
    }
  }

  #member(typeflag: number, position: number): Step {
    const pax = this.#pax;
    const longName = this.#longName;
    const longLink = this.#longLink;
    this.#forget();

    const known = types.get(typeflag);
    const stored = (pax && paxNumber(pax, 'size')) ?? this.#number(124, 12);
    if (known === undefined) return { kind: 'unknown', typeflag: String.fromCharCode(typeflag), bytes: stored };
    const paxSparse = pax !== undefined && isPaxSparse(pax);
    const paxName = pax && ((paxSparse ? paxText(pax, 'GNU.sparse.name') : undefined) ?? paxText(pax, 'path'));
    const paxLink = pax && paxText(pax, 'linkpath');
    // Where both stand, Go takes what GNU wrote.
    const rawName = longName ?? paxName ?? this.#ustarName();
    // Version 7 archives have no type for directories; a slash at the end told. A member of type 0 keeps its body.
    const type = typeflag === 0 && rawName.endsWith('/') ? 'directory' : known;
    // Members other than files have no body, whatever their size says: so does every Go program read them.
    const bytes = type === 'file' ? stored : 0;
    const { path, escapes } = normalisePath(rawName);
    const linkTarget =
      type === 'symlink' || type === 'hardlink' ? (longLink ?? paxLink ?? this.#text(157, 100)) : undefined;
    const realSize = type === 'file' ? this.#sparseSize(typeflag, paxSparse ? pax : undefined) : undefined;
    const capability = pax?.get('SCHILY.xattr.security.capability');
    const slash = path.lastIndexOf('/');
    const absolute = isAbsolute(rawName);
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
      linkTarget === undefined && capability === undefined && realSize === undefined && !absolute
        ? plain
        : {
            ...plain,
            ...(linkTarget !== undefined && { linkTarget }),
            ...(capability !== undefined && { capabilities: capability.toString('hex') }),
            ...(realSize !== undefined && { sparse: true }),
            ...(absolute && { absolute }),
          };
    const step = { kind: 'member', header, bytes, escapes } as const;
    if (typeflag === 0x53 && this.#scratch[482] !== 0) {
      this.#sparse = step;
      this.#special = true;
      return MORE;
    }
    return step;
  }

  #forget(): void {
    this.#special = false;
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;
  }

  /** Overlay file systems mark a removed file by a character device 0:0. */
  #isZeroDevice(): boolean {
    return this.#number(329, 8) === 0 && this.#number(337, 8) === 0;
  }

  #sparseSize(typeflag: number, pax: PaxRecords | undefined): number | undefined {
    if (typeflag === 0x53) return this.#number(483, 12);
    if (pax === undefined) return undefined;
    return paxNumber(pax, 'GNU.sparse.realsize') ?? paxNumber(pax, 'GNU.sparse.size') ?? this.#number(124, 12);
  }

  #sparseBlock(position: number): Step {
    const step = this.#sparse as Extract<Step, { kind: 'member' }>;
    if (this.#scratch[504] !== 0) return MORE;
    this.#sparse = undefined;
    this.#special = false;
    return { ...step, header: { ...step.header, offset: position } };
  }
}

/** A `./` before the slash counts for nothing. */
function isAbsolute(name: string): boolean {
  return name.charCodeAt(name.startsWith('./') ? 2 : 0) === 0x2f;
}

/** Sparse in a form that Go knows; other records of that kind mean nothing to it. */
function isPaxSparse(pax: PaxRecords): boolean {
  const major = paxText(pax, 'GNU.sparse.major');
  const minor = paxText(pax, 'GNU.sparse.minor');
  if (major !== undefined || minor !== undefined) return ['0.0', '0.1', '1.0'].includes(`${major}.${minor}`);
  return pax.has('GNU.sparse.map') || pax.has('GNU.sparse.offset');
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
