import { crc32 } from 'node:zlib';
import { type Decoded, decoded } from '../../formats/archive/decoded.ts';
import { Inflow } from '../../formats/archive/inflow.ts';
import { readBytes } from '../../formats/byte-source.ts';
import type { Decoder } from '../../formats/compression/decoder.ts';
import { rawDeflate } from '../../formats/compression/raw-deflate.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { DEFLATED, STORED, type ZipEntry } from '../../formats/zip/entry.ts';
import { AES_CODE_BYTES } from '../../formats/zip/zip-aes.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { ArchiveTools } from './archive-tools.ts';
import { bombCounter } from './decode-flow.ts';
import { type Key, lockBytes } from './locks.ts';
import { zipDecoder } from './zip-decoders.ts';

/** Bytes that are decrypted at a time. */
const PIECE = 64 * 1024;
/** The end of deflate data shows only where bytes follow. */
const BEHIND = 32;

/** A member that a password opens. */
export interface Unlocked {
  /** Bytes of it; undefined where it grows out of proportion. */
  readonly size: number | undefined;
  /** Its bytes, from the first one. `stage` tells how they ended, and is to be closed. */
  open(): PlainFlow;
}

interface PlainFlow {
  readonly flow: Inflow;
  readonly stage?: Decoded;
}

/**
 * Tries passwords on a member. All of it is unpacked to see whether one fits: a few bytes alone would not tell.
 * @param body as it stands in the archive
 * @param check the byte by which the old method knows the right one
 * @returns why none did, where none did
 * @throws LimitError
 */
export function* unlock(
  entry: ZipEntry,
  body: ByteSource,
  check: number,
  passwords: readonly Uint8Array[],
  tools: ArchiveTools,
): Steps<Unlocked | string> {
  const { aes } = entry;
  const decoder = decoderOf(entry);
  if (decoder === undefined) return 'is encrypted';
  const start = lockBytes(aes);
  const end = body.size - (aes === undefined ? 0 : AES_CODE_BYTES);
  if (end < start) return 'is encrypted';
  const lock = { header: readBytes(body, 0, start), check, ...(aes && { aes }) };
  const packed = body.slice(start, end - start);
  const code = readBytes(body, end, AES_CODE_BYTES);
  for (const { open: openKey, fits } of tools.locks.fitting(lock, passwords)) {
    const open = (key: Key = openKey()): PlainFlow => plainFlow(packed, key, decoder, tools);
    const key = openKey();
    const size = yield* sizeIfRight(open(key), entry, () => key.isRight?.(code), tools);
    if (size === 'wrong') continue;
    fits();
    return { size, open };
  }
  return tools.locks.isSpent ? 'is encrypted, and not all passwords were tried on it,' : 'is encrypted';
}

/** How it was packed before it was encrypted. */
function decoderOf({ aes, method, size }: ZipEntry): Decoder | 'stored' | undefined {
  const inner = aes?.method ?? method;
  if (inner === STORED) return 'stored';
  return inner === DEFLATED ? rawDeflate : zipDecoder({ method: inner, size });
}

function plainFlow(packed: ByteSource, { decipher }: Key, decoder: Decoder | 'stored', tools: ArchiveTools): PlainFlow {
  const isStored = decoder === 'stored';
  const window = Buffer.allocUnsafe(Math.min(PIECE, packed.size));
  let position = 0;
  let padding = isStored ? 0 : BEHIND;
  const plain = new Inflow({
    // biome-ignore lint/correctness/useYield: nothing has to be waited for
    *more() {
      const piece = window.subarray(0, packed.read(window, position));
      position += piece.length;
      if (piece.length > 0) {
        decipher(piece);
        return piece;
      }
      const behind = padding === 0 ? undefined : Buffer.alloc(padding);
      padding = 0;
      return behind;
    },
  });
  if (isStored) return { flow: plain };
  const stage = decoded(decoder, plain, bombCounter(tools));
  return { flow: stage.flow, stage };
}

/** Unpacks all of it. Where it grows out of proportion, it is right so far. */
function* sizeIfRight(
  { flow, stage }: PlainFlow,
  { aes, crc }: ZipEntry,
  isRight: () => boolean | undefined,
  { budget }: ArchiveTools,
): Steps<number | undefined | 'wrong'> {
  let size = 0;
  let sum = 0;
  try {
    for (;;) {
      const piece = yield* flow.take(PIECE);
      if (piece.length === 0) break;
      size += piece.length;
      // What is decompressed was counted.
      if (stage === undefined) budget.spend(piece.length);
      if (aes === undefined) sum = crc32(piece, sum);
      yield 'pause';
    }
    if (stage?.isStopped === true) return undefined;
    if (stage?.failure !== undefined) return 'wrong';
    return (aes === undefined ? sum === crc : isRight()) ? size : 'wrong';
  } finally {
    stage?.close();
  }
}
