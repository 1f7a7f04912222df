import type { SocketAddress } from '../../../model/call.ts';
import { DnsAnswers } from '../dns.ts';

const MAX_MEMORY_FILES = 256;
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
  /** What name servers answered: one for all processes of a container. */
  readonly answers: DnsAnswers;

  constructor(directory?: string, answers: DnsAnswers = new DnsAnswers(), root = '') {
    this.directory = directory;
    this.answers = answers;
    this.root = root;
  }

  /** A file in memory got a descriptor. */
  keepMemoryFile(descriptor: number, name: string): void {
    if (this.memoryFiles.size < MAX_MEMORY_FILES) this.memoryFiles.set(descriptor, name);
  }

  /** A socket was connected; to the address of no family it is disconnected. */
  keepPeer(descriptor: number, address: SocketAddress): void {
    if (address.family === 'other') this.peers.delete(descriptor);
    else if (this.peers.size < MAX_PEERS || this.peers.has(descriptor)) this.peers.set(descriptor, address);
  }

  /** What the descriptor was before is gone. */
  forget(descriptor: number): void {
    this.memoryFiles.delete(descriptor);
    this.peers.delete(descriptor);
  }

  /** For a child: what it inherits. */
  copy(): ProcessContext {
    const copy = new ProcessContext(this.directory, this.answers, this.root);
    for (const [descriptor, name] of this.memoryFiles) copy.memoryFiles.set(descriptor, name);
    for (const [descriptor, address] of this.peers) copy.peers.set(descriptor, address);
    return copy;
  }

  /** The path of the container that the process means; undefined where that depends on a directory nobody knows. */
  resolve(path: string, base: string | undefined = this.directory): string | undefined {
    // What strace says of directories is of the container; only a path that a program writes begins at its own root.
    if (path.charCodeAt(0) === 47) return this.root === '' ? normalise(path) : normalise(this.root + normalise(path));
    if (base === undefined) return undefined;
    if (path === '' || path === '.') return base;
    // Directories that strace tells are clean already.
    const isPlain = path.charCodeAt(0) !== 46 && isClean(path);
    return isPlain && base.length > 1 && isClean(base) ? `${base}/${path}` : normalise(`${base}/${path}`);
  }
}

/** Without `.`, `..` and empty parts, as if no part were a link. */
export function normalise(path: string): string {
  if (isClean(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function isClean(path: string): boolean {
  if (path.includes('/.') || path.includes('//')) return false;
  return path.length === 1 || path.charCodeAt(path.length - 1) !== 47;
}
