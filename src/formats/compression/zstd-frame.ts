const MAGIC = 0xfd2fb528;

/** Length of the dictionary id and of the content size, by their flags (RFC 8878, section 3.1.1.1). */
const DICTIONARY_BYTES: readonly number[] = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES: readonly number[] = [0, 2, 4, 8];

/**
 * Length in bytes of the zstd frame at the start of `bytes`, found by its block headers, without decompressing
 * (RFC 8878, sections 3.1.1.1 and 3.1.1.2).
 * @returns undefined where the frame does not end in `bytes`, or is none
 */
export function zstdFrameLength(bytes: Buffer): number | undefined {
  if (bytes.length < 5 || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  const descriptor = bytes[4] as number;
  const singleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  let position = 5;
  if (!singleSegment) position += 1;
  position += DICTIONARY_BYTES[descriptor & 3] as number;
  position += sizeFlag === 0 && singleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] as number);
  for (;;) {
    if (position + 3 > bytes.length) return undefined;
    const header = bytes.readUIntLE(position, 3);
    const type = (header >> 1) & 3;
    if (type === 3) return undefined; // reserved: the decoder shall say what it thinks
    position += 3 + (type === 1 ? 1 : header >> 3);
    if ((header & 1) === 1) break;
  }
  if ((descriptor & 4) !== 0) position += 4; // checksum
  return position <= bytes.length ? position : undefined;
}
