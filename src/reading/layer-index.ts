import { randomInt } from 'node:crypto';
import { FormatError } from '../errors.ts';
import type { PlainHeader } from '../formats/tar/plain-header.ts';
import { type FileHeader, type FileType, OPAQUE_MARKER, WHITEOUT_PREFIX } from '../model/file.ts';
import { NumberColumn, release } from './number-column.ts';
import { TextColumn } from './text-column.ts';

const fileTypes: readonly FileType[] = [
  'file',
  'directory',
  'symlink',
  'hardlink',
  'character',
  'block',
  'fifo',
  'whiteout',
];

const FILE = fileTypes.indexOf('file');
const DIRECTORY = fileTypes.indexOf('directory');

/** Flag bits beside the type. */
const SPARSE = 0x10;
const CAPABILITIES = 0x20;
const LINK = 0x40;

/** Bytes of memory, by estimate: in the columns here, in those of the merged tree, and in the tables to find both. */
const MEMBER_BYTES = 80;
/** A byte of a name: room for names doubles, and until they are copied they stand in two places. */
const NAME_BYTES = 3;
/** A text, and its place in a table. */
const DIRECTORY_BYTES = 250;
/** A node of the merged tree, where a name implies a directory. */
const NODE_BYTES = 50;
/** Directories above a new one that are looked up, to count those that nobody met. */
const LEVELS = 4;
const LINK_BYTES = 100;
const WHITEOUT_BYTES = 120;

/** A file that a layer removes from the layers below it. */
export interface Whiteout {
  readonly directory: number;
  readonly name: string;
}

/** A layer index at rest, but for its columns. */
export interface PackedIndex {
  readonly count: number;
  readonly directories: readonly string[];
  readonly whiteouts: readonly Whiteout[];
  readonly opaque: readonly number[];
  /** How many members have the target of a link. */
  readonly links: number;
  readonly capabilities: readonly (readonly [entry: number, text: string])[];
  readonly extra: number;
  /** Bytes of a number of each column. */
  readonly widths: readonly number[];
}

/**
 * Every member of one layer, packed: names as bytes behind each other, numbers in typed arrays, directories once.
 * Two million members take about 50 MB. Whiteouts are kept apart: they are instructions, no files.
 */
export class LayerIndex {
  /** Directories in the order they were met; '' is the root, number 0. */
  readonly directories: string[] = [''];
  readonly whiteouts: Whiteout[] = [];
  /** Directories whose content in lower layers is hidden. */
  readonly opaque: number[] = [];
  readonly #directoryIds: Map<string, number> = new Map([['', 0]]);
  #count = 0;
  #names: Buffer = Buffer.allocUnsafe(4096);
  #namesLength = 0;
  #nameEnd: Uint32Array<ArrayBuffer> = new Uint32Array(256);
  #kind: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  #directory: NumberColumn = new NumberColumn();
  #mode: NumberColumn = new NumberColumn();
  #uid: NumberColumn = new NumberColumn();
  #gid: NumberColumn = new NumberColumn();
  #size: NumberColumn = new NumberColumn();
  #offset: NumberColumn = new NumberColumn();
  #links: TextColumn = new TextColumn();
  readonly #capabilities: Map<number, string> = new Map();
  #table: Int32Array | undefined;
  /** Bytes that directories, whiteouts, links and capabilities take. */
  #extra = 0;
  #lastDirectory = '';
  #lastDirectoryId = 0;

  /** Bytes of memory that the index takes, and what assembly makes of it; an estimate that depends on the members alone. */
  get held(): number {
    return this.#count * MEMBER_BYTES + this.#namesLength * NAME_BYTES + this.#extra;
  }

  /** Members, whiteouts not among them. */
  get count(): number {
    return this.#count;
  }

  add(header: FileHeader): void {
    const { path, name } = header;
    if (header.linkTarget !== undefined) this.#extra += LINK_BYTES + header.linkTarget.length;
    if (header.capabilities !== undefined) this.#extra += LINK_BYTES + header.capabilities.length;
    const directory = this.directoryId(path.length === name.length ? '' : path.slice(0, path.length - name.length - 1));
    if (name.startsWith(WHITEOUT_PREFIX) || header.type === 'whiteout') this.#extra += WHITEOUT_BYTES + name.length;
    if (name.startsWith(WHITEOUT_PREFIX)) {
      if (name === OPAQUE_MARKER) this.opaque.push(directory);
      // Other names that start with the prefix twice are bookkeeping of AUFS and name no file.
      else if (!name.startsWith(WHITEOUT_PREFIX + WHITEOUT_PREFIX)) {
        this.whiteouts.push({ directory, name: name.slice(WHITEOUT_PREFIX.length) });
      }
      return;
    }
    if (header.type === 'whiteout') {
      this.whiteouts.push({ directory, name });
      return;
    }
    const entry = this.#count++;
    if (entry === this.#kind.length) this.#grow();
    this.#writeName(entry, name);
    this.#directory.set(entry, directory);
    this.#kind[entry] =
      fileTypes.indexOf(header.type) |
      (header.sparse === true ? SPARSE : 0) |
      (header.capabilities === undefined ? 0 : CAPABILITIES) |
      (header.linkTarget === undefined ? 0 : LINK);
    this.#mode.set(entry, header.mode & 0xffff);
    this.#uid.set(entry, header.uid >>> 0);
    this.#gid.set(entry, header.gid >>> 0);
    this.#size.set(entry, header.size);
    this.#offset.set(entry, header.offset);
    if (header.linkTarget !== undefined) this.#links.add(entry, header.linkTarget);
    if (header.capabilities !== undefined) this.#capabilities.set(entry, header.capabilities);
  }

  /** Adds a plain member without a header being made for it. `directory` is what `directoryId` gave. */
  addPlain(directory: number, plain: PlainHeader): void {
    const entry = this.#count++;
    if (entry === this.#kind.length) this.#grow();
    const { bytes, name, end } = plain;
    if (this.#namesLength + end - name > this.#names.length) this.#growNames(end - name);
    const names = this.#names;
    let length = this.#namesLength;
    for (let i = name; i < end; i++) names[length++] = bytes[i] as number;
    this.#nameEnd[entry] = length;
    this.#namesLength = length;
    this.#directory.set(entry, directory);
    this.#kind[entry] = plain.directory ? DIRECTORY : FILE;
    this.#mode.set(entry, plain.mode & 0xffff);
    this.#uid.set(entry, plain.uid >>> 0);
    this.#gid.set(entry, plain.gid >>> 0);
    this.#size.set(entry, plain.size);
    this.#offset.set(entry, plain.offset);
  }

  typeOf(entry: number): FileType {
    return fileTypes[(this.#kind[entry] as number) & 0x0f] as FileType;
  }

  directoryOf(entry: number): number {
    return this.#directory.at(entry);
  }

  sizeOf(entry: number): number {
    return this.#size.at(entry);
  }

  /** Where its body stands in the uncompressed layer. */
  offsetOf(entry: number): number {
    return this.#offset.at(entry);
  }

  modeOf(entry: number): number {
    return this.#mode.at(entry);
  }

  uidOf(entry: number): number {
    return this.#uid.at(entry);
  }

  gidOf(entry: number): number {
    return this.#gid.at(entry);
  }

  /** Hex text of `security.capability`. */
  capabilitiesOf(entry: number): string | undefined {
    return this.#capabilities.get(entry);
  }

  linkOf(entry: number): string | undefined {
    return ((this.#kind[entry] as number) & LINK) === 0 ? undefined : this.#links.get(entry);
  }

  /** Entries that are hard links. */
  *hardLinks(): Generator<number, void, void> {
    for (const entry of this.#links.entries()) if (this.typeOf(entry) === 'hardlink') yield entry;
  }

  nameOf(entry: number): string {
    return this.#names.toString('utf8', this.nameStart(entry), this.#nameEnd[entry]);
  }

  pathOf(entry: number): string {
    const directory = this.directories[this.#directory.at(entry)] as string;
    return directory === '' ? this.nameOf(entry) : `${directory}/${this.nameOf(entry)}`;
  }

  header(entry: number): FileHeader {
    const linkTarget = this.linkOf(entry);
    const capabilities = this.#capabilities.get(entry);
    return {
      path: this.pathOf(entry),
      name: this.nameOf(entry),
      type: this.typeOf(entry),
      size: this.#size.at(entry),
      mode: this.#mode.at(entry),
      uid: this.#uid.at(entry),
      gid: this.#gid.at(entry),
      offset: this.#offset.at(entry),
      ...(linkTarget !== undefined && { linkTarget }),
      ...(capabilities !== undefined && { capabilities }),
      ...(((this.#kind[entry] as number) & SPARSE) !== 0 && { sparse: true }),
    };
  }

  /** Whether the name of an entry is these bytes. */
  hasName(entry: number, name: Uint8Array, start: number, end: number): boolean {
    const own = this.nameStart(entry);
    if ((this.#nameEnd[entry] as number) - own !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#names[own + i - start] !== name[i]) return false;
    return true;
  }

  /** Whether the name of an entry is this part of a text, which is ASCII. */
  hasText(entry: number, text: string, start: number, end: number): boolean {
    const own = this.nameStart(entry);
    if ((this.#nameEnd[entry] as number) - own !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#names[own + i - start] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** The bytes in which names stand; another buffer after each `add`. */
  get names(): Uint8Array {
    return this.#names;
  }

  /** Names stand behind each other. */
  nameStart(entry: number): number {
    return entry === 0 ? 0 : (this.#nameEnd[entry - 1] as number);
  }

  nameEnd(entry: number): number {
    return this.#nameEnd[entry] as number;
  }

  /** Number of a directory that has members. */
  numberOf(directory: string): number | undefined {
    return this.#directoryIds.get(directory);
  }

  /** The entry at a path, the last one where there are several. The table for it is made at the first question. */
  find(path: string): number | undefined {
    const slash = path.lastIndexOf('/');
    const directory = this.#directoryIds.get(slash < 0 ? '' : path.slice(0, slash));
    if (directory === undefined) return undefined;
    const name = Buffer.from(path.slice(slash + 1));
    const table = this.#table ?? this.#buildTable();
    const mask = table.length - 1;
    for (let slot = hashName(name, 0, name.length, directory) & mask; ; slot = (slot + 1) & mask) {
      const entry = (table[slot] as number) - 1;
      if (entry < 0) return undefined;
      if (this.#directory.at(entry) === directory && this.hasName(entry, name, 0, name.length)) return entry;
    }
  }

  /** What the index has besides its columns: plain data, to be kept, or handed to another thread. */
  pack(): PackedIndex {
    return {
      count: this.#count,
      directories: this.directories,
      whiteouts: this.whiteouts,
      opaque: this.opaque,
      links: this.#links.count,
      capabilities: [...this.#capabilities],
      extra: this.#extra,
      widths: this.#numbers.map(({ width }) => width),
    };
  }

  /** Columns of numbers, each `count` long, then links and names; in the byte order of this machine, and where they stand. */
  columns(): readonly Uint8Array[] {
    return [
      ...this.#numbers.map((column) => column.bytes(this.#count)),
      new Uint8Array(this.#nameEnd.buffer, this.#nameEnd.byteOffset, this.#count * this.#nameEnd.BYTES_PER_ELEMENT),
      new Uint8Array(this.#kind.buffer, this.#kind.byteOffset, this.#count),
      ...this.#links.columns(),
      new Uint8Array(this.#names.buffer, this.#names.byteOffset, this.#namesLength),
    ];
  }

  get #numbers(): readonly NumberColumn[] {
    return [this.#size, this.#offset, this.#directory, this.#uid, this.#gid, this.#mode];
  }

  /**
   * The reverse of `pack` and `columns`.
   * @param block the columns behind each other
   * @throws FormatError where it is shorter than the columns of so many members
   */
  static unpack(packed: PackedIndex, block: Uint8Array): LayerIndex {
    const { count, widths } = packed;
    let at = 0;
    /** A copy that has its memory for itself. */
    const take = (length: number): Uint8Array<ArrayBuffer> => {
      if (at + length > block.length) throw new FormatError('the index is shorter than its members');
      at += length;
      return Uint8Array.from(block.subarray(at - length, at));
    };
    const column = (place: number): NumberColumn => {
      const width = widths[place] ?? 0;
      const numbers = NumberColumn.of(take(count * width), width);
      if (numbers === undefined) throw new FormatError(`the index has numbers of ${width} bytes`);
      return numbers;
    };
    const index = new LayerIndex();
    index.#count = count;
    index.#size = column(0);
    index.#offset = column(1);
    index.#directory = column(2);
    index.#uid = column(3);
    index.#gid = column(4);
    index.#mode = column(5);
    index.#nameEnd = new Uint32Array(take(count * index.#nameEnd.BYTES_PER_ELEMENT).buffer);
    index.#kind = take(count);
    index.#links = TextColumn.of(packed.links, take);
    index.#names = Buffer.from(take(block.length - at).buffer);
    index.#namesLength = index.#names.length;
    if (index.#namesLength !== index.nameStart(count)) throw new FormatError('the index is shorter than its names');
    for (const directory of packed.directories.slice(1)) index.directoryId(directory);
    for (const { directory, name } of packed.whiteouts) index.whiteouts.push({ directory, name });
    for (const directory of packed.opaque) index.opaque.push(directory);
    for (const [entry, text] of packed.capabilities) index.#capabilities.set(entry, text);
    index.#extra = packed.extra;
    return index;
  }

  #buildTable(): Int32Array {
    const table = new Int32Array(2 ** Math.ceil(Math.log2(this.#count * 2 + 2)));
    const mask = table.length - 1;
    // From the end, so that the last of several comes first.
    for (let entry = this.#count - 1; entry >= 0; entry--) {
      const start = this.nameStart(entry);
      let slot = hashName(this.#names, start, this.#nameEnd[entry] as number, this.#directory.at(entry)) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = entry + 1;
    }
    this.#table = table;
    return table;
  }

  /** Number of a directory, which is made where it has none. */
  directoryId(directory: string): number {
    // Members of a directory stand together in nearly every archive.
    if (directory === this.#lastDirectory) return this.#lastDirectoryId;
    let id = this.#directoryIds.get(directory);
    if (id === undefined) {
      id = this.directories.push(directory) - 1;
      this.#extra += DIRECTORY_BYTES + directory.length + NODE_BYTES * this.#newLevels(directory);
      this.#directoryIds.set(directory, id);
    }
    this.#lastDirectory = directory;
    this.#lastDirectoryId = id;
    return id;
  }

  /** About how many directories a new one brings, itself among them. */
  #newLevels(directory: string): number {
    let end = directory.length;
    for (let levels = 1; levels <= LEVELS; levels++) {
      end = directory.lastIndexOf('/', end - 1);
      if (end <= 0 || this.#directoryIds.has(directory.slice(0, end))) return levels;
    }
    let levels = LEVELS + 1;
    for (end = directory.lastIndexOf('/', end - 1); end > 0; end = directory.lastIndexOf('/', end - 1)) levels++;
    return levels;
  }

  #writeName(entry: number, name: string): void {
    const room = name.length * 3;
    if (this.#namesLength + room > this.#names.length) this.#growNames(room);
    this.#namesLength += this.#names.write(name, this.#namesLength, 'utf8');
    this.#nameEnd[entry] = this.#namesLength;
  }

  #growNames(room: number): void {
    const old = this.#names;
    const larger = Buffer.allocUnsafeSlow(Math.max(old.length * 2, this.#namesLength + room));
    old.copy(larger, 0, 0, this.#namesLength);
    this.#names = larger;
    release(old);
  }

  #grow(): void {
    const [nameEnd, kind] = [this.#nameEnd, this.#kind];
    const length = Math.max(256, kind.length * 2);
    this.#nameEnd = new Uint32Array(length);
    this.#nameEnd.set(nameEnd);
    this.#kind = new Uint8Array(length);
    this.#kind.set(kind);
    release(nameEnd);
    release(kind);
    for (const column of this.#numbers) column.grow(length);
  }
}

/** Chosen anew in every process, so that nobody can write names that all fall into one place. */
const seed = randomInt(2 ** 32 - 1);

/** `hashName` of a part of a text, without turning it into bytes; undefined where it is not all ASCII. */
export function hashText(text: string, start: number, end: number, directory: number): number | undefined {
  let hash = Math.imul(seed ^ directory, 0x9e3779b1);
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return undefined;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Hash of a name in a directory, 32 bits: FNV-1a with a secret start, mixed at the end. */
export function hashName(bytes: Uint8Array, start: number, end: number, directory: number): number {
  let hash = Math.imul(seed ^ directory, 0x9e3779b1);
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
