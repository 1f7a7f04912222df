import type { SocketAddress } from '../../../model/call.ts';
import { DnsAnswers } from '../dns.ts';
import { isClean, normalise } from './clean-path.ts';
import { LinkedFolders } from './linked-folders.ts';
import { UnnamedSockets } from './unnamed-sockets.ts';

const MAX_MEMORY_FILES = 256;
/** Files of a process that are known by their descriptors: those that it opened last. */
const MAX_OPEN_FILES = 64;
const MAX_PEERS = 4096;

/** What is kept of a process so that the paths in its calls can be completed. Threads share the one of their process. */
export class ProcessContext {
  /** Working directory; undefined until it is known. */
  directory: string | undefined;
  /** Directory that `chroot` made the root; empty for the root of the container. */
  root: string;
  /** Names of files in memory alone, by descriptor. */
  readonly memoryFiles: Map<number, string> = new Map();
  /** Where sockets were connected to, by descriptor: strace says of each socket what it was when it first saw it. */
  readonly peers: Map<number, SocketAddress> = new Map();
  /** Paths of other files, by descriptor. What is closed is not always told, so that one may be there no more. */
  readonly openFiles: Map<number, string> = new Map();
  /** The program that it runs; undefined until it is known. */
  program:
    | {
        readonly path: string;
        readonly memory: boolean;
        /** It reads its own file: a script, of which the program is the interpreter. */
        script?: boolean;
      }
    | undefined;
  /** What name servers answered: one for all processes of a container. */
  readonly answers: DnsAnswers;
  /** Links to folders: one for all processes of a container, too. */
  readonly links: LinkedFolders;
  /** Sockets that the tracer cannot name: one for all processes of a container, too. */
  readonly sockets: UnnamedSockets;

  constructor(
    directory?: string,
    answers: DnsAnswers = new DnsAnswers(),
    root = '',
    links: LinkedFolders = new LinkedFolders(),
    sockets: UnnamedSockets = new UnnamedSockets(),
  ) {
    this.directory = directory;
    this.answers = answers;
    this.root = root;
    this.links = links;
    this.sockets = sockets;
  }

  /** A file in memory got a descriptor. */
  keepMemoryFile(descriptor: number, name: string): void {
    if (this.memoryFiles.size < MAX_MEMORY_FILES) this.memoryFiles.set(descriptor, name);
  }

  /** A file got a descriptor. */
  keepFile(descriptor: number, path: string): void {
    if (this.openFiles.size >= MAX_OPEN_FILES && !this.openFiles.has(descriptor)) {
      this.openFiles.delete(this.openFiles.keys().next().value!);
    }
    this.openFiles.set(descriptor, path);
  }

  /** A socket was connected; to the address of no family it is disconnected. */
  keepPeer(descriptor: number, address: SocketAddress): void {
    if (address.family === 'other') this.peers.delete(descriptor);
    else if (this.peers.size < MAX_PEERS || this.peers.has(descriptor)) this.peers.set(descriptor, address);
  }

  /** What the descriptor was before is gone. */
  forget(descriptor: number): void {
    this.memoryFiles.delete(descriptor);
    this.openFiles.delete(descriptor);
    this.peers.delete(descriptor);
  }

  /** For a child: what it inherits. */
  copy(): ProcessContext {
    const copy = new ProcessContext(this.directory, this.answers, this.root, this.links, this.sockets);
    copy.program = this.program;
    for (const [descriptor, path] of this.openFiles) copy.openFiles.set(descriptor, path);
    for (const [descriptor, name] of this.memoryFiles) copy.memoryFiles.set(descriptor, name);
    for (const [descriptor, address] of this.peers) copy.peers.set(descriptor, address);
    return copy;
  }

  /** The path of the container that the process means; undefined where that depends on a directory nobody knows. */
  resolve(path: string, base: string | undefined = this.directory): string | undefined {
    // What strace says of directories is of the container; only a path that a program writes begins at its own root.
    if (path.charCodeAt(0) === 47) {
      if (path.startsWith('/proc/')) return this.#throughProc(path);
      return this.root === '' ? normalise(path) : normalise(this.root + normalise(path));
    }
    if (base === undefined) return undefined;
    if (path === '' || path === '.') return base;
    // Directories that strace tells are clean already.
    const isPlain = path.charCodeAt(0) !== 46 && isClean(path);
    return isPlain && base.length > 1 && isClean(base) ? `${base}/${path}` : normalise(`${base}/${path}`);
  }

  /** The same of a name that is made, moved or removed: the folder that it is really in. The name itself may be a link. */
  placed(path: string | undefined): string | undefined {
    if (path === undefined || this.links.none) return path;
    const at = path.lastIndexOf('/');
    if (at <= 0) return path;
    const folder = this.links.real(path.slice(0, at));
    return folder === '/' ? path.slice(at) : folder + path.slice(at);
  }

  /** `/proc/self/root/etc` is `/etc`. All processes have the same root, as far as is known here. */
  #throughProc(path: string): string {
    let clean = normalise(path);
    for (let count = 0; count < MAX_ROOTS; count++) {
      const found = PROC_ROOT.exec(clean);
      if (found === null) break;
      const isOwn = found[1]!.endsWith('self');
      if (found[2] === 'cwd' && (!isOwn || this.directory === undefined)) break;
      clean = normalise(
        `${found[2] === 'cwd' ? this.directory : isOwn ? this.root : ''}/${clean.slice(found[0].length)}`,
      );
    }
    return clean;
  }
}

/** Where a process of /proc shows a root or a working directory (proc_pid_root(5), proc_pid_cwd(5)). */
const PROC_ROOT = /^\/proc\/(self|thread-self|\d{1,10})(?:\/task\/\d{1,10})?\/(root|cwd)(?=\/|$)/;
const MAX_ROOTS = 16;
