import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Enrichment } from '../model/enrichment.ts';

/*
 * EPSS scores: more than 300,000, of which nearly all change every day. A row for each would rewrite half of the file
 * daily; packed by year and thousand (CVE-2024-12000 to CVE-2024-12999) all of them take some megabytes, and a look-up
 * reads only the blocks it needs.
 */

/** Score and percentile of each number of a block, as `packScore` makes them; the numbers are below 1,000. */
export type ScoreBlock = Map<number, number>;

/** FIRST publishes five decimals. */
const DIGITS = 100_000;
/** One score: 17 bits each. */
const SHIFT = 2 ** 17;
const NO_PERCENTILE = SHIFT - 1;
const THOUSANDS = 10_000_000;
/** Beyond any number that was ever given; above it a name has a row of its own. */
const HIGHEST = THOUSANDS * 1000 - 1;
const VERSION = 1;

/** Where the score of a CVE stands: its block, and its number in that. Undefined for other names. */
export function placeOf(name: string): { readonly block: number; readonly number: number } | undefined {
  const match = /^CVE-(\d{4})-(\d{4,10})$/.exec(name);
  if (match === null) return undefined;
  const digits = match[2] as string;
  const number = Number(digits);
  if (number > HIGHEST || String(number).padStart(4, '0') !== digits) return undefined;
  return { block: Number(match[1]) * THOUSANDS + Math.floor(number / 1000), number: number % 1000 };
}

/** The name that stands at a place. */
export function nameAt(block: number, number: number): string {
  const year = String(Math.floor(block / THOUSANDS)).padStart(4, '0');
  return `CVE-${year}-${String((block % THOUSANDS) * 1000 + number).padStart(4, '0')}`;
}

type Epss = NonNullable<Enrichment['epss']>;

/** The EPSS score of an enrichment that is nothing else, in one number; undefined for any other. */
export function packScore(enrichment: Enrichment): number | undefined {
  const { epss } = enrichment;
  if (epss === undefined || Object.keys(enrichment).length !== 2) return undefined;
  const { score, percentile } = epss;
  if (!isShare(score) || (percentile !== undefined && !isShare(percentile))) return undefined;
  const rank = percentile === undefined ? NO_PERCENTILE : Math.round(percentile * DIGITS);
  return Math.round(score * DIGITS) * SHIFT + rank;
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

/** What `packScore` made of it. */
export function unpackScore(packed: number, date: string): Epss {
  const percentile = packed % SHIFT;
  return {
    score: Math.floor(packed / SHIFT) / DIGITS,
    ...(percentile !== NO_PERCENTILE && { percentile: percentile / DIGITS }),
    ...(date !== '' && { date }),
  };
}

/**
 * Bytes of a block. Columns compress better than rows: first the numbers as differences, then the low, middle and high
 * bytes of all scores, then those of all percentiles.
 */
export function encodeBlock(scores: ScoreBlock, date: string): Buffer {
  const entries = [...scores].sort(([a], [b]) => a - b);
  const count = entries.length;
  const label = Buffer.from(date, 'latin1');
  const start = 4 + label.length;
  const bytes = Buffer.alloc(start + count * 8);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt8(label.length, 1);
  bytes.writeUInt16LE(count, 2);
  label.copy(bytes, 4);
  let before = -1;
  for (const [index, [number, packed]] of entries.entries()) {
    bytes.writeUInt16BE(number - before - 1, start + index * 2);
    before = number;
    const values = [Math.floor(packed / SHIFT), packed % SHIFT];
    for (const [column, value] of values.entries()) {
      for (let byte = 0; byte < 3; byte++) {
        bytes[start + count * (2 + column * 3 + byte) + index] = (value >>> (8 * byte)) & 0xff;
      }
    }
  }
  return zstdCompressSync(bytes);
}

/** What `encodeBlock` wrote. @throws Error if the bytes are no block */
export function decodeBlock(data: Uint8Array): { readonly scores: ScoreBlock; readonly date: string } {
  const bytes = zstdDecompressSync(data, { maxOutputLength: 16_384 });
  const count = bytes.readUInt16LE(2);
  const start = 4 + bytes.readUInt8(1);
  if (bytes.readUInt8(0) !== VERSION || bytes.length !== start + count * 8)
    throw new Error('a block of scores is damaged');
  const scores: ScoreBlock = new Map();
  const column = (base: number, index: number): number =>
    bytes[start + count * base + index]! |
    (bytes[start + count * (base + 1) + index]! << 8) |
    (bytes[start + count * (base + 2) + index]! << 16);
  let number = -1;
  for (let index = 0; index < count; index++) {
    number += 1 + bytes.readUInt16BE(start + index * 2);
    scores.set(number, column(2, index) * SHIFT + column(5, index));
  }
  return { scores, date: bytes.toString('latin1', 4, start) };
}
