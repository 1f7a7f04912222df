import type { CallEvent, SocketAddress } from '../../model/call.ts';
import type { ProcessTable } from '../calls/process-table.ts';
import { BoundedMap } from './bounded-map.ts';
import type { ImageFiles } from './call-source.ts';
import { isInternet, plainAddress } from './call-target.ts';
import { RecentPaths } from './recent-paths.ts';

/** Files, processes and names that are remembered of one run. */
const MOST_FILES = 50_000;
const MOST_PROCESSES = 5000;
const MOST_NAMES = 16;
const MOST_CLIENTS = 5000;

/** Seconds in which changes of files count together. */
const WINDOW = 10;

/** Ancestors that answer for what a process does to files: a loop in a shell starts one program a file. */
const GENERATIONS = 4;

/**
 * Where programs keep data of their own that they open to write as long as they run. What is opened there without being
 * cut off, as databases do, is not counted as overwritten.
 */
const ownData = ['/var/', '/run/', '/dev/', '/proc/', '/sys/', '/tmp/', '/data/'];

/**
 * What the calls of a run mean together, kept in bounded memory: the fields `drydock.*` and some of Falco's are answered
 * from here. `note` is given each call once, in order, before the rules see it.
 */
export class CallHistory {
  /** Calls so far. */
  count = 0;
  readonly #image: ImageFiles;
  readonly #processes: ProcessTable;
  /** Files that were made or written during the run. */
  readonly #written = new BoundedMap<string, true>(MOST_FILES);
  /** Files that were made during the run, and were not there before. */
  readonly #made = new BoundedMap<string, true>(MOST_FILES);
  readonly #executable = new BoundedMap<string, true>(MOST_FILES);
  /** The same without the last ending: `/a/b` for `/a/b.locked`. */
  readonly #stems = new BoundedMap<string, true>(MOST_FILES);
  readonly #changes = new BoundedMap<number, RecentPaths>(MOST_PROCESSES);
  readonly #input = new BoundedMap<number, SocketAddress>(MOST_PROCESSES);
  readonly #environments = new BoundedMap<number, Set<string>>(MOST_PROCESSES);
  readonly #names = new BoundedMap<number, string[]>(MOST_PROCESSES);
  readonly #spoken = new BoundedMap<number, string>(MOST_PROCESSES);
  /** Far ends of connections that were accepted. */
  readonly #clients = new BoundedMap<string, true>(MOST_CLIENTS);
  #renamed = false;
  #hasChanged = false;

  constructor(image: ImageFiles, processes: ProcessTable) {
    this.#image = image;
    this.#processes = processes;
  }

  note(event: CallEvent): void {
    this.count++;
    this.#renamed = false;
    this.#hasChanged = false;
    if (event.error !== undefined && event.error !== 'EINPROGRESS') return;
    switch (event.kind) {
      case 'open':
        if (event.path !== undefined && event.access !== 'read' && event.access !== 'path')
          this.#opened(event, event.path);
        else if (event.path !== undefined) this.#read(event.pid, event.path);
        break;
      case 'rename':
        this.#moved(event);
        break;
      case 'link':
        if (event.to !== undefined) this.#make(event.to);
        break;
      case 'delete':
        if (event.path !== undefined && !event.directory) this.#removed(event, event.path);
        break;
      case 'chmod':
        if (event.path !== undefined && ((event.mode ?? 0) & 0o111) !== 0) this.#executable.set(event.path, true);
        break;
      case 'duplicate':
        this.#redirected(event.pid, event.descriptor, event.from?.kind === 'socket' ? event.from.remote : undefined);
        break;
      case 'dns':
        this.#asked(event.pid, event.name);
        break;
      case 'accept':
        if (isInternet(event.address)) this.#clients.set(clientOf(event.address), true);
        break;
      case 'send':
        this.#sent(event.pid, event.address);
        break;
      case 'fork':
        if (!event.thread) this.#inherited(event.pid, event.child);
        break;
      case 'exit':
        if (event.tid === event.pid) this.#gone(event.pid);
        break;
      default:
        break;
    }
  }

  /** A file that this run made or wrote. */
  wrote(path: string): boolean {
    return this.#written.has(path);
  }

  /** A file that this run gave a right to execute. */
  madeExecutable(path: string): boolean {
    return this.#executable.has(path);
  }

  /**
   * Files that were there before, and that the process or one of its ancestors overwrote or renamed within ten seconds. None
   * where the present call did nothing of the kind: it comes after those that did.
   */
  changedFiles(pid: number, at: number): number {
    if (!this.#hasChanged) return 0;
    return Math.max(...this.#family(pid).map((process) => this.#changes.get(process)?.count(at) ?? 0));
  }

  /** The other end of the connection that is standard input, output or error of the process. */
  inputOf(pid: number): SocketAddress | undefined {
    return this.#input.get(pid);
  }

  /** It is the client of a connection that a process accepted. */
  accepted(end: SocketAddress): boolean {
    return isInternet(end) && this.#clients.has(clientOf(end));
  }

  /** Environments of other processes that the process has read. */
  environmentsRead(pid: number): number {
    return this.#environments.get(pid)?.size ?? 0;
  }

  /** Names that the process or its parent asked for, the last ones first. */
  namesAsked(pid: number): readonly string[] {
    const parent = this.#processes.get(pid)?.parent;
    return [...(this.#names.get(pid) ?? []), ...((parent !== undefined && this.#names.get(parent)) || [])];
  }

  /** The address of the present call is another one than the process sent to before. */
  nameChanged(): boolean {
    return this.#renamed;
  }

  #opened(event: Extract<CallEvent, { kind: 'open' }>, path: string): void {
    const known = this.#made.has(path);
    const before = this.#image.has(path);
    const replaced =
      event.truncates || (event.access === 'read-write' && !ownData.some((place) => path.startsWith(place)));
    if (before && !known && replaced) this.#changed(event.pid, path, event.at);
    if (event.creates && !before) this.#make(path);
    else if (replaced || event.access === 'write') this.#written.set(path, true);
  }

  #make(path: string): void {
    this.#made.set(path, true);
    this.#written.set(path, true);
    const dot = path.lastIndexOf('.');
    if (dot > path.lastIndexOf('/') + 1) this.#stems.set(path.slice(0, dot), true);
  }

  #moved({ pid, at, path, to }: CallEvent & { readonly path?: string; readonly to?: string }): void {
    if (path !== undefined && !this.#made.has(path)) this.#changed(pid, path, at);
    if (path === undefined || to === undefined) return;
    if (this.#made.has(path) && !this.#made.has(to) && this.#image.has(to)) this.#changed(pid, to, at);
    this.#make(to);
    this.#made.delete(path);
    this.#written.delete(path);
    if (this.#executable.has(path)) this.#executable.set(to, true);
  }

  /** Only where a copy with one more ending took its place. */
  #removed({ pid, at }: CallEvent, path: string): void {
    if (!this.#made.has(path) && this.#stems.has(path)) this.#changed(pid, path, at);
    this.#made.delete(path);
    this.#written.delete(path);
  }

  #changed(pid: number, path: string, at: number): void {
    this.#hasChanged = true;
    for (const process of this.#family(pid)) {
      const changes = this.#changes.get(process) ?? new RecentPaths(WINDOW);
      changes.add(path, at);
      this.#changes.set(process, changes);
    }
  }

  #family(pid: number): readonly number[] {
    const family = [pid];
    for (let process = this.#processes.get(pid); process?.parent !== undefined && family.length < GENERATIONS; ) {
      if (family.includes(process.parent)) break;
      family.push(process.parent);
      process = this.#processes.get(process.parent);
    }
    return family;
  }

  #read(pid: number, path: string): void {
    const owner = /^\/proc\/(\d{1,10})\/environ$/.exec(path)?.[1];
    if (owner === undefined || Number(owner) === pid) return;
    const owners = this.#environments.get(pid) ?? new Set<string>();
    if (owners.size < 1000) owners.add(owner);
    this.#environments.set(pid, owners);
  }

  #redirected(pid: number, descriptor: number | undefined, remote: SocketAddress | undefined): void {
    if (descriptor === undefined || descriptor > 2) return;
    if (remote !== undefined && (remote.family === 'inet' || remote.family === 'inet6')) this.#input.set(pid, remote);
    else if (descriptor === 0) this.#input.delete(pid);
  }

  #asked(pid: number, name: string): void {
    const lower = name.toLowerCase().replace(/\.$/, '');
    const names = (this.#names.get(pid) ?? []).filter((known) => known !== lower);
    this.#names.set(pid, [lower, ...names].slice(0, MOST_NAMES));
  }

  #sent(pid: number, address: SocketAddress | undefined): void {
    if (address === undefined) return;
    const words = JSON.stringify(address);
    this.#renamed = this.#spoken.get(pid) !== words;
    this.#spoken.set(pid, words);
  }

  #inherited(pid: number, child: number): void {
    this.#gone(child);
    const input = this.#input.get(pid);
    if (input !== undefined) this.#input.set(child, input);
  }

  /** Numbers of processes are used again. */
  #gone(pid: number): void {
    for (const map of [this.#input, this.#environments, this.#names, this.#spoken, this.#changes]) {
      map.delete(pid);
    }
  }
}

/** The same end may be told as an address of IPv4 and as one of IPv6 that holds it. */
function clientOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${plainAddress(address)} ${port}`;
}
