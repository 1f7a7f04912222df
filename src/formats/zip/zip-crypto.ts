/** Bytes in front of an encrypted body. */
const HEADER_BYTES = 12;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/**
 * Decrypts the body of a member by the old method of zip (APPNOTE 6.3.10, section 6.1), as stored: what comes out may have to
 * be inflated.
 * @param check the byte that ends the header of the right password: the highest of the checksum, or of the time of change
 *   where sizes follow the body
 * @returns undefined where the password is wrong, as far as one byte can tell
 */
export function decryptZip(body: Uint8Array, password: Uint8Array, check: number): Buffer | undefined {
  if (body.length < HEADER_BYTES) return undefined;
  const keys = new Uint32Array([0x12345678, 0x23456789, 0x34567890]);
  for (const byte of password) update(keys, byte);
  const plain = Buffer.allocUnsafe(body.length);
  for (let at = 0; at < body.length; at++) {
    const mixed = (keys[2]! & 0xffff) | 2;
    const byte = body[at]! ^ ((Math.imul(mixed, mixed ^ 1) >>> 8) & 0xff);
    update(keys, byte);
    plain[at] = byte;
    if (at === HEADER_BYTES - 1 && byte !== check) return undefined;
  }
  return plain.subarray(HEADER_BYTES);
}

function update(keys: Uint32Array, byte: number): void {
  keys[0] = table[(keys[0]! ^ byte) & 0xff]! ^ (keys[0]! >>> 8);
  keys[1] = Math.imul(keys[1]! + (keys[0]! & 0xff), 134775813) + 1;
  keys[2] = table[(keys[2]! ^ (keys[1]! >>> 24)) & 0xff]! ^ (keys[2]! >>> 8);
}
