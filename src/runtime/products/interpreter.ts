import { FormatError } from '../../errors.ts';
import { MemorySource } from '../../formats/byte-source.ts';
import { elfSegment, isElf, readElf } from '../../formats/elf/elf.ts';
import type { FileUse } from './touched-files.ts';

/** Bytes of a program that tell what the kernel opens to start it. */
export const HEAD_BYTES = 64 * 1024;

/** Of a script no more is looked at (BINPRM_BUF_SIZE; execve(2), "Interpreter scripts"). */
const LINE_BYTES = 255;
/** PATH_MAX of Linux. */
const PATH_BYTES = 4096;

/**
 * What the kernel opens by itself when a program is started, which no call tells: the interpreter of a script, which is what
 * runs then, or the dynamic linker (execve(2); System V ABI, "Program Interpreter").
 * @param head the beginning of the file, {@link HEAD_BYTES} at most
 * @returns undefined where there is none, or none that is named from the root
 */
export function interpreterOf(head: Uint8Array): { readonly path: string; readonly use: FileUse } | undefined {
  if (head[0] === 0x23 && head[1] === 0x21) {
    const line = text(head.subarray(2, LINE_BYTES)).split('\n', 1)[0]!;
    return named(/^[ \t]*([^ \t]+)/.exec(line)?.[1], 'executed');
  }
  if (!isElf(head)) return undefined;
  try {
    const segment = readElf(new MemorySource(head)).segments.find(({ type }) => type === elfSegment.interpreter);
    if (segment === undefined || segment.size > PATH_BYTES) return undefined;
    const bytes = head.subarray(segment.offset, segment.offset + segment.size);
    return named(text(bytes), 'loaded');
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function named(path: string | undefined, use: FileUse): { readonly path: string; readonly use: FileUse } | undefined {
  return path?.startsWith('/') === true ? { path, use } : undefined;
}

function text(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  return Buffer.from(zero < 0 ? bytes : bytes.subarray(0, zero)).toString('utf8');
}
