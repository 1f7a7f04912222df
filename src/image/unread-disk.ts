import { SourceError } from '../errors.ts';
import { isTarHeader } from '../formats/archive/tar-header.ts';
import { readBytes } from '../formats/byte-source.ts';
import { detectCompression } from '../formats/compression/detect.ts';
import type { ByteSource } from '../model/bytes.ts';

/** What of a file tells the disk of a virtual machine or a file system that is not read: where, which bytes, and its name. */
const marks: readonly (readonly [at: number, bytes: string, name: string])[] = [
  [0, 'QFI\xfb', 'a qcow2 disk image'],
  [0, 'KDMV', 'a VMDK disk image'],
  [0, '# Disk DescriptorFile', 'a VMDK disk image'],
  [0, 'vhdxfile', 'a VHDX disk image'],
  [0, 'conectix', 'a VHD disk image'],
  [64, '\x7f\x10\xda\xbe', 'a VDI disk image'],
  [3, 'NTFS    ', 'an NTFS file system'],
  [0, 'XFSB', 'an XFS file system'],
  [0, 'LUKS\xba\xbe', 'an encrypted volume (LUKS)'],
  [3, 'EXFAT   ', 'an exFAT file system'],
  [1080, '\x53\xef', 'an ext2, ext3 or ext4 file system'],
  [1024, '\xe2\xe1\xf5\xe0', 'an EROFS file system'],
  [1024, '\x10\x20\xf5\xf2', 'an F2FS file system'],
  [0x1_0040, '_BHRfS_M', 'a Btrfs file system'],
  [512, 'LABELONE', 'a physical volume of LVM'],
  [0x8001, 'CD001', 'an ISO 9660 file system'],
  [512, 'EFI PART', 'a disk with partitions (GPT)'],
  [4096, 'EFI PART', 'a disk with partitions (GPT)'],
];

/**
 * Refuses what is no archive but a disk or a file system, which is told by its first bytes.
 * @throws SourceError that says what it is, and what to scan in place of it
 */
export function refuseDisk(reference: string, source: ByteSource): void {
  const name = nameOfDisk(source);
  if (name === undefined) return;
  const message = `${reference} is ${name}, which is not read. Mount it and scan the folder ("dir:FOLDER"), or scan a tar of its root file system.`;
  throw new SourceError('source.unsupported', message);
}

function nameOfDisk(source: ByteSource): string | undefined {
  const head = readBytes(source, 0, 512);
  // What is compressed, or the name of a member, may have any bytes at these places.
  if (detectCompression(head) !== 'none' || isTarHeader(head)) return undefined;
  const mark = marks.find(([at, bytes]) => readBytes(source, at, bytes.length).toString('latin1') === bytes);
  return mark?.[2] ?? (isBootSector(head) ? 'a disk with partitions (MBR), or a FAT file system' : undefined);
}

/** A signature of two bytes is little: each of the four entries begins with whether it is started from, or not. */
function isBootSector(head: Buffer): boolean {
  const isSigned = head.length === 512 && head.readUInt16LE(510) === 0xaa55;
  const isFat = head.toString('latin1', 54, 57) === 'FAT' || head.toString('latin1', 82, 85) === 'FAT';
  return isSigned && (isFat || [446, 462, 478, 494].every((at) => head[at] === 0 || head[at] === 0x80));
}
