import { FormatError } from '../errors.ts';
import type { ByteSource } from '../model/bytes.ts';
import { readBytes } from './byte-source.ts';

const MAGIC = 'SIF_MAGIC';
/** Behind the line with which a shell starts the file. */
const MAGIC_AT = 32;
const HEADER_BYTES = 128;
const DESCRIPTOR_BYTES = 585;
/** Programs make 48 of them. */
const MOST_DESCRIPTORS = 4096;

/** What a part of a SIF file is, by its number (sylabs/sif, pkg/sif). */
const kinds: ReadonlyMap<number, SifPart['kind']> = new Map([
  [0x4001, 'definition'],
  [0x4002, 'environment'],
  [0x4003, 'labels'],
  [0x4004, 'partition'],
  [0x4005, 'signature'],
  [0x400a, 'oci-index'],
  [0x400b, 'oci-blob'],
]);

const fileSystems: readonly string[] = ['unknown', 'SquashFS', 'ext3', 'archive', 'raw', 'encrypted SquashFS'];
const roles = ['unknown', 'system', 'primary', 'data', 'overlay'] as const;
const architectures: readonly (string | undefined)[] = [
  undefined,
  '386',
  'amd64',
  'arm',
  'arm64',
  'ppc64',
  'ppc64le',
  'mips',
  'mipsle',
  'mips64',
  'mips64le',
  's390x',
  'riscv64',
];

/** A part of a SIF file. */
export interface SifPart {
  readonly kind:
    | 'definition'
    | 'environment'
    | 'labels'
    | 'partition'
    | 'signature'
    | 'oci-index'
    | 'oci-blob'
    | 'other';
  /** Of a blob: `sha256:...`. */
  readonly digest: string;
  readonly offset: number;
  readonly size: number;
  /** Of a partition: its file system, as the descriptor states it. */
  readonly fileSystem: string;
  readonly role: (typeof roles)[number];
}

/** What a SIF file has. */
export interface Sif {
  /** As image platforms call it; undefined where it is not told. */
  readonly architecture: string | undefined;
  readonly parts: readonly SifPart[];
  /** Its list of parts ends before its end. */
  readonly isCut: boolean;
}

/** Whether a file is an image of Singularity or Apptainer. */
export function isSif(source: ByteSource): boolean {
  return readBytes(source, MAGIC_AT, MAGIC.length).toString('latin1') === MAGIC;
}

/**
 * Reads what a SIF file has (Singularity Image Format; layout of sylabs/sif, pkg/sif/sif.go).
 * @throws FormatError where it is cut within its header, or states impossible places
 */
export function readSif(source: ByteSource): Sif {
  const header = readBytes(source, 0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) throw new FormatError('its header is cut', { reason: 'truncated' });
  const total = header.readBigInt64LE(88);
  const start = header.readBigInt64LE(96);
  if (total < 0n) throw new FormatError('it states a number of parts below zero');
  if (total > BigInt(MOST_DESCRIPTORS)) throw new FormatError(`it states ${total} parts`);
  if (start < BigInt(HEADER_BYTES) || start > BigInt(source.size)) {
    throw new FormatError('its list of parts is outside of it', { reason: 'truncated' });
  }
  const wanted = Number(total) * DESCRIPTOR_BYTES;
  const list = readBytes(source, Number(start), wanted);
  const parts: SifPart[] = [];
  for (let at = 0; at + DESCRIPTOR_BYTES <= list.length; at += DESCRIPTOR_BYTES) {
    const part = readPart(list.subarray(at, at + DESCRIPTOR_BYTES));
    if (part !== undefined) parts.push(part);
  }
  const architecture = architectures[Number.parseInt(text(header.subarray(45, 48)), 10)];
  return { architecture, parts, isCut: list.length < wanted };
}

function readPart(bytes: Buffer): SifPart | undefined {
  if (bytes[4] === 0) return undefined; // not in use
  const offset = Number(bytes.readBigInt64LE(17));
  const size = Number(bytes.readBigInt64LE(25));
  const extra = bytes.subarray(201);
  return {
    kind: kinds.get(bytes.readInt32LE(0)) ?? 'other',
    digest: text(extra),
    offset: Number.isSafeInteger(offset) ? Math.max(0, offset) : 0,
    size: Number.isSafeInteger(size) && offset >= 0 ? Math.max(0, size) : 0,
    fileSystem: fileSystems[extra.readInt32LE(0)] ?? 'unknown',
    role: roles[extra.readInt32LE(4)] ?? 'unknown',
  };
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}
