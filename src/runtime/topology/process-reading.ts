import type { Drift } from '../../model/topology.ts';
import { shownArguments } from '../../secrets/shown-arguments.ts';
import { readStatus } from '../sockets/socket-process.ts';
import type { ProcFolder } from './proc-folder.ts';

/** What `/proc/PID/stat` tells that changes all the time (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly name: string;
  readonly parent: number;
  /** Clock ticks since the boot. */
  readonly start: number;
  /** Of processor time: user and system. */
  readonly ticks: number;
  readonly threads: number;
  readonly residentPages: number;
  readonly isKernel: boolean;
}

/** PF_KTHREAD of include/linux/sched.h. */
const KERNEL_THREAD = 0x00200000;

const STAT = 4096;
const STATUS = 8192;
const CMDLINE = 16 * 1024;
const CGROUP = 16 * 1024;
const PATH = 1024;

export function readStat(proc: ProcFolder, pid: number): ProcessStat | undefined {
  const text = proc.text(`${pid}/stat`, STAT);
  return text === undefined ? undefined : parseStat(text);
}

/** Its name may hold anything, blanks and brackets too: it ends at the last bracket. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  // Numbered from the state, which is field 3.
  const fields = text.slice(close + 2).split(' ');
  const at = (field: number): number => Number(fields[field - 3]);
  const [parent, start, ticks] = [at(4), at(22), at(14) + at(15)];
  if (!Number.isSafeInteger(parent) || !Number.isSafeInteger(start) || !Number.isFinite(ticks)) return undefined;
  return {
    name: text.slice(open + 1, close).slice(0, 64),
    parent,
    start,
    ticks,
    threads: at(20) || 1,
    residentPages: at(24) || 0,
    isKernel: (at(9) & KERNEL_THREAD) !== 0,
  };
}

/** What stays of a process as long as it runs one program. */
export interface ProcessReading {
  /** Links of /proc that may not be read say nothing. */
  readonly executable?: string;
  readonly gone?: Extract<Drift, 'deleted' | 'memory'>;
  readonly arguments: readonly string[];
  readonly uid?: number;
  /** As its own namespace numbers it, where that is another. */
  readonly innerPid?: number;
  /** The id in the name of its control group, where there is one: that of its container. */
  readonly group?: string;
  /** Link to its network namespace: `net:[4026531840]`. */
  readonly network?: string;
}

/** @param withArguments false: none are read */
export function readProcessOf(proc: ProcFolder, pid: number, withArguments: boolean): ProcessReading | undefined {
  const status = proc.text(`${pid}/status`, STATUS);
  if (status === undefined) return undefined;
  const { pids, uid } = readStatus(status);
  const innerPid = pids.length > 1 ? pids.at(-1) : undefined;
  const link = proc.link(`${pid}/exe`);
  const line = withArguments ? proc.text(`${pid}/cmdline`, CMDLINE) : undefined;
  const group = groupOf(proc.text(`${pid}/cgroup`, CGROUP) ?? '');
  const network = proc.link(`${pid}/ns/net`);
  return {
    ...readExecutableLink(link),
    arguments: line === undefined || line === '' ? [] : shownArguments(line.replace(/\0+$/, '').split('\0')),
    ...(uid !== undefined && { uid }),
    ...(innerPid !== undefined && innerPid !== pid && { innerPid }),
    ...(group !== undefined && { group }),
    ...(network !== undefined && { network }),
  };
}

/** Engines name the control group of a container by its id; of groups in groups the innermost. */
export function groupOf(text: string): string | undefined {
  return text.match(/(?<![\da-f])[\da-f]{64}(?![\da-f])/g)?.at(-1);
}

/** ` (deleted)` follows on the path of a file that has no name any more; files of memfd_create(2) show at the root. */
export function readExecutableLink(link: string | undefined): Pick<ProcessReading, 'executable' | 'gone'> {
  if (link?.startsWith('/') !== true) return {};
  const isGone = link.endsWith(' (deleted)');
  const executable = (isGone ? link.slice(0, -' (deleted)'.length) : link).slice(0, PATH);
  if (!isGone) return { executable };
  return { executable, gone: executable.startsWith('/memfd:') ? 'memory' : 'deleted' };
}

/** Bytes of a table of mappings, and libraries of one process. */
const MAPS = 2 * 1024 * 1024;
const LIBRARIES = 256;

/** Files with code that a process has in memory beside its program (proc_pid_maps(5)), sorted. */
export function readLibraries(
  proc: ProcFolder,
  pid: number,
  executable: string | undefined,
): readonly string[] | undefined {
  const text = proc.bytes(`${pid}/maps`, MAPS)?.toString('utf8');
  if (text === undefined) return undefined;
  const found = new Set<string>();
  for (let start = 0; start < text.length && found.size < LIBRARIES; ) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    // `START-END r-xp OFFSET DEVICE INODE PATH`: the path begins at the first slash.
    const permissions = text.indexOf(' ', start) + 1;
    if (permissions > start && permissions < end && text.charCodeAt(permissions + 2) === 0x78) {
      const slash = text.indexOf('/', permissions);
      if (slash > 0 && slash < end && end - slash <= PATH) {
        const path = text.slice(slash, end);
        if (path !== executable && !path.endsWith(' (deleted)') && !path.startsWith('/memfd:')) found.add(path);
      }
    }
    start = end + 1;
  }
  return [...found].sort();
}
