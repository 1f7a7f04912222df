import type { Engine } from '../../net/container-engine/engine.ts';
import { readContainerFile } from './container-file.ts';

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
  const bytes = await readContainerFile(engine, container, file, BYTES, signal);
  for (const line of bytes?.toString('utf8').split('\n') ?? []) {
    const [name = '', , id = ''] = line.split(':', 3);
    if (name === '' || name.length > 64 || !/^\d{1,10}$/.test(id) || names.size >= USERS) continue;
    // The first one counts, as getpwuid(3) has it.
    if (!names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}
