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

/** The number for which a character of crypt(3) stands; -1 where it is none. */
export function decodeCharacter(character: string): number {
  return character.length === 1 ? ALPHABET.indexOf(character) : -1;
}

/** Three bytes make four characters; the first is the most significant. */
export function encodeBytes(bytes: Uint8Array, order: readonly (readonly [number, number, number])[]): string {
  return order
    .map(([a, b, c]) =>
      encodeBits(((bytes[a] as number) << 16) | ((bytes[b] as number) << 8) | (bytes[c] as number), 4),
    )
    .join('');
}

/** Three bytes make four characters; the first is the least significant, as yescrypt has it. */
export function encodeLittle(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const part = bytes.subarray(at, at + 3);
    const value = part.reduce((sum, byte, place) => sum | (byte << (8 * place)), 0);
    text += encodeBits(value, part.length + 1);
  }
  return text;
}

/** The opposite of `encodeLittle`; undefined where it would not write bytes so. */
export function decodeLittle(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 4) {
    const part = text.slice(at, at + 4);
    let value = 0;
    for (const [place, character] of [...part].entries()) {
      const six = decodeCharacter(character);
      if (six < 0) return undefined;
      value |= six << (6 * place);
    }
    for (let byte = 0; byte < part.length - 1; byte++) bytes.push((value >>> (8 * byte)) & 255);
  }
  const decoded = Uint8Array.from(bytes);
  return encodeLittle(decoded) === text ? decoded : undefined;
}
