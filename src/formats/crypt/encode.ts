const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** So many characters of crypt(3) for a number, least significant six bits first. */
export function encodeBits(value: number, characters: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < characters; i++) {
    text += ALPHABET[rest & 63];
    rest >>>= 6;
  }
  return text;
}

/** Three bytes make four characters; the first is the most significant. */
export function encodeBytes(bytes: Uint8Array, order: readonly (readonly [number, number, number])[]): string {
  return order
    .map(([a, b, c]) =>
      encodeBits(((bytes[a] as number) << 16) | ((bytes[b] as number) << 8) | (bytes[c] as number), 4),
    )
    .join('');
}
