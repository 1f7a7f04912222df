import { type Compression, detectCompression } from '../compression/detect.ts';
import { plausibleLzma } from '../compression/lzma-alone.ts';
import { isTarHeader } from './tar-header.ts';

/** A stream that one file was compressed to. */
export type CompressedKind = Exclude<Compression, 'none'> | 'lzma';

/** What can be opened. */
export type OpenKind =
  | CompressedKind
  | 'zip'
  | 'tar'
  | 'ar'
  | 'cpio'
  | 'rpm'
  | '7z'
  | 'cab'
  | 'git-pack'
  | 'git-object';

/** An archive, or a compressed file, by its first bytes. `name`: one that nothing here reads, as people call it. */
export type ArchiveKind =
  | { readonly kind: OpenKind; readonly weak?: boolean }
  | { readonly kind: 'unreadable'; readonly name: string };

/** Bytes that tell all kinds but an ISO image. */
export const KIND_BYTES = 4096;

/** Magics of those that are read, the longer ones first where they begin alike. */
const open: readonly (readonly [magic: string, OpenKind])[] = [
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
  ['PK\x07\x08PK\x03\x04', 'zip'],
  ['PK00PK\x03\x04', 'zip'],
  ["7z\xbc\xaf'\x1c", '7z'],
  ['!<arch>\n', 'ar'],
  ['MSCF\0\0\0\0', 'cab'],
  ['\xed\xab\xee\xdb', 'rpm'],
  ['PACK\0\0\0\x02', 'git-pack'],
  ['PACK\0\0\0\x03', 'git-pack'],
];

/** Magics of those that are named only. */
const named: readonly (readonly [magic: string, name: string, at?: number])[] = [
  ['Rar!\x1a\x07', 'a RAR archive'],
  ['hsqs', 'a SquashFS file system'],
  ['sqsh', 'a SquashFS file system'],
  ['AI\x01', 'an AppImage', 8],
  ['AI\x02', 'an AppImage', 8],
  ['\x04\x22\x4d\x18', 'an LZ4 stream'],
  ['\x02\x21\x4c\x18', 'an LZ4 stream'],
  ['LZIP\x01', 'an lzip stream'],
  ['\x89LZO\0\r\n\x1a\n', 'an lzop stream'],
  ['xar!\0\x1c', 'a xar archive'],
  ['ITSF\x03\0\0\0', 'a compiled HTML help file'],
  ['MSWIM\0\0\0', 'a Windows image'],
  ['ISc(', 'an InstallShield cabinet'],
  ['SZDD\x88\xf0\x27\x33', 'a file compressed by COMPRESS.EXE'],
  ['KWAJ\x88\xf0\x27\xd1', 'a file compressed by COMPRESS.EXE'],
  ['**ACE**', 'an ACE archive', 7],
  ['\xdc\xa7\xc4\xfd', 'a ZOO archive', 20],
  ['\x45\x3d\xcd\x28', 'a cramfs file system'],
  ['\xe2\xe1\xf5\xe0', 'an EROFS file system', 1024],
  ['QFI\xfb', 'a qcow2 disk image'],
  ['KDMV', 'a VMDK disk image'],
];

/** @param head the first bytes: `KIND_BYTES` tell all */
export function archiveKind(head: Uint8Array): ArchiveKind | undefined {
  for (const [magic, kind] of open) if (isAt(head, magic, 0)) return { kind };
  if (isTarHeader(head)) return { kind: 'tar' };
  const compression = detectCompression(head);
  if (compression === 'gzip') return { kind: compression, weak: head[2] !== 8 };
  if (compression === 'bzip2') return isBzip2(head) ? { kind: compression } : undefined;
  if (compression !== 'none') return { kind: compression };
  for (const [magic, name, at = 0] of named) if (isAt(head, magic, at)) return { kind: 'unreadable', name };
  return weakKind(head);
}

/** Magics that other files begin with, too: so what follows has to fit. */
function weakKind(head: Uint8Array): ArchiveKind | undefined {
  const { 0: first, 1: second, 2: third = 0 } = head;
  // Digits, which a list of numbers may begin with.
  if (isAt(head, '07070', 0) && (head[5] === 0x31 || head[5] === 0x32 || head[5] === 0x37)) {
    return { kind: 'cpio', weak: true };
  }
  if ((first === 0xc7 && second === 0x71) || (first === 0x71 && second === 0xc7)) {
    return isOldCpio(head, first === 0xc7) ? { kind: 'cpio', weak: true } : undefined;
  }
  if (first === 0x1f && second === 0x9d) {
    const bits = third & 0x1f;
    return bits >= 9 && bits <= 16 ? { kind: 'unreadable', name: 'a file compressed by compress' } : undefined;
  }
  if (first === 0x60 && second === 0xea) {
    const length = third + 256 * (head[3] ?? 0);
    return length >= 30 && length <= 2600 ? { kind: 'unreadable', name: 'an ARJ archive' } : undefined;
  }
  return plausibleLzma(head) ? { kind: 'lzma', weak: true } : undefined;
}

/** The magic is text, so what must follow it is asked for: a block, or the end of a stream without any. */
function isBzip2(head: Uint8Array): boolean {
  const level = head[3] ?? 0x31;
  if (level < 0x31 || level > 0x39) return false;
  return head.length < 10 || isAt(head, '\x31\x41\x59\x26\x53\x59', 4) || isAt(head, '\x17\x72\x45\x38\x50\x90', 4);
}

/** A header of the oldest form of cpio: a type that there is, and a name that ends. */
function isOldCpio(head: Uint8Array, little: boolean): boolean {
  if (head.length < 28) return false;
  const short = (at: number): number =>
    (head[little ? at + 1 : at] as number) * 256 + (head[little ? at : at + 1] as number);
  const nameBytes = short(20);
  const type = short(6) >> 12;
  return nameBytes > 1 && nameBytes <= 4096 && type > 0 && type < 0xd && (head[26 + nameBytes - 1] ?? 0) === 0;
}

function isAt(head: Uint8Array, magic: string, at: number): boolean {
  if (at + magic.length > head.length) return false;
  for (let i = 0; i < magic.length; i++) if (head[at + i] !== magic.charCodeAt(i)) return false;
  return true;
}
