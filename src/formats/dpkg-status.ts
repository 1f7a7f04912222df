/** A package as dpkg's database states it (deb822(5), dpkg-query(1)). */
export interface DpkgRecord {
  readonly name: string;
  readonly version: string;
  readonly arch?: string;
  /** Source package, where it differs from the package in name or version. */
  readonly source?: { readonly name: string; readonly version: string };
  readonly maintainer?: string;
}

/** What a status file told. */
export interface DpkgStatus {
  /** Packages whose files are there, in the order of their first paragraph. */
  readonly records: readonly DpkgRecord[];
  /** Paths of the conffiles of all records, without a leading slash (deb-conffiles(5)). */
  readonly conffiles: readonly string[];
  /** What could not be read, in sentences: at most `MAX_PROBLEMS`, the last of which counts the rest. */
  readonly problems: readonly string[];
}

const MAX_PROBLEMS = 20;
/** Bytes of a value. Names and versions are far shorter; a longer one is no name, and is not worth its memory. */
const MAX_VALUE = 4096;
/** All of Debian has fewer binary packages. */
const MAX_RECORDS = 100_000;
/** Conffiles of all packages; a desktop has about 3,000. */
const MAX_CONFFILES = 100_000;
const CONFFILES: Buffer = Buffer.from('conffiles');

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

/** States in which files of the package are on disk. */
const presentStates = new Set([
  'installed',
  'half-installed',
  'unpacked',
  'half-configured',
  'triggers-awaited',
  'triggers-pending',
]);
const absentStates = new Set(['not-installed', 'config-files']);

/** Fields that are read, by place in `Fields`. */
const fieldNames = ['package', 'version', 'architecture', 'source', 'status', 'maintainer'] as const;
type Field = (typeof fieldNames)[number];
/** Where the value of the first field begins in `Fields`. */
const PACKAGE = 0;
const fieldBytes: readonly Buffer[] = fieldNames.map((name) => Buffer.from(name));

/** Where the values of a paragraph stand: start and end for each field, -1 where it is absent. */
type Fields = Int32Array;

/**
 * Reads a status file of dpkg, or a single paragraph as distroless images keep them. Linear in the bytes and tolerant:
 * what is no paragraph of a package becomes a problem, and the next one is read.
 *
 * A package counts as `dpkg-query -l` counts it: with the states `config-files` and `not-installed` none of its files
 * are there, and it is left out; in every other state, or without one, it is listed. Of paragraphs with the same name
 * and architecture the last counts.
 *
 * @param truncated The bytes end before the file does: a last paragraph without its empty line is left out.
 */
export function parseDpkgStatus(bytes: Uint8Array, truncated = false): DpkgStatus {
  return new StatusReader(bytes, truncated).read();
}

class StatusReader {
  readonly #bytes: Buffer;
  readonly #truncated: boolean;
  readonly #records = new Map<string, DpkgRecord>();
  readonly #problems: string[] = [];
  #unreported = 0;
  readonly #fields: Fields = new Int32Array(fieldNames.length * 2).fill(-1);
  #line = 0;
  /** First line of the paragraph at hand; 0 between paragraphs. */
  #paragraph = 0;
  #garbled: boolean = false;
  #isInConffiles: boolean = false;
  /** Of the paragraph at hand, and of those before it. */
  #paths: string[] = [];
  readonly #conffiles: string[] = [];

  constructor(bytes: Uint8Array, truncated: boolean) {
    this.#truncated = truncated;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): DpkgStatus {
    const bytes = this.#bytes;
    for (let start = 0; start < bytes.length && this.#records.size <= MAX_RECORDS; ) {
      const feed = bytes.indexOf(LINE_FEED, start);
      let end = feed < 0 ? bytes.length : feed;
      const next = end + 1;
      if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
      this.#line++;
      if (end === start) this.#endParagraph();
      else this.#readLine(start, end);
      start = next;
    }
    if (this.#records.size > MAX_RECORDS) {
      this.#problem(`only the first ${this.#records.size} packages were read`);
    } else if (this.#truncated && this.#paragraph > 0) {
      this.#problem(`the file breaks off in the paragraph that begins in line ${this.#paragraph}, which was left out`);
    } else this.#endParagraph();
    if (this.#unreported > 0) this.#problems.push(`${this.#unreported} more like these`);
    return { records: [...this.#records.values()], conffiles: this.#conffiles, problems: this.#problems };
  }

  #readLine(start: number, end: number): void {
    const continues = isBlank(this.#bytes[start] as number);
    const between = this.#paragraph === 0;
    if (between && !continues) this.#paragraph = this.#line;
    if (continues && this.#isInConffiles) this.#readConffile(start, end);
    // A continuation belongs to a field; of those that are read only the conffiles have some.
    else if (continues ? between : !this.#readField(start, end)) this.#garbage();
    // dpkg ends every line. Where the last one is not ended and matters, its value is most likely cut.
    else if (end === this.#bytes.length && !this.#truncated && this.#fields.includes(end)) {
      this.#problem(`the file ends within line ${this.#line}, which may be cut`);
    }
  }

  /** ` /path digest`, perhaps with flags behind it: `obsolete`, `remove-on-upgrade`. */
  #readConffile(start: number, end: number): void {
    if (end - start > MAX_VALUE || this.#paths.length + this.#conffiles.length >= MAX_CONFFILES) return;
    const path = /^\s+\/+(\S.*?) (?:[0-9a-f]{32}|newconffile)(?: [a-z -]+)?\s*$/.exec(
      this.#bytes.toString('utf8', start, end),
    )?.[1];
    if (path !== undefined) this.#paths.push(path);
  }

  /** Notes the value of a field that is wanted. Returns false where the line is no field at all. */
  #readField(start: number, end: number): boolean {
    const bytes = this.#bytes;
    // Names of fields are short; a line that has no colon for long is none.
    const limit = Math.min(end, start + 128);
    let colon = start;
    while (colon < limit && bytes[colon] !== COLON) colon++;
    if (colon === limit || colon === start) return false;
    let nameEnd = colon;
    while (nameEnd > start && isBlank(bytes[nameEnd - 1] as number)) nameEnd--;
    this.#isInConffiles = equalsName(bytes, start, nameEnd, CONFFILES);
    const field = fieldBytes.findIndex((name) => equalsName(bytes, start, nameEnd, name));
    if (field < 0) return true;
    if (field === PACKAGE && (this.#fields[PACKAGE] as number) >= 0) this.#runsOn();
    let from = colon + 1;
    let to = end;
    while (from < to && isBlank(bytes[from] as number)) from++;
    while (to > from && isBlank(bytes[to - 1] as number)) to--;
    this.#fields[field * 2] = from;
    this.#fields[field * 2 + 1] = to;
    return true;
  }

  /** A second name begins another paragraph, though nothing stands between the two: dpkg would refuse the file. */
  #runsOn(): void {
    this.#problem(`line ${this.#line} begins a paragraph although no empty line ends the one before it`);
    this.#endParagraph();
    this.#paragraph = this.#line;
  }

  #value(field: Field): string | undefined {
    const index = fieldNames.indexOf(field) * 2;
    const start = this.#fields[index] as number;
    const end = this.#fields[index + 1] as number;
    if (start < 0 || start === end) return undefined;
    return this.#bytes.toString('utf8', start, Math.min(end, start + MAX_VALUE));
  }

  #isTooLong(field: Field): boolean {
    const index = fieldNames.indexOf(field) * 2;
    return (this.#fields[index + 1] as number) - (this.#fields[index] as number) > MAX_VALUE;
  }

  #endParagraph(): void {
    if (this.#paragraph === 0) return;
    this.#addRecord();
    this.#paths = [];
    this.#isInConffiles = false;
    this.#fields.fill(-1);
    this.#paragraph = 0;
    this.#garbled = false;
  }

  #addRecord(): void {
    const name = this.#value('package');
    const version = this.#value('version');
    const arch = this.#value('architecture');
    const state = this.#value('status')?.split(/[ \t]/).at(-1);
    const key = `${name}\0${arch ?? ''}`;
    if (name === undefined) this.#leaveOut('has no name');
    else if (this.#isTooLong('package')) this.#leaveOut('has a name that is too long');
    else if (state !== undefined && absentStates.has(state)) this.#records.delete(key);
    else if (version === undefined) this.#leaveOut(`(${name}) has no version`);
    else if (this.#isTooLong('version')) this.#leaveOut(`(${name}) has a version that is too long`);
    else {
      const source = sourceOf(this.#value('source'), name, version);
      const maintainer = this.#value('maintainer');
      this.#records.set(key, {
        name,
        version,
        ...(arch !== undefined && { arch }),
        ...(source !== undefined && { source }),
        ...(maintainer !== undefined && { maintainer }),
      });
      for (const path of this.#paths) this.#conffiles.push(path);
      if (state !== undefined && !presentStates.has(state)) {
        this.#problem(`${name} has a state that dpkg does not know and was taken for installed`);
      }
    }
  }

  #leaveOut(reason: string): void {
    this.#problem(`the paragraph that begins in line ${this.#paragraph} ${reason} and was left out`);
  }

  /** Tells of a line that belongs to nothing, once for each paragraph. */
  #garbage(): void {
    if (!this.#garbled) this.#problem(`line ${this.#line} is neither a field nor the continuation of one`);
    this.#garbled = true;
  }

  #problem(message: string): void {
    if (this.#problems.length < MAX_PROBLEMS - 1) this.#problems.push(message);
    else this.#unreported++;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** Whether the bytes are the name of a field, which may be written in any case. `name` is lower case. */
function equalsName(bytes: Buffer, start: number, end: number, name: Buffer): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (((bytes[start + i] as number) | 0x20) !== name[i]) return false;
  return true;
}

/** `Source: name` or `Source: name (version)`: the version is the package's own where it is not told. */
function sourceOf(
  field: string | undefined,
  name: string,
  version: string,
): { readonly name: string; readonly version: string } | undefined {
  if (field === undefined) return undefined;
  const open = field.indexOf('(');
  const sourceName = (open < 0 ? field : field.slice(0, open)).trim();
  const close = open < 0 ? -1 : field.indexOf(')', open);
  const told = close < 0 ? '' : field.slice(open + 1, close).trim();
  const sourceVersion = told === '' ? version : told;
  if (sourceName === '' || (sourceName === name && sourceVersion === version)) return undefined;
  return { name: sourceName, version: sourceVersion };
}
