import type { ProcFolder } from './proc-folder.ts';

/** Open files that are looked at in one look, and of one process at a time. */
const LINKS_PER_LOOK = 20_000;
const LINKS_OF_ONE = 50_000;
/** Looks after which nobody is asked any more for the holder of a socket. */
const TRIES = 3;

/**
 * Which process holds a socket. Only those that are wanted are looked for, in processes of their network; what was found is
 * believed for as long as the socket is there.
 */
export class SocketOwners {
  readonly #proc: ProcFolder;
  /** The process that was found with a socket. */
  readonly #owners = new Map<number, number>();
  readonly #tries = new Map<number, number>();
  /** Open files of a process that are sockets, as they were found. */
  readonly #files = new Map<number, Map<string, number>>();
  #left = 0;
  /** Sockets of this look that are nobody's, as far as could be seen. */
  unowned = 0;

  constructor(proc: ProcFolder) {
    this.#proc = proc;
  }

  /** A look begins: those that are not among these sockets and processes are forgotten. */
  begin(sockets: ReadonlySet<number>, processes: { has(pid: number): boolean }): void {
    this.#left = LINKS_PER_LOOK;
    this.unowned = 0;
    for (const [inode, pid] of this.#owners) if (!sockets.has(inode) || !processes.has(pid)) this.#owners.delete(inode);
    for (const inode of this.#tries.keys()) if (!sockets.has(inode)) this.#tries.delete(inode);
    for (const pid of this.#files.keys()) if (!processes.has(pid)) this.#files.delete(pid);
  }

  of(inode: number): number | undefined {
    return this.#owners.get(inode);
  }

  /**
   * Looks for the holders of these sockets.
   * @param pids processes that share their network, the likeliest first; parents before their children
   * @param isLive a socket that is still there
   */
  find(wanted: Iterable<number>, pids: Iterable<number>, isLive: (inode: number) => boolean): void {
    const missing = new Set<number>();
    for (const inode of wanted) {
      if (inode === 0 || this.#owners.has(inode)) continue;
      const tries = this.#tries.get(inode) ?? 0;
      if (tries >= TRIES) this.unowned++;
      else missing.add(inode);
    }
    if (missing.size === 0) return;
    let isWhole = true;
    for (const pid of pids) {
      if (this.#left <= 0) {
        isWhole = false;
        break;
      }
      this.#search(pid, missing, isLive);
      if (missing.size === 0) return;
    }
    // Those that time did not allow are looked for at the next look.
    if (isWhole) for (const inode of missing) this.#tries.set(inode, (this.#tries.get(inode) ?? 0) + 1);
    this.unowned += missing.size;
  }

  #search(pid: number, missing: Set<number>, isLive: (inode: number) => boolean): void {
    const names = this.#proc.names(`${pid}/fd`);
    if (names === undefined) return;
    const before = this.#files.get(pid);
    const now = new Map<string, number>();
    this.#left--;
    let links = 0;
    for (const name of names) {
      const known = before?.get(name);
      if (known !== undefined && isLive(known)) {
        now.set(name, known);
        this.#take(known, pid, missing);
        continue;
      }
      if (links >= LINKS_OF_ONE) break;
      links++;
      const link = this.#proc.link(`${pid}/fd/${name}`);
      if (link === undefined || !link.startsWith('socket:[')) continue;
      const inode = Number(link.slice(8, -1));
      now.set(name, inode);
      this.#take(inode, pid, missing);
    }
    this.#left -= links;
    this.#files.set(pid, now);
  }

  #take(inode: number, pid: number, missing: Set<number>): void {
    if (missing.delete(inode)) this.#owners.set(inode, pid);
  }
}
