/** A part of a SIF file, as its descriptor has it: numbers of sylabs/sif, pkg/sif. */
export interface SifTestPart {
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Fields of the type: file system and role of a partition, digest of a blob. */
  readonly extra?: Buffer;
}

const ALIGNED = 4096;
const DESCRIPTOR = 585;

/** The extra fields of a partition. */
export function partition(fileSystem: number, role: number): Buffer {
  const extra = Buffer.alloc(11);
  extra.writeInt32LE(fileSystem, 0);
  extra.writeInt32LE(role, 4);
  extra.write('02', 8);
  return extra;
}

/** Writes a SIF file, as Singularity does: header, 48 descriptors, parts on page boundaries. */
export function sif(parts: readonly SifTestPart[], architecture = '02'): Buffer {
  const start = Math.ceil((ALIGNED + 48 * DESCRIPTOR) / ALIGNED) * ALIGNED;
  const header = Buffer.alloc(start);
  header.write('#!/usr/bin/env run-singularity\n', 0);
  header.write('SIF_MAGIC', 32);
  header.write('01', 42);
  header.write(architecture, 45);
  const longs = [48 - parts.length, 48, ALIGNED, 48 * DESCRIPTOR, start, 0];
  for (const [i, value] of longs.entries()) header.writeBigInt64LE(BigInt(value), 80 + 8 * i);
  const bodies: Uint8Array[] = [];
  let position = start;
  for (const [i, { type, bytes, extra }] of parts.entries()) {
    const at = ALIGNED + i * DESCRIPTOR;
    header.writeInt32LE(type, at);
    header[at + 4] = 1;
    header.writeUInt32LE(i + 1, at + 5);
    header.writeBigInt64LE(BigInt(position), at + 17);
    header.writeBigInt64LE(BigInt(bytes.length), at + 25);
    extra?.copy(header, at + 201);
    const padding = Buffer.alloc(Math.ceil(bytes.length / ALIGNED) * ALIGNED - bytes.length);
    bodies.push(bytes, padding);
    position += bytes.length + padding.length;
  }
  return Buffer.concat([header, ...bodies]);
}
