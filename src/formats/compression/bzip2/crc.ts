let table: Int32Array | undefined;

/** CRC-32 as bzip2 has it: the polynomial of zlib's, with the highest bit first. */
function makeTable(): Int32Array {
  const made = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte << 24;
    for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
    made[byte] = value;
  }
  return made;
}

/** Continues a sum that began with -1; the value in the file is its complement. */
export function bzip2Crc(bytes: Uint8Array, sum: number): number {
  table ??= makeTable();
  const entries = table;
  let value = sum;
  for (let at = 0; at < bytes.length; at++) {
    value = (value << 8) ^ (entries[(value >>> 24) ^ (bytes[at] as number)] as number);
  }
  return value;
}
