import { FormatError, LimitError } from '../errors.ts';
import type { LayerContext } from '../model/analyzer.ts';
import { Appetite, type FileHeader, type LayerFile } from '../model/file.ts';

const MiB = 1024 * 1024;

/** Bytes of a lockfile or a list of what is installed that are read; of a larger one nothing is. */
export const MAX_LOCKFILE: number = 32 * MiB;
/** The same of a file that people write. */
export const MAX_MANIFEST: number = 4 * MiB;

/** What to want of a text file: its body, or only its header where it is too large to be read. */
export function textAppetite(file: FileHeader, maximum: number): Appetite {
  return file.size > maximum ? Appetite.Header : Appetite.Body;
}

/**
 * Reads a text file that was wanted by `textAppetite`. What is too large or not of its format becomes a problem.
 * @param maximum the same as there
 * @param parse gets the text without a byte order mark; may throw FormatError and LimitError
 * @returns undefined where there is a problem
 */
export function readTextFile<T>(
  layer: LayerContext,
  file: LayerFile,
  maximum: number,
  parse: (text: string) => T,
): T | undefined {
  const { path, header } = file;
  if (header.size > maximum || file.truncated) {
    const message = `it has ${header.size} bytes, which is more than is read of such a file; its packages are not known`;
    layer.problem({ code: 'file.too-large', message, path });
    return undefined;
  }
  try {
    return parse(
      Buffer.from(file.content.buffer, file.content.byteOffset, file.content.length)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
    layer.problem({ code: 'file.format', message: `${error.message}; its packages are not known`, path });
    return undefined;
  }
}
