import { isTarHeader } from '../formats/archive/tar-header.ts';
import { readBytes } from '../formats/byte-source.ts';
import type { ByteSource } from '../model/bytes.ts';

/** What of a file tells an image of a file system or of a disk that is read: where, and which bytes. */
const marks: readonly (readonly [at: number, bytes: string])[] = [
  [0, 'hsqs'], // SquashFS
  [1080, '\x53\xef'], // ext2, ext3, ext4
  [0, 'QFI\xfb'], // qcow2
  [0, 'KDMV'], // VMDK
  [512, 'EFI PART'], // GPT
  [4096, 'EFI PART'],
  [510, '\x55\xaa'], // MBR
];

/** The same of what is not read, and what people call it. Those that others may be within come last. */
const unread: readonly (readonly [at: number, bytes: string, name: string])[] = [
  [0, '# Disk DescriptorFile', 'a VMDK of several files'],
  [0, 'vhdxfile', 'a VHDX disk image'],
  [0, 'conectix', 'a VHD disk image'],
  [64, '\x7f\x10\xda\xbe', 'a VDI disk image'],
  [3, 'NTFS    ', 'an NTFS file system'],
  [0, 'XFSB', 'an XFS file system'],
  [0, 'LUKS\xba\xbe', 'an encrypted volume (LUKS)'],
  [3, 'EXFAT   ', 'an exFAT file system'],
  [1024, '\xe2\xe1\xf5\xe0', 'an EROFS file system'],
  [1024, '\x10\x20\xf5\xf2', 'an F2FS file system'],
  [0x1_0040, '_BHRfS_M', 'a Btrfs file system'],
  [512, 'LABELONE', 'a physical volume of LVM'],
  [0x8001, 'CD001', 'an ISO 9660 file system'],
];

/** What an image of a disk is called that is not read here; undefined where it is none. */
export function unreadDisk(source: ByteSource): string | undefined {
  return unread.find(([at, bytes]) => readBytes(source, at, bytes.length).toString('latin1') === bytes)?.[2];
}

/** Smaller than any system is: code that begins it, room between partitions. */
const TINY = 8 * 1024 * 1024;
/** File systems leave room for code that starts a machine before they say what they are: 64 KiB, and some more. */
const BEGINNING = 256 * 1024;

/**
 * Why a partition is passed over as one of those that disks have beside a system; undefined where it is none of them. It goes
 * by bytes that whoever made the disk wrote: what is of another kind, too, is asked for by `unreadDisk` before.
 */
export function holdsNoSystem(source: ByteSource): string | undefined {
  const text = readBytes(source, 0, 4096).toString('latin1');
  const isFat = text.startsWith('\x55\xaa', 510) && (text.startsWith('FAT', 54) || text.startsWith('FAT32', 82));
  if (isFat) return 'is FAT, from which firmware starts';
  if (text.startsWith('SWAPSPACE2', 4086)) return 'is swap';
  if (!readBytes(source, 0, BEGINNING).some((byte) => byte !== 0)) return 'begins with nothing but zeros';
  return source.size < TINY
    ? `is of no kind that is known here, and has less than a system (${source.size} bytes)`
    : undefined;
}

/** Whether a file begins as an image of a file system or of a disk, and not as an archive. Whether it is one shows later. */
export function mayBeDisk(source: ByteSource): boolean {
  const head = readBytes(source, 0, 4096);
  // Zeros, with which file systems begin, are an archive without members, too.
  if (isTarHeader(head)) return false;
  if (unreadDisk(source) !== undefined) return true;
  const text = readBytes(source, 0, 4104).toString('latin1');
  return marks.some(([at, bytes]) => text.startsWith(bytes, at));
}
