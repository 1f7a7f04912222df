import { FormatError } from '../../errors.ts';
import { TarStream } from '../../formats/tar/stream.ts';
import { defaultLimits } from '../../limits.ts';
import { getArchive } from '../../net/container-engine/archives.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';

/**
 * The beginning of a file of a container, which need not run; undefined where it is not there, or no regular file.
 * @param most bytes that are read
 */
export async function readContainerFile(
  engine: Engine,
  container: string,
  path: string,
  most: number,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  try {
    const archive = await getArchive(engine, container, path, signal);
    try {
      const stream = new TarStream(archive.bytes, { signal, limits: defaultLimits, problem: () => {} });
      const member = await stream.next();
      if (member?.header.type !== 'file') return undefined;
      const pieces: Buffer[] = [];
      let left = most;
      for await (const piece of member.body) {
        pieces.push(Buffer.from(piece.subarray(0, left)));
        left -= piece.length;
        if (left <= 0) break;
      }
      return Buffer.concat(pieces);
    } finally {
      archive.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EngineError || error instanceof FormatError) return undefined;
    throw error;
  }
}
