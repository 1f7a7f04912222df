import { constants } from 'node:os';
import { callNames } from '../call-names.ts';
import { callShapes, places } from './call-shapes.ts';
import { quote } from './quote.ts';
import { readSockaddr } from './sockaddr.ts';

/** A line of our program for bpftrace, cut into its parts. */
export interface BpfLine {
  readonly kind: 'call' | 'path' | 'exec' | 'fork' | 'exit';
  /** Namespace of the mounts of the process. */
  readonly mounts: number;
  /** Nanoseconds by the clock of the kernel. */
  readonly nanoseconds: number;
  readonly tid: number;
  readonly pid: number;
  readonly uid: number;
  /** Number, result and six arguments of a call; the child of a fork; the status of an end. */
  readonly values: readonly number[];
  /** Bytes as latin1, so that each is one character. */
  readonly texts: readonly string[];
}

const kinds = { S: 'call', C: 'path', E: 'exec', F: 'fork', X: 'exit' } as const;

/** Reads what our program printed; undefined for what it did not. */
export function readBpfLine(data: string, separator: string): BpfLine | undefined {
  const [head = '', ...texts] = data.replace(/\n$/, '').split(separator);
  const found = /^([SCEFX]) (\d{1,10}) (\d{1,20}) (\d{1,10}) (\d{1,10}) (\d{1,10})((?: -?\d{1,20}){0,8})$/.exec(head);
  if (found === null) return undefined;
  const [, kind, mounts, nanoseconds, tid, pid, uid, values = ''] = found;
  return {
    kind: kinds[kind as keyof typeof kinds],
    mounts: Number(mounts),
    nanoseconds: Number(nanoseconds),
    tid: Number(tid),
    pid: Number(pid),
    uid: Number(uid),
    values: values === '' ? [] : values.trim().split(' ').map(Number),
    texts,
  };
}

/** What is open in a process, by descriptor, as strace writes it between angle brackets. */
export type OpenFiles = Map<number, string>;

const MAX_OPEN = 4096;

/**
 * Writes lines of bpftrace as strace writes them (strace(1), `-ttt -yy`), so that one decoder understands both. Descriptors
 * get the names that were last seen for them: what was open before, or came by another way, has none.
 */
export class AsStrace {
  readonly #names: ReadonlyMap<number, string>;
  readonly #toWallClock: number;
  readonly #threads: ReadonlySet<number>;
  readonly #files = new Map<number, OpenFiles>();
  readonly #paths = new Map<number, string>();

  /**
   * @param toWallClock seconds between the clock of the kernel and 1970
   * @param threads those that are not the first of their process
   */
  constructor(architecture: string, toWallClock: number, threads: ReadonlySet<number>) {
    this.#names = callNames(architecture);
    this.#toWallClock = toWallClock;
    this.#threads = threads;
  }

  /** The line, of the thread `tid`; undefined where there is nothing to be told. */
  line(one: BpfLine): string | undefined {
    const at = (one.nanoseconds / 1e9 + this.#toWallClock).toFixed(6);
    const text = this.#text(one);
    return text === undefined ? undefined : `${at} ${text}`;
  }

  #text(one: BpfLine): string | undefined {
    const { kind, tid, pid, values, texts } = one;
    switch (kind) {
      case 'path':
        if (this.#paths.size < 10_000 || this.#paths.has(tid)) this.#paths.set(tid, texts[0] ?? '');
        return undefined;
      case 'exec': {
        const path = this.#paths.get(tid);
        this.#paths.delete(tid);
        const words = unescapeBuffer(texts[0] ?? '')
          .replace(/\0$/, '')
          .split('\0');
        const list = words.map(quote).join(', ');
        return `execve(${path === undefined || path === '' ? '0x0' : quote(path)}, [${list}], NULL) = 0`;
      }
      case 'fork': {
        const [child = 0] = values;
        const open = this.#files.get(pid);
        if (open !== undefined && this.#files.size < 10_000) this.#files.set(child, new Map(open));
        return `clone(flags=${this.#threads.has(child) ? 'CLONE_THREAD' : '0'}) = ${child}`;
      }
      case 'exit': {
        const [status = 0] = values;
        if (tid === pid) this.#files.delete(pid);
        return (status & 0x7f) === 0
          ? `+++ exited with ${(status >> 8) & 0xff} +++`
          : `+++ killed by ${word('S', status & 0x7f)} +++`;
      }
      default:
        return this.#call(one);
    }
  }

  #call({ pid, values, texts }: BpfLine): string | undefined {
    const [number = -1, result = 0, ...words] = values;
    const name = this.#names.get(number);
    const shape = name === undefined ? undefined : callShapes[name];
    if (name === undefined || shape === undefined) return undefined;
    const open = this.#openFiles(pid);
    const at = places(shape).split(',');
    const told = [...shape].map((letter, index) => {
      const value = words[index] ?? 0;
      const text = texts[at.indexOf(`${index}`)];
      switch (letter) {
        case 's':
          if (value === 0) return 'NULL';
          // Nothing could be read where there is something.
          return text === undefined || text === '' ? `0x${Math.abs(value).toString(16)}` : quote(text);
        case 'd':
          return (value | 0) === -100 ? 'AT_FDCWD' : descriptor(value, open);
        case 'f':
          return descriptor(value, open);
        case 'A':
          return readSockaddr(unescapeBuffer(texts[at.indexOf(`A${index}`)] ?? '')) ?? '0x0';
        case 'm':
          return `0${(value & 0o7777).toString(8)}`;
        default:
          return word(letter, value);
      }
    });
    const failed = result < 0 && result >= -4095;
    if (!failed) this.#keep(open, name, result, told, words);
    return `${name}(${told.join(', ')}) = ${failed ? `-1 ${errors.get(-result) ?? `E${-result}`}` : returned(name, result, open)}`;
  }

  #openFiles(pid: number): OpenFiles {
    let open = this.#files.get(pid);
    if (open === undefined) {
      open = new Map();
      if (this.#files.size < 10_000) this.#files.set(pid, open);
    }
    return open;
  }

  /** What a call that succeeded says of descriptors. */
  #keep(open: OpenFiles, name: string, result: number, told: readonly string[], words: readonly number[]): void {
    const set = (number: number, what: string | undefined): void => {
      if (what === undefined) open.delete(number);
      else if (open.size < MAX_OPEN || open.has(number)) open.set(number, what);
    };
    if (/^(?:open|creat)/.test(name)) {
      const path = told[name.startsWith('openat') ? 1 : 0]!;
      // Only what is named from the root can be told again.
      set(result, path.startsWith('"/') ? path.slice(1, -1) : undefined);
    } else if (name === 'socket') set(result, `${(words[1]! & 0xf) === 1 ? 'TCP' : 'UDP'}:[0]`);
    else if (name === 'memfd_create') set(result, `/memfd:${told[0]!.slice(1, -1)}`);
    else if (name.startsWith('dup')) set(result, open.get(words[0]!));
    else if (name.startsWith('accept')) set(result, 'TCP:[0]');
  }
}

function descriptor(value: number, open: OpenFiles): string {
  const number = value | 0;
  if (number < 0) return String(number);
  const what = open.get(number);
  return what === undefined ? String(number) : `${number}<${what}>`;
}

function returned(name: string, result: number, open: OpenFiles): string {
  const isDescriptor = /^(?:open|creat|socket|accept|dup|memfd)/.test(name);
  return isDescriptor ? descriptor(result, open) : String(result);
}

/** Flags by their letter: <asm-generic/fcntl.h>, <linux/sched.h>, <asm-generic/mman-common.h>, <linux/fcntl.h>. */
const flags: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  o: [
    [0o100, 'O_CREAT'],
    [0o1000, 'O_TRUNC'],
    [0o200000, 'O_DIRECTORY'],
    [0o10000000, 'O_PATH'],
  ],
  R: [
    [1, 'PROT_READ'],
    [2, 'PROT_WRITE'],
    [4, 'PROT_EXEC'],
  ],
  M: [[1, 'MAP_SHARED']],
  u: [[0x200, 'AT_REMOVEDIR']],
  N: [
    [0x20000, 'CLONE_NEWNS'],
    [0x2000000, 'CLONE_NEWCGROUP'],
    [0x4000000, 'CLONE_NEWUTS'],
    [0x8000000, 'CLONE_NEWIPC'],
    [0x10000000, 'CLONE_NEWUSER'],
    [0x20000000, 'CLONE_NEWPID'],
    [0x40000000, 'CLONE_NEWNET'],
  ],
};
const accesses = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_RDWR'];
const families: ReadonlyMap<number, string> = new Map([
  [1, 'AF_UNIX'],
  [2, 'AF_INET'],
  [10, 'AF_INET6'],
  [16, 'AF_NETLINK'],
  [17, 'AF_PACKET'],
  [38, 'AF_ALG'],
  [40, 'AF_VSOCK'],
]);
const types = ['0', 'SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_RAW', 'SOCK_RDM', 'SOCK_SEQPACKET'];
const requests: ReadonlyMap<number, string> = new Map([
  [0, 'PTRACE_TRACEME'],
  [4, 'PTRACE_POKETEXT'],
  [5, 'PTRACE_POKEDATA'],
  [16, 'PTRACE_ATTACH'],
  [0x4206, 'PTRACE_SEIZE'],
]);
/** Those of this machine, whose kernel it is. */
const signals: ReadonlyMap<number, string> = byNumber(constants.signals);
const errors: ReadonlyMap<number, string> = byNumber(constants.errno);

/** The first name that a number has. */
function byNumber(names: object): ReadonlyMap<number, string> {
  return new Map((Object.entries(names) as [string, number][]).toReversed().map(([name, number]) => [number, name]));
}

function word(letter: string, value: number): string {
  if (letter === 'F') return families.get(value) ?? String(value);
  if (letter === 'T') return types[value & 0xf] ?? String(value);
  if (letter === 'P') return requests.get(value) ?? `0x${value.toString(16)}`;
  if (letter === 'S') return signals.get(value) ?? `SIG${value}`;
  const known = flags[letter];
  if (known === undefined) return letter === '-' ? '0' : String(letter === 'n' ? value | 0 : value);
  const first = letter === 'o' ? [accesses[value & 3]!] : [];
  // Beyond 32 bits there are no flags.
  const set = known.filter(([bit]) => (Math.floor(value / bit) & 1) === 1).map(([, name]) => name);
  return [...first, ...set].join('|') || '0';
}

/** What `%r` of bpftrace wrote: `\x00` for bytes that cannot be printed. */
function unescapeBuffer(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
