/** Decrypts bytes that follow those that it got before, in place. */
export type Decipher = (bytes: Buffer) => void;

/** Bytes in front of a body that is encrypted by the old method. */
export const CRYPTO_BYTES = 12;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/**
 * Begins to decrypt a body by the old method of zip (APPNOTE 6.3.10, section 6.1): what comes out may have to be inflated.
 * @param header the first `CRYPTO_BYTES` bytes of the body
 * @param check the byte that ends the header of the right password: the highest of the checksum, or of the time of change
 *   where sizes follow the body
 * @returns for what follows the header; undefined where the password is wrong, as far as one byte can tell
 */
export function openZipCrypto(header: Uint8Array, password: Uint8Array, check: number): Decipher | undefined {
  if (header.length < CRYPTO_BYTES) return undefined;
  let first = 0x12345678;
  let second = 0x23456789;
  let third = 0x34567890;
  const update = (byte: number): void => {
    first = table[(first ^ byte) & 0xff]! ^ (first >>> 8);
    second = (Math.imul(second + (first & 0xff), 134775813) + 1) | 0;
    third = table[(third ^ (second >>> 24)) & 0xff]! ^ (third >>> 8);
  };
  const next = (): number => {
    const mixed = (third & 0xffff) | 2;
    return (Math.imul(mixed, mixed ^ 1) >>> 8) & 0xff;
  };
  for (const byte of password) update(byte);
  let last = 0;
  for (let at = 0; at < CRYPTO_BYTES; at++) {
    last = header[at]! ^ next();
    update(last);
  }
  if (last !== check) return undefined;
  return (bytes) => {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]! ^ next();
      update(byte);
      bytes[at] = byte;
    }
  };
}
