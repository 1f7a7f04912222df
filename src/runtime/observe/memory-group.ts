import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isOfContainer } from '../inside/process-of-container.ts';

/** What the kernel keeps of the memory of a control group. */
export interface MemoryGroup {
  /** The most it ever used, bytes. */
  readonly peakBytes?: number;
  /** Processes that were ended for lack of memory. */
  readonly killed?: number;
}

/**
 * The folder of the control group that a container's memory is counted in; undefined where it is none of this machine.
 * (cgroups(7): /proc/PID/cgroup; mounted where systemd and the engines want them.)
 */
export async function memoryGroupOf(
  pid: number,
  container: string,
  root = '/sys/fs/cgroup',
): Promise<string | undefined> {
  if (!(await isOfContainer(pid, container))) return undefined;
  const text = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  return folderOf(text, container, root);
}

/** @param text of /proc/PID/cgroup */
export function folderOf(text: string, container: string, root: string): string | undefined {
  let unified: string | undefined;
  for (const line of text.split('\n', 64)) {
    const found = /^\d{1,4}:([^:]*):(\/.*)$/.exec(line);
    // A group that others share says nothing of the container.
    if (found === null || !found[2]!.includes(container) || found[2]!.split('/').includes('..')) continue;
    if (found[1]!.split(',').includes('memory')) return path.join(root, 'memory', found[2]!);
    if (found[1] === '') unified = path.join(root, found[2]!);
  }
  return unified;
}

/** What it says now; without what it does not (kernel documentation, cgroup-v1/memory and cgroup-v2). */
export async function readMemoryGroup(folder: string): Promise<MemoryGroup> {
  const read = async (name: string): Promise<string> => {
    try {
      return (await readFile(path.join(folder, name), 'utf8')).slice(0, 4096);
    } catch {
      return '';
    }
  };
  const [peak, oldPeak, events, oldEvents] = await Promise.all([
    read('memory.peak'),
    read('memory.max_usage_in_bytes'),
    read('memory.events'),
    read('memory.oom_control'),
  ]);
  const peakBytes = /^\d{1,15}/.exec(peak || oldPeak)?.[0];
  const killed = /^oom_kill (\d{1,15})$/m.exec(events || oldEvents)?.[1];
  return {
    ...(peakBytes !== undefined && { peakBytes: Number(peakBytes) }),
    ...(killed !== undefined && { killed: Number(killed) }),
  };
}
