import { MemorySource, readBytes } from '../../formats/byte-source.ts';
import { isNpy, npyObjects } from '../../formats/models/npy.ts';
import { inflateZlib, zlibStart } from '../../formats/models/zlib-stream.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { FileRole } from './file-roles.ts';

/** The pickle that a file is, or holds. */
export interface PickleContent {
  /** Absent where there is none, or nothing of it can be read. */
  readonly source?: ByteSource;
  /** It is a pickle by more than its name. */
  readonly saysSo: boolean;
  /** It may as well be the numbers of an array. */
  readonly mayBeNumbers?: true;
  /** Why there may be more than `source` has. */
  readonly cut?: string;
}

const PROTO = 0x80;
const LZ4_MAGIC = 0x184d2204;
const HEAD = 24;

export function pickleIn(body: ByteSource, role: FileRole | undefined): PickleContent {
  const head = readBytes(body, 0, HEAD);
  if (isNpy(head)) return inArray(body);
  const zlib = role === 'pickle' ? zlibStart(head) : undefined;
  if (zlib !== undefined) return inStream(body, zlib);
  const packed = role === 'pickle' ? unreadablePacking(head) : undefined;
  if (packed !== undefined) {
    const cut = `it is named as a pickle and compressed as ${packed}: what it does when it is loaded is not known`;
    return { saysSo: false, cut };
  }
  // Any file may be called `.bin` or by its digest, and begin so: it is a pickle once it imports something.
  return { source: body, saysSo: saysPickle(head) && (role === 'pickle' || role === 'model' || role === 'array') };
}

/** What joblib decompresses and nobody here: LZ4, and LZMA with a header that no program writes. */
function unreadablePacking(head: Buffer): string | undefined {
  if (saysLzma(head)) return 'LZMA in an unusual way';
  return head.length >= 4 && head.readUInt32LE(0) === LZ4_MAGIC ? 'LZ4' : undefined;
}

/** As joblib knows LZMA; behind its first opcode no pickle goes on so. */
export function saysLzma(head: Uint8Array): boolean {
  return head[0] === 0x5d && head[1] === 0;
}

/** The opcode PROTO, and a protocol that there is. */
export function saysPickle(head: Uint8Array): boolean {
  return head[0] === PROTO && (head[1] ?? 255) <= 5;
}

/** NumPy loads the first array of a file, and no other. */
function inArray(body: ByteSource): PickleContent {
  const objects = npyObjects(body);
  if (objects === undefined) return { saysSo: false };
  const source = body.slice(objects.start, body.size - objects.start);
  if (objects.isCertain || saysPickle(readBytes(source, 0, 2))) return { source, saysSo: true };
  return { source, saysSo: false, mayBeNumbers: true };
}

function inStream(body: ByteSource, start: number): PickleContent {
  const { content, cut } = inflateZlib(body, start);
  const source = new MemorySource(content);
  if (cut === undefined) return { source, saysSo: saysPickle(content) };
  const message = `it is named as a pickle and compressed as zlib, which ${cut}: what else it does when it is loaded is not known`;
  return { source, saysSo: saysPickle(content), cut: message };
}
