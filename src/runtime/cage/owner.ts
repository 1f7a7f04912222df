import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Whether the process that made something still runs. `unknown`: it is one of another machine or container. */
export type OwnerState = 'alive' | 'dead' | 'unknown';

/** Where processes are numbered: ids mean the same on the same host, boot and namespace only. */
interface Place {
  readonly host: string;
  readonly boot: string;
  readonly namespace: string;
}

/**
 * This process as a label: `pid@host/boot/namespace/started`. Ids of processes are used again, so the moment of its start
 * is part of it, in ticks since the machine started (proc_pid_stat(5), field 22). What a system does not tell is `-`.
 */
export function ownOwner(): string {
  const { host, boot, namespace } = ownPlace();
  return `${process.pid}@${host}/${boot}/${namespace}/${startOf(process.pid) ?? '-'}`;
}

/** Tells of the process of a label, which anybody may have written. */
export function ownerState(label: string): OwnerState {
  const found = /^([1-9]\d{0,9})@([\w.-]{1,200})\/([\w-]{1,40})\/([\w-]{1,40})\/(\d{1,20}|-)$/.exec(label);
  if (found === null) return 'unknown';
  const [, pid, host, boot, namespace, started] = found;
  const here = ownPlace();
  if (host !== here.host) return 'unknown';
  if (boot !== here.boot) return 'dead';
  if (namespace !== here.namespace) return 'unknown';
  const now = startOf(Number(pid));
  if (now !== undefined) return now === started ? 'alive' : 'dead';
  if (started !== '-') return 'dead';
  return exists(Number(pid)) ? 'alive' : 'dead';
}

/** Machines may have the same name, so what was made for this one alone at its installation is part of it (machine-id(5)). */
function ownPlace(): Place {
  const machine = text('/etc/machine-id') ?? '';
  const name = hostname()
    .replace(/[^\w.-]/g, '_')
    .slice(0, 100);
  return {
    host: machine === '' ? name : `${name}.${createHash('sha256').update(machine).digest('hex').slice(0, 12)}`,
    boot: text('/proc/sys/kernel/random/boot_id') ?? '-',
    namespace: namespaceNumber() ?? '-',
  };
}

function namespaceNumber(): string | undefined {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  } catch {
    return undefined;
  }
}

function startOf(pid: number): string | undefined {
  const stat = text(`/proc/${pid}/stat`);
  // The name of the program stands in brackets, and may have any characters.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A dead process that nobody waited for owns nothing any more.
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function text(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
