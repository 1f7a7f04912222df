import {
  type Base64Order,
  decodeBase64Into,
  decodeHex,
  decodePercent,
  isPlain,
  isPrintable,
  rotate,
} from './encodings.ts';
import { inflateBeginning } from './inflate.ts';
import { findRuns, type PayloadRun } from './payload-runs.ts';

/** A text that a script holds encoded. */
export interface Payload {
  readonly bytes: Uint8Array;
  /** How it was decoded, from the outermost on. */
  readonly chain: readonly string[];
  /** Where it begins in the text that holds it. */
  readonly at: number;
}

/** Bytes of one payload, of all of one file, and levels of decoding. */
export const payloadBytes = 64 * 1024;
const ALL_BYTES = 256 * 1024;
const LEVELS = 8;
/** Bytes that may be inflated in vain, in one file. */
const INFLATED_BYTES = 1024 * 1024;
/** What may stand around the literal of a lone decoder call. */
const AROUND = 300;
/** Only longer runs are inflated without the mark of zlib or gzip at their beginning. */
const SHORTEST_DEFLATE = 64;
/** Shorter runs must decode to nothing but plain text; half of it, if they are reversed or rotated. */
const SURE = 64;
/** Text that is inflated without a mark is believed from so many bytes on. */
const SHORTEST_INFLATED = 32;
/** Characters from which a run is guessed. */
const PROBE = 64;
/** Characters of base64 that are decoded of one run: what is compressed takes more than what comes out, but rarely. */
const MOST_BASE64 = 2 * payloadBytes;

/** What may still be made of one file. */
export interface PayloadBudget {
  output: number;
  inflated: number;
}

/** What may be made of a file of which nothing was made yet. */
export function payloadBudget(): PayloadBudget {
  return { output: ALL_BYTES, inflated: INFLATED_BYTES };
}

/**
 * Decodes what a text holds in base64 (as it is, reversed, with letters rotated), in hexadecimal digits and in
 * percent-encoding, and inflates it where it is compressed. What is not text afterwards is none.
 *
 * One level is decoded, and up to seven more as long as there is nothing but a call of a decoder in the result.
 * At most 64 kB of each payload, and 256 kB of all.
 */
export function findPayloads(text: Uint8Array, budget: PayloadBudget): Payload[] {
  const payloads: Payload[] = [];
  if (budget.output <= 0) return payloads;
  findRuns(text, (run) => {
    let payload = decodeRun(text, run, budget);
    if (payload === undefined) return true;
    for (let level = 1; level < LEVELS; level++) {
      const inner = loneCall(payload, budget);
      if (inner === undefined) break;
      payload = inner;
    }
    const bytes = payload.bytes.subarray(0, Math.min(payload.bytes.length, budget.output));
    budget.output -= bytes.length;
    payloads.push({ bytes, chain: payload.chain, at: payload.at });
    return budget.output > 0;
  });
  return payloads;
}

/** What the only run of a payload decodes to, if there is next to nothing around it. */
function loneCall(payload: Payload, budget: PayloadBudget): Payload | undefined {
  const text = payload.bytes;
  let inner: Payload | undefined;
  findRuns(text, (run) => {
    if (run.start > AROUND) return false;
    if (text.length - (run.end - run.start) > AROUND) return true;
    const found = decodeRun(text, run, budget);
    if (found !== undefined) inner = { bytes: found.bytes, chain: [...payload.chain, ...found.chain], at: payload.at };
    return false;
  });
  return inner;
}

function decodeRun(text: Uint8Array, run: PayloadRun, budget: PayloadBudget): Payload | undefined {
  const { start, end } = run;
  switch (run.kind) {
    case 'percent': {
      const body = text.subarray(start, Math.min(end, start + 3 * payloadBytes));
      const bytes = decodePercent(body).subarray(0, payloadBytes);
      return isPrintable(bytes) ? { bytes, chain: ['percent'], at: start } : undefined;
    }
    case 'hex': {
      const body = text.subarray(start, Math.min(end, start + 3 * payloadBytes));
      return textOf(decodeHex(body), ['hex'], start, budget) ?? decodeOrders(text, run, budget);
    }
    case 'base64':
      return decodeOrders(text, run, budget);
  }
}

const orders: readonly { readonly order: Base64Order; readonly chain: readonly string[] }[] = [
  { order: 'forward', chain: ['base64'] },
  { order: 'reversed', chain: ['reversed', 'base64'] },
  { order: 'rotated', chain: ['rot13', 'base64'] },
];

/** The beginning of a run, decoded: most runs are names, which are seen to be no more than that without any memory. */
const probe = new Uint8Array(PROBE);
/** What a run of base64 decodes to: mostly nothing that is kept. */
const decoded = Buffer.allocUnsafeSlow((MOST_BASE64 * 3) / 4 + 3);
/** Characters that tell a mark, and most names from text. */
const FIRST = 16;
/** Bytes of a mark. */
const MARK = 4;

function decodeOrders(text: Uint8Array, { start, end }: PayloadRun, budget: PayloadBudget): Payload | undefined {
  for (const { order, chain } of orders) {
    if (!mayDecode(text, start, end, order)) continue;
    const size =
      order === 'reversed'
        ? decodeBase64Into(decoded, text, Math.max(start, end - MOST_BASE64), end, order)
        : decodeBase64Into(decoded, text, start, Math.min(end, start + MOST_BASE64), order);
    const found = textOf(decoded.subarray(0, size), chain, start, budget);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a run may be text or compressed, by what its beginning decodes to. */
function mayDecode(text: Uint8Array, start: number, end: number, order: Base64Order): boolean {
  const length = end - start;
  if (length < SURE) {
    // Names of ordinary code are sometimes printable when they are decoded, but rarely all of them.
    let size = decodeProbe(text, start, end, order, FIRST);
    if (size < MARK) size = decodeProbe(text, start, end, order, length);
    if (hasMark(probe)) return true;
    if ((order !== 'forward' && length < SURE / 2) || !isPlain(probe, size)) return false;
    return isPlain(probe, decodeProbe(text, start, end, order, length));
  }
  const size = decodeProbe(text, start, end, order, PROBE);
  // Padding is passed over: what begins with much of it says nothing yet.
  if (size < MARK || isPrintable(probe, size) || hasMark(probe)) return true;
  return !hasOtherMark(probe) && mayBeCompressed(probe);
}

/** Decodes the first characters of a run; the bytes behind what they decode to are zero. */
function decodeProbe(text: Uint8Array, start: number, end: number, order: Base64Order, most: number): number {
  const probed = Math.min(end - start, most);
  const from = order === 'reversed' ? end - probed : start;
  const size = decodeBase64Into(probe, text, from, from + probed, order);
  probe.fill(0, size);
  return size;
}

/** The payload that decoded bytes are, inflated if they are compressed. They are copied where they are kept. */
function textOf(bytes: Uint8Array, chain: readonly string[], at: number, budget: PayloadBudget): Payload | undefined {
  const text = bytes.subarray(0, payloadBytes);
  if (isPrintable(text)) return unturned(Buffer.from(text), chain, at);
  const skipped = bytes[0] === 0x1f && bytes[1] === 0x8b ? gzipHeader(bytes) : isZlib(bytes) ? 2 : 0;
  if (skipped === 0 && bytes.length < (SHORTEST_DEFLATE * 3) / 4) return undefined;
  const inflated = inflatedText(bytes.subarray(skipped), budget);
  if (inflated !== undefined) return unturned(inflated, [...chain, 'inflate'], at);
  if (skipped > 0) return undefined;
  // Some rotate the letters in what is compressed.
  const rotatedText = inflatedText(rotate(bytes), budget);
  return rotatedText && unturned(rotatedText, [...chain, 'rot13', 'inflate'], at);
}

function inflatedText(bytes: Uint8Array, budget: PayloadBudget): Uint8Array | undefined {
  if (budget.inflated <= 0 || !mayBeDeflate(bytes)) return undefined;
  const inflated = inflateBeginning(bytes, payloadBytes);
  budget.inflated -= inflated?.length ?? 0;
  return inflated !== undefined && inflated.length >= SHORTEST_INFLATED && isPrintable(inflated) ? inflated : undefined;
}

/** Texts that are still reversed or rotated give themselves away by what they call. */
const turned: readonly { readonly word: string; readonly step: string }[] = [
  { word: '(lave', step: 'reversed' },
  { word: 'edoced_46esab', step: 'reversed' },
  { word: 'riny(', step: 'rot13' },
  { word: 'onfr64_qrpbqr', step: 'rot13' },
  { word: '$_CBFG[', step: 'rot13' },
  { word: '$_TRG[', step: 'rot13' },
];

function unturned(bytes: Uint8Array, chain: readonly string[], at: number): Payload {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const step = turned.find(({ word }) => text.includes(word))?.step;
  if (step === undefined) return { bytes, chain, at };
  const turnedBytes = step === 'rot13' ? rotate(bytes) : Buffer.from(bytes).reverse();
  return { bytes: turnedBytes, chain: [...chain, step], at };
}

function hasMark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b) || isZlib(bytes);
}

/** RFC 1950: deflate, and a check of both bytes; the window sizes and levels that are in use. */
function isZlib(bytes: Uint8Array): boolean {
  return bytes[0] === 0x78 && ((0x78 << 8) | bytes[1]!) % 31 === 0;
}

/** The first block is stored, with a length and its complement, or has one of the two codes; 3 is none. */
function mayBeDeflate(bytes: Uint8Array): boolean {
  const kind = (bytes[0]! >> 1) & 3;
  if (kind === 3) return false;
  return kind !== 0 || (bytes[1]! ^ bytes[3]!) === 0xff;
}

/** The same, of bytes whose letters may be rotated, which changes the first two bits of a letter or does not. */
function mayBeCompressed(bytes: Uint8Array): boolean {
  return mayBeDeflate(bytes) || isLetter(bytes[0]!);
}

function isLetter(byte: number): boolean {
  const folded = byte | 0x20;
  return folded >= 0x61 && folded <= 0x7a;
}

/** Bytes of the header of gzip (RFC 1952) before the deflate stream. */
function gzipHeader(bytes: Uint8Array): number {
  const flags = bytes[3]!;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at]! | (bytes[at + 1]! << 8));
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return bytes.length;
    at = end + 1;
  }
  return flags & 2 ? at + 2 : at;
}

/** Images, fonts, archives and programs, which many harmless files hold in base64. */
function hasOtherMark(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return (
    (a === 0x89 && b === 0x50 && c === 0x4e && d === 0x47) ||
    (a === 0x47 && b === 0x49 && c === 0x46 && d === 0x38) ||
    (a === 0xff && b === 0xd8 && c === 0xff) ||
    (a === 0x77 && b === 0x4f && c === 0x46) ||
    (a === 0x00 && b === 0x01 && c === 0x00 && d === 0x00) ||
    (a === 0x52 && b === 0x49 && c === 0x46 && d === 0x46)
  );
}
