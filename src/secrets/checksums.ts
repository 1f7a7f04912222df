import { crc32 } from 'node:zlib';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** CRC-32 of a text in six digits of base 62, as GitHub and npm end their tokens. */
export function base62Checksum(text: string): string {
  let left = crc32(text);
  let shown = '';
  for (let place = 0; place < 6; place++) {
    shown = (digits[left % 62] as string) + shown;
    left = Math.floor(left / 62);
  }
  return shown;
}

/** CRC-32 of a text in eight hex digits, as Grafana ends tokens of service accounts. */
export function hexChecksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** Whether a token of PyPI is a macaroon of the second version: 2, field 1 with the place, field 2 with the identifier. */
export function isPypiMacaroon(text: string): boolean {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes[0] !== 2 || bytes[1] !== 1) return false;
  const length = bytes[2] ?? 0;
  const place = bytes.toString('latin1', 3, 3 + length);
  return (place === 'pypi.org' || place === 'test.pypi.org') && bytes[3 + length] === 2;
}

const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Whether a text in Bech32 (BIP-173) ends with the checksum of what is before it. */
export function isBech32(text: string): boolean {
  const lower = text.toLowerCase();
  const split = lower.lastIndexOf('1');
  if (split < 1 || lower.length - split < 7) return false;
  const prefix = [...lower.slice(0, split)].map((character) => character.charCodeAt(0));
  const data = [...lower.slice(split + 1)].map((character) => bech32.indexOf(character));
  if (data.includes(-1)) return false;
  const values = [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...data];
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (const [bit, word] of generator.entries()) if ((top >> bit) & 1) check ^= word;
  }
  return check === 1;
}

/** Whether a text in base 64 or its form for addresses is JSON, and if so what it says. */
export function decodedJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
