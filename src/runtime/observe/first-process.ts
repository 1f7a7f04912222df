import path from 'node:path';
import type { ContainerStart } from '../cage/container-start.ts';
import type { FirstProcess } from '../calls/process-table.ts';

/**
 * What the first process of a container is before its first call: its folder, user and group as the image and the run have
 * them (OCI image specification, config.md, "User" and "WorkingDir"). What only the container knows is asked, or left out.
 * @param start absent: as the image says
 * @param userId number of a user of the container by the name
 */
export async function firstProcess(
  config: Readonly<Record<string, unknown>>,
  start: Pick<ContainerStart, 'user' | 'workingDirectory'> | undefined,
  userId: (name: string) => Promise<number | undefined>,
): Promise<FirstProcess> {
  const folder = text(config['WorkingDir']);
  const directory = path.posix.resolve('/', start?.workingDirectory ?? folder);
  const [user = '', group] = (start?.user ?? text(config['User'])).split(':', 2);
  const uid = user === '' || user === 'root' ? 0 : isNumber(user) ? Number(user) : await userId(user);
  // Without a group the container's list of users has it; root is in that of root everywhere.
  const gid = group === undefined ? (uid === 0 ? 0 : undefined) : isNumber(group) ? Number(group) : undefined;
  return { directory, ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
}

function isNumber(word: string): boolean {
  return /^\d{1,10}$/.test(word);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
