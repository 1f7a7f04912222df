import { decodeName } from './tar/path.ts';

/** A package as apk's installed database states it. */
export interface ApkRecord {
  readonly name: string;
  readonly version: string;
  readonly arch?: string;
  /** SPDX expression or older free text, as the package's author wrote it. */
  readonly licence?: string;
  /** Name of the package it was built from, where that differs from its own. */
  readonly origin?: string;
  readonly maintainer?: string;
  /** Paths that it owns, without a leading slash, one a line. */
  readonly files: string;
}

/** What an installed database told. */
export interface ApkInstalled {
  readonly records: readonly ApkRecord[];
  /** What could not be read, in sentences: at most `MAX_PROBLEMS`, the last of which counts the rest. */
  readonly problems: readonly string[];
}

const MAX_PROBLEMS = 20;
/** Bytes of a value. Names and versions are far shorter; a longer one is no name, and is not worth its memory. */
const MAX_VALUE = 4096;
/** All of Alpine has fewer packages. */
const MAX_RECORDS = 100_000;
/** A short line names a file in a directory of any length, so that lists could grow far beyond the database. */
const MAX_FILES = 2_000_000;
const MAX_FILE_CHARACTERS = 64 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;
/** P */
const NAME = 0x50;

/** A record while its lines are read. */
interface Draft {
  /** Number of its first line. */
  readonly line: number;
  name?: string;
  version?: string;
  arch?: string;
  licence?: string;
  origin?: string;
  maintainer?: string;
  tooLong?: 'name' | 'version';
  folder: string;
  readonly files: string[];
}

/**
 * Reads apk's installed database (Alpine wiki, "Apk spec"): lines of a letter, a colon and a value; an empty line
 * ends a record. `F:` names a directory, the `R:` lines behind it its files. Linear in the bytes and tolerant: what is
 * no package becomes a problem, and the next one is read. Of records with the same name the last counts.
 *
 * @param truncated The bytes end before the file does: a last record without its empty line is left out.
 */
export function parseApkInstalled(bytes: Uint8Array, truncated = false): ApkInstalled {
  return new InstalledReader(bytes, truncated).read();
}

class InstalledReader {
  readonly #bytes: Buffer;
  readonly #truncated: boolean;
  readonly #records = new Map<string, ApkRecord>();
  readonly #problems: string[] = [];
  #unreported = 0;
  #line = 0;
  #draft: Draft | undefined;
  #garbled: boolean = false;
  #files = 0;
  #fileCharacters = 0;

  constructor(bytes: Uint8Array, truncated: boolean) {
    this.#truncated = truncated;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): ApkInstalled {
    const bytes = this.#bytes;
    for (let start = 0; start < bytes.length && this.#records.size <= MAX_RECORDS; ) {
      const feed = bytes.indexOf(LINE_FEED, start);
      let end = feed < 0 ? bytes.length : feed;
      const next = end + 1;
      if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
      this.#line++;
      if (end === start) this.#endRecord();
      else this.#readLine(start, end);
      start = next;
    }
    if (this.#files > MAX_FILES || this.#fileCharacters > MAX_FILE_CHARACTERS) {
      this.#problem('it lists so many files that the owners of the last ones were left out');
    }
    if (this.#records.size > MAX_RECORDS) {
      this.#problem(`only the first ${this.#records.size} packages were read`);
    } else if (this.#truncated && this.#draft !== undefined) {
      this.#problem(`the file breaks off in the record that begins in line ${this.#draft.line}, which was left out`);
    } else this.#endRecord();
    if (this.#unreported > 0) this.#problems.push(`${this.#unreported} more like these`);
    return { records: [...this.#records.values()], problems: this.#problems };
  }

  #readLine(start: number, end: number): void {
    // A second name begins another record, though nothing stands between the two.
    if (this.#draft?.name !== undefined && this.#bytes[start] === NAME && this.#bytes[start + 1] === COLON) {
      this.#problem(`line ${this.#line} begins a record although no empty line ends the one before it`);
      this.#endRecord();
    }
    this.#draft ??= { line: this.#line, folder: '', files: [] };
    const draft = this.#draft;
    if (this.#bytes[start + 1] !== COLON || start + 1 >= end) {
      // Once for each record.
      if (!this.#garbled) this.#problem(`line ${this.#line} is no field`);
      this.#garbled = true;
      return;
    }
    const from = start + 2;
    // apk ends every line: a last one that is not ended is most likely cut.
    if (end === this.#bytes.length && !this.#truncated)
      this.#problem(`the file ends within line ${this.#line}, which may be cut`);
    switch (this.#bytes[start]) {
      case NAME:
        draft.name = this.#text(from, end);
        if (end - from > MAX_VALUE) draft.tooLong = 'name';
        break;
      case 0x56: // V
        draft.version = this.#text(from, end);
        if (end - from > MAX_VALUE) draft.tooLong = 'version';
        break;
      case 0x41: // A
        draft.arch = this.#text(from, end);
        break;
      case 0x4c: // L
        draft.licence = this.#text(from, end);
        break;
      case 0x6f: // o
        draft.origin = this.#text(from, end);
        break;
      case 0x6d: // m
        draft.maintainer = this.#text(from, end);
        break;
      case 0x46: // F
        draft.folder = this.#path(from, end);
        break;
      case 0x52: // R
        this.#addFile(draft, this.#path(from, end));
        break;
      default:
    }
  }

  #text(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, Math.min(end, start + MAX_VALUE)).trim();
  }

  #path(start: number, end: number): string {
    return decodeName(this.#bytes.subarray(start, Math.min(end, start + MAX_VALUE)));
  }

  #addFile(draft: Draft, name: string): void {
    this.#files++;
    this.#fileCharacters += draft.folder.length + name.length + 2;
    if (this.#files > MAX_FILES || this.#fileCharacters > MAX_FILE_CHARACTERS) return;
    draft.files.push(draft.folder === '' ? name : `${draft.folder}/${name}`);
  }

  #endRecord(): void {
    const draft = this.#draft;
    if (draft === undefined) return;
    this.#draft = undefined;
    this.#garbled = false;
    const flaw = flawOf(draft);
    if (flaw !== undefined) {
      this.#problem(`the record that begins in line ${draft.line} ${flaw} and was left out`);
      return;
    }
    const { name = '', version = '', arch, licence, origin, maintainer } = draft;
    this.#records.set(name, {
      name,
      version,
      ...(isTold(arch) && { arch }),
      ...(isTold(licence) && { licence }),
      ...(isTold(origin) && origin !== name && { origin }),
      ...(isTold(maintainer) && { maintainer }),
      files: draft.files.join('\n'),
    });
  }

  #problem(message: string): void {
    if (this.#problems.length < MAX_PROBLEMS - 1) this.#problems.push(message);
    else this.#unreported++;
  }
}

function flawOf({ name, version, tooLong }: Draft): string | undefined {
  if (!isTold(name)) return 'has no name';
  if (tooLong !== undefined) return `has a ${tooLong} that is too long`;
  return isTold(version) ? undefined : `(${name}) has no version`;
}

function isTold(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
