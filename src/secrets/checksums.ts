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
