import type { CallEvent, CallProcess } from '../../model/call.ts';
import type { CallVisitor } from '../calls/process-table.ts';

/** What a run did for which root alone, or a capability, is good enough (capabilities(7)). */
export class NeededCapabilities implements CallVisitor {
  readonly #needed = new Map<string, string>();
  /** Users of processes before the call that is looked at: a table tells those after it. */
  readonly #users = new Map<number, number>();

  /** Names as engines write them (`NET_BIND_SERVICE`), each with the first call that asked for it. */
  get needed(): ReadonlyMap<string, string> {
    return this.#needed;
  }

  call(event: CallEvent, process: CallProcess): void {
    if (event.error !== undefined) return;
    const before =
      this.#users.get(event.pid) ??
      this.#users.get(process.parent ?? -1) ??
      (event.kind === 'credentials' ? 0 : process.uid);
    if (process.uid !== undefined) this.#users.set(event.pid, process.uid);
    if (event.kind === 'exit' && event.pid === event.tid) this.#users.delete(event.pid);
    const what = capabilityOf(event, before);
    if (what !== undefined && !this.#needed.has(what)) this.#needed.set(what, `${event.call} by ${process.name}`);
  }
}

function capabilityOf(event: CallEvent, uid: number | undefined): string | undefined {
  switch (event.kind) {
    case 'bind':
      return event.address !== undefined &&
        'port' in event.address &&
        event.address.port > 0 &&
        event.address.port < 1024
        ? 'NET_BIND_SERVICE'
        : undefined;
    case 'chown':
      return event.uid === undefined || event.uid === uid || event.uid === 0xffffffff ? undefined : 'CHOWN';
    case 'credentials':
      if (event.uid !== undefined && event.uid !== uid) return 'SETUID';
      return event.call.includes('gid') || event.call === 'setgroups' ? 'SETGID' : undefined;
    case 'chroot':
      return 'SYS_CHROOT';
    case 'mknod':
      return 'MKNOD';
    case 'mount':
    case 'umount':
    case 'pivot-root':
      return 'SYS_ADMIN';
    case 'module':
      return 'SYS_MODULE';
    case 'socket':
      return event.type.includes('SOCK_RAW') || event.family.includes('PACKET') ? 'NET_RAW' : undefined;
    case 'setxattr':
      return event.name === 'security.capability' ? 'SETFCAP' : undefined;
    default:
      return undefined;
  }
}
