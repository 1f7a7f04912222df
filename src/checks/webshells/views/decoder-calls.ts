import { wordHash } from '../tokens.ts';
import { decodeBase64, decodeHex, decodePercent, isPrintable, rotate } from './encodings.ts';
import { isWord } from './spans.ts';

/** A way to decode a literal: the word that a chain has for it. */
export type Decoder = 'base64' | 'reversed' | 'rot13' | 'hex' | 'percent';

const decoders: ReadonlyMap<number, Decoder> = new Map(
  Object.entries({
    base64: 'base64_decode base64decode b64decode atob decode_base64 frombase64string decodebuffer tobinary',
    reversed: 'strrev strreverse',
    rot13: 'str_rot13',
    hex: 'hex2bin unhexlify',
    percent: 'urldecode rawurldecode unescape decodeuricomponent decodeuri unquote',
  } satisfies Record<Decoder, string>).flatMap(([decoder, names]) =>
    names.split(' ').map((name) => [wordHash(name), decoder as Decoder] as const),
  ),
);

const LONGEST_NAME = 24;

/** Longer results are payloads, which have views of their own. */
const LONGEST_RESULT = 256;

/** The well-known decoder whose name and opening bracket stand right before `at`. */
export function decoderBefore(
  text: Uint8Array,
  at: number,
): { readonly decoder: Decoder; readonly start: number } | undefined {
  let i = at - 1;
  while (i >= 0 && text[i]! <= 0x20) i--;
  if (i < 1 || text[i] !== 0x28) return undefined;
  i--;
  while (i >= 0 && text[i]! <= 0x20) i--;
  const end = i + 1;
  while (i >= 0 && end - i <= LONGEST_NAME && isWord[text[i]!] === 1) i--;
  const start = i + 1;
  if (start === end) return undefined;
  const decoder = decoders.get(wordHash(Buffer.from(text.subarray(start, end)).toString('latin1')));
  return decoder && { decoder, start };
}

/** What a decoder makes of the body of a literal; undefined where that is no text, or a long one. */
export function applyDecoder(decoder: Decoder, body: Uint8Array): Buffer | undefined {
  if (body.length > 2 * LONGEST_RESULT && decoder !== 'percent') return undefined;
  const result = decode(decoder, body);
  return result.length <= LONGEST_RESULT && result.length <= body.length && isPrintable(result) ? result : undefined;
}

function decode(decoder: Decoder, body: Uint8Array): Buffer {
  switch (decoder) {
    case 'base64':
      return decodeBase64(body);
    case 'reversed':
      return Buffer.from(body).reverse();
    case 'rot13':
      return rotate(body);
    case 'hex':
      return decodeHex(body);
    case 'percent':
      return decodePercent(body);
  }
}
