import { readFile } from 'node:fs/promises';

/**
 * Whether a process of this machine is one of a container: engines name control groups and mounted files of a container by
 * its id, and those of other machines tell numbers, too, which are somebody else's here.
 */
export async function isOfContainer(pid: number, container: string): Promise<boolean> {
  const texts = await Promise.all(
    ['cgroup', 'mountinfo'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
  );
  return texts.some((text) => text.includes(container));
}
