import { spawnSync } from 'node:child_process';
import { MemorySource } from '../../src/formats/byte-source.ts';
import { type DecompressOptions, decompress } from '../../src/formats/compression/decompress.ts';
import type { Compression } from '../../src/formats/compression/detect.ts';
import { defaultLimits } from '../../src/limits.ts';

/** What came of decompressing something. */
export interface Outcome {
  readonly bytes: Buffer;
  /** Bytes that `onInput` saw. */
  readonly seen: number;
  readonly trailing?: number;
  readonly error?: unknown;
}

/** How compressed bytes come: read at any place, or once in pieces of the lengths that `pieces` gives in turn. */
export type Coming = 'source' | { readonly pieces: readonly number[] };

export async function decompressed(
  compressed: Buffer,
  compression: Exclude<Compression, 'none'>,
  coming: Coming = 'source',
  options: Partial<DecompressOptions> = {},
): Promise<Outcome> {
  const made: Buffer[] = [];
  const seen: Buffer[] = [];
  const input = coming === 'source' ? new MemorySource(compressed) : inPieces(compressed, coming.pieces);
  const outcome = await decompress(input, compression, (chunk) => made.push(Buffer.from(chunk)), {
    limits: defaultLimits,
    onInput: (chunk) => seen.push(Buffer.from(chunk)),
    ...options,
  }).catch((error: unknown) => ({ error }));
  const all = Buffer.concat(seen);
  if (!all.equals(compressed.subarray(0, all.length))) throw new Error('onInput saw other bytes than the input has');
  return { bytes: Buffer.concat(made), seen: all.length, ...outcome };
}

export async function* inPieces(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield Uint8Array.from(bytes.subarray(at, at + length));
    at += length;
  }
}

/** What a program makes of its standard input; undefined where it is not there or fails. */
export function filtered(program: string, args: readonly string[], input: Uint8Array): Buffer | undefined {
  const { status, stdout, error } = spawnSync(program, args, { input, maxBuffer: 2 ** 30 });
  return error === undefined && status === 0 ? stdout : undefined;
}

export function hasProgram(program: string): boolean {
  return filtered(program, ['--version'], new Uint8Array(0)) !== undefined;
}

/** Bytes that compress like a file system: words, runs, noise, and repeats from far away. The same for the same seed. */
export function mixedBytes(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let at = 0; at < length; ) {
    const size = 1 + random(400);
    const kind = random(5);
    const part = bytes.subarray(at, at + size);
    if (kind === 0) part.fill(random(256));
    else if (kind === 1) for (let index = 0; index < part.length; index++) part[index] = random(256);
    else if (kind === 2) part.fill(`layer ${random(50)} `);
    else if (kind === 3 && at > 0) bytes.copy(part, 0, random(at), at);
    else part.fill('usr/share/doc/');
    at += size;
  }
  return bytes;
}
