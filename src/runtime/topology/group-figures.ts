import type { Figures } from '../../model/topology.ts';
import { ProcFolder } from './proc-folder.ts';

/** Memory limits beyond this are none (PAGE_COUNTER_MAX of cgroup 1). */
const UNLIMITED = 2 ** 60;

interface Measured {
  readonly cpuSeconds: number;
  readonly at: number;
}

/**
 * What containers use, by the files of their control groups: of version 2 (Documentation/admin-guide/cgroup-v2.rst of the
 * kernel), or of version 1, where each controller has a tree of its own.
 */
export class GroupFigures {
  readonly #proc: ProcFolder;
  readonly #groups: ProcFolder;
  readonly #before = new Map<string, Measured>();

  constructor(proc: ProcFolder, groups = '/sys/fs/cgroup') {
    this.#proc = proc;
    this.#groups = new ProcFolder(groups);
  }

  /**
   * @param pid a process of the container
   * @param now milliseconds
   */
  measure(container: string, pid: number, now: number): Figures | undefined {
    const paths = groupPaths(this.#proc.text(`${pid}/cgroup`, 16 * 1024) ?? '');
    const own = (controller: string, file: string): string | undefined => {
      const path = paths.get(controller) ?? paths.get('');
      if (path === undefined) return undefined;
      const place = paths.has(controller) ? `${controller}${path}` : path.slice(1);
      return this.#groups.text(`${place}/${file}`, 16 * 1024);
    };
    const cpuSeconds = cpuOf(own('', 'cpu.stat'), own('cpuacct', 'cpuacct.usage'));
    const memoryBytes = numberOf(own('', 'memory.current') ?? own('memory', 'memory.usage_in_bytes'));
    const limit = numberOf(own('', 'memory.max') ?? own('memory', 'memory.limit_in_bytes'));
    const before = this.#before.get(container);
    if (cpuSeconds !== undefined) this.#before.set(container, { cpuSeconds, at: now });
    const seconds = before === undefined ? 0 : (now - before.at) / 1000;
    const cpu =
      before === undefined || cpuSeconds === undefined || seconds < 0.5
        ? undefined
        : Math.max(0, Math.round(((cpuSeconds - before.cpuSeconds) / seconds) * 1000) / 1000);
    if (cpu === undefined && memoryBytes === undefined) return undefined;
    return {
      ...(cpu !== undefined && { cpu }),
      ...(memoryBytes !== undefined && { memoryBytes }),
      ...(limit !== undefined && limit < UNLIMITED && { memoryLimitBytes: limit }),
    };
  }

  forget(container: string): void {
    this.#before.delete(container);
  }
}

/** `HIERARCHY:CONTROLLERS:PATH` (cgroups(7)); of version 2 the list of controllers is empty. */
function groupPaths(text: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split('\n', 64)) {
    const [, controllers, path] = /^\d{1,5}:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined || controllers === undefined || path.split('/').includes('..')) continue;
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  return paths;
}

function cpuOf(stat: string | undefined, nanoseconds: string | undefined): number | undefined {
  const microseconds = /^usage_usec (\d{1,16})$/m.exec(stat ?? '')?.[1];
  if (microseconds !== undefined) return Number(microseconds) / 1e6;
  const used = numberOf(nanoseconds);
  return used === undefined ? undefined : used / 1e9;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,20}\n?$/.test(text) ? Number(text) : undefined;
}
