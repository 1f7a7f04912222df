/** How bytes are compressed, told by their first bytes and never by a name or a media type. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

/** Bytes that `detectCompression` needs. */
export const MAGIC_BYTES = 6;

/**
 * RFC 1952 section 2.3.1 (gzip), RFC 8878 section 3.1 (zstd frames and skippable frames), the bzip2 and xz file formats.
 * Whatever has no known magic is taken as uncompressed.
 */
export function detectCompression(head: Uint8Array): Compression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  if (a === 0x42 && b === 0x5a && c === 0x68) return 'bzip2';
  if (a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58 && head[4] === 0x5a && head[5] === 0x00) return 'xz';
  return 'none';
}
