import { CENTRAL_BYTES, centralMode } from './entry.ts';

const DOT = 0x2e;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const ABSENT32 = 0xffffffff;

/**
 * A record of the directory with nothing special in it, as numbers and as the place of its name: most members of an archive
 * nobody wants. One object is used again for all of them.
 */
export class ZipRecord {
  /** Where the last part of the name begins and ends. */
  name: number = 0;
  end: number = 0;
  isDirectory: boolean = false;
  size: number = 0;
  compressedSize: number = 0;
  offset: number = 0;
  /** 0 where nobody says. */
  mode: number = 0;

  /**
   * Reads the record at `at`, all of which is in `bytes`.
   * @returns false where it is not plain: a name that is not ASCII or has other signs between its parts, zip64
   */
  read(bytes: Buffer, at: number): boolean {
    this.size = bytes.readUInt32LE(at + 24);
    this.compressedSize = bytes.readUInt32LE(at + 20);
    this.offset = bytes.readUInt32LE(at + 42);
    if (this.size === ABSENT32 || this.compressedSize === ABSENT32 || this.offset === ABSENT32) return false;
    const start = at + CENTRAL_BYTES;
    const end = start + bytes.readUInt16LE(at + 28);
    let name = start;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte === SLASH) name = i + 1;
      else if (byte === 0 || byte === BACKSLASH || byte >= 0x80) return false;
    }
    // No name, or a last part that means another place.
    if (start === end || (bytes[name] === DOT && end - name <= 2)) return false;
    this.name = name;
    this.end = end;
    this.isDirectory = name === end;
    this.mode = centralMode(bytes, at);
    return true;
  }
}
