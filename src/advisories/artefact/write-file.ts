import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AdvisoriesError } from '../../errors.ts';

/** SHA-256 of a file, in hexadecimal digits. */
export async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/** Writes parts one behind the other, and has them on the disk before it returns. */
export async function writeWhole(
  file: string,
  parts: readonly (Uint8Array | AsyncIterable<Uint8Array>)[],
): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const part of parts) {
      if (part instanceof Uint8Array) await handle.writeFile(part);
      else for await (const chunk of part) await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Says in words why a file could not be written; other errors pass unchanged. */
export function explainWriting(error: unknown, output: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return notWritable(`There is no room left to write ${output}.`, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'EISDIR' || code === 'ENOTDIR') {
    return notWritable(`${output} cannot be written (${code}).`, error);
  }
  return error;
}

function notWritable(message: string, cause: unknown): AdvisoriesError {
  return new AdvisoriesError('advisories.not-writable', message, { cause });
}
