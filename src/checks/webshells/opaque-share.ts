/** The share of bytes from 0x80 on, 0 to 1: letters of other scripts, and what encoders write into literals. */
export function opaqueShare(bytes: Uint8Array): number {
  let high = 0;
  for (const byte of bytes) high += byte >>> 7;
  return bytes.length === 0 ? 0 : high / bytes.length;
}
