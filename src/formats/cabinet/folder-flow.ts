import { inflateRawSync } from 'node:zlib';
import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Inflow } from '../archive/inflow.ts';
import { readBytes } from '../byte-source.ts';
import { damaged, truncated } from '../compression/damage.ts';
import type { CabinetFolder } from './cabinet.ts';

/** Bytes that a block unpacks to at the most, and to which the next one may refer. */
const BLOCK = 32 * 1024;
const BLOCK_HEADER = 8;
const STORED = 0;
const MSZIP = 1;

const methods: Readonly<Record<number, string>> = { 2: 'Quantum', 3: 'LZX' };

/** Why a folder cannot be unpacked, where that is known before. */
export function unreadableMethod({ method }: CabinetFolder): string | undefined {
  return method === STORED || method === MSZIP ? undefined : (methods[method] ?? `unknown method ${method}`);
}

/**
 * What a folder unpacks to ([MS-CAB], section 2.5; [MS-MCI] on MSZIP: blocks of deflate data behind `CK`, each of which refers
 * to the one before).
 */
export function folderFlow(
  source: ByteSource,
  folder: CabinetFolder,
  reserve: number,
  count: (made: number) => void,
): Inflow {
  let { start: at, blocks } = folder;
  let before: Buffer = Buffer.alloc(0);
  return new Inflow({
    *more() {
      for (; blocks > 0; blocks--) {
        const header = readBytes(source, at, BLOCK_HEADER);
        if (header.length < BLOCK_HEADER) throw truncated();
        const length = header.readUInt16LE(4);
        const size = header.readUInt16LE(6);
        const data = readBytes(source, at + BLOCK_HEADER + reserve, length);
        if (data.length < length) throw truncated();
        at += BLOCK_HEADER + reserve + length;
        const made = folder.method === STORED ? data : inflated(data, before);
        // A block that goes on in the next cabinet says that it has none.
        if (size !== 0 && made.length !== size) throw damaged('size of a block');
        before = made;
        count(made.length);
        yield 'pause';
        if (made.length === 0) continue;
        blocks--;
        return made;
      }
      return undefined;
    },
  });
}

function inflated(data: Buffer, dictionary: Buffer): Buffer {
  if (data[0] !== 0x43 || data[1] !== 0x4b) throw damaged('mark of a block');
  try {
    return inflateRawSync(data.subarray(2), { maxOutputLength: BLOCK, ...(dictionary.length > 0 && { dictionary }) });
  } catch (error) {
    throw error instanceof FormatError ? error : damaged('deflate data', error);
  }
}
