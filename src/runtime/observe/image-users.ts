import { TarStream } from '../../formats/tar/stream.ts';
import { defaultLimits } from '../../limits.ts';
import { getArchive } from '../../net/container-engine/archives.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';

/** Bytes of a list of users that are read, and users that are kept. */
const BYTES = 1024 * 1024;
const USERS = 10_000;

/** Names by number, of a container's /etc/passwd or /etc/group as it is now (passwd(5)); empty where it has none. */
export async function namesById(
  engine: Engine,
  container: string,
  file: '/etc/passwd' | '/etc/group',
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  try {
    const archive = await getArchive(engine, container, file, signal);
    try {
      const stream = new TarStream(archive.bytes, { signal, limits: defaultLimits, problem: () => {} });
      const member = await stream.next();
      const pieces: Uint8Array[] = [];
      let left = BYTES;
      if (member?.header.type === 'file') {
        for await (const piece of member.body) {
          pieces.push(Buffer.from(piece.subarray(0, left)));
          left -= piece.length;
          if (left <= 0) break;
        }
      }
      for (const line of Buffer.concat(pieces).toString('utf8').split('\n')) {
        const [name = '', , id = ''] = line.split(':', 3);
        if (name === '' || name.length > 64 || !/^\d{1,10}$/.test(id) || names.size >= USERS) continue;
        // The first one counts, as getpwuid(3) has it.
        if (!names.has(Number(id))) names.set(Number(id), name);
      }
    } finally {
      archive.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    // An image need not have one, and what it has may be a link to nowhere.
    if (!(error instanceof EngineError) && !(error instanceof Error && error.name === 'FormatError')) throw error;
  }
  return names;
}
