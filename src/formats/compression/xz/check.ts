import { createHash } from 'node:crypto';
import { zlibModule } from '../open-engine.ts';
import { Crc64 } from './crc64.ts';

/** The check value behind a block. */
export interface Check {
  /** Bytes of the value. */
  readonly length: number;
  update(chunk: Buffer): void;
  /** Whether the value is that of all chunks. Starts anew. */
  matches(value: Buffer): boolean;
}

/** Bytes of the check by its id, also of those that nobody has defined (the .xz file format, section 2.1.1.2). */
const LENGTHS: readonly number[] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** A check that is not known cannot be verified and is passed over, as `xz` does. */
export function checkOf(id: number): Check {
  const length = LENGTHS[id] as number;
  if (id === 1) return crc32Check(length);
  if (id === 4) return crc64Check(length);
  if (id === 10) return sha256Check(length);
  return { length, update() {}, matches: () => true };
}

function crc32Check(length: number): Check {
  const { crc32 } = zlibModule();
  let sum = 0;
  return {
    length,
    update(chunk) {
      sum = crc32(chunk, sum);
    },
    matches(value) {
      const expected = sum;
      sum = 0;
      return value.readUInt32LE(0) === expected;
    },
  };
}

function crc64Check(length: number): Check {
  let sum = new Crc64();
  return {
    length,
    update: (chunk) => sum.update(chunk),
    matches(value) {
      const { low, high } = sum;
      sum = new Crc64();
      return value.readUInt32LE(0) === low && value.readUInt32LE(4) === high;
    },
  };
}

function sha256Check(length: number): Check {
  let hash = createHash('sha256');
  return {
    length,
    update(chunk) {
      hash.update(chunk);
    },
    matches(value) {
      const digest = hash.digest();
      hash = createHash('sha256');
      return digest.equals(value);
    },
  };
}
