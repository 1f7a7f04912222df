/** The descriptor a call works on, as the tracer resolves it. */
export type CallTarget =
  /** A file by its path in the container, links resolved; `deleted` where the name was gone already. */
  | { readonly kind: 'file'; readonly path: string; readonly deleted?: boolean }
  | {
      readonly kind: 'socket';
      readonly protocol?: string;
      readonly inode?: number;
      /** The other end, where the socket is connected. */
      readonly remote?: SocketAddress;
    }
  | { readonly kind: 'memory'; readonly name: string }
  | { readonly kind: 'other'; readonly text: string };

/** An address of a socket: of the internet with its port, of this machine by its path (`@name` for abstract ones). */
export type SocketAddress =
  | { readonly family: 'inet' | 'inet6'; readonly address: string; readonly port: number }
  | { readonly family: 'unix'; readonly path: string }
  | { readonly family: 'other'; readonly text: string };

/** What is true of every call. */
export interface CallBase {
  /** Seconds since 1970, microseconds behind the point. */
  readonly at: number;
  /** The process as the container numbers it, and its thread. */
  readonly pid: number;
  readonly tid: number;
  /** Name of the system call: `openat`; `exit` and `signal` for what is none. */
  readonly call: string;
  /** `ENOENT`, where the call failed. Absent: it succeeded. */
  readonly error?: string;
  /** True where the tracer could not read an argument: what the event says of it is absent. */
  readonly undecoded?: true;
}

export type FileAccess = 'read' | 'write' | 'read-write' | 'path';

/** What a call was about. Paths are absolute and of the container; bytes that are no UTF-8 are escaped (`\xff`). */
export type CallDetail =
  | {
      readonly kind: 'exec';
      readonly path?: string;
      readonly arguments: readonly string[];
      /** The tracer cut the arguments. */
      readonly cut?: true;
      readonly environment?: readonly string[];
      /** The file was in memory alone (`memfd_create`). */
      readonly memory?: true;
    }
  | { readonly kind: 'fork'; readonly child: number; readonly thread: boolean }
  | { readonly kind: 'exit'; readonly code?: number; readonly signal?: string }
  | {
      readonly kind: 'open';
      readonly path?: string;
      /** As the program wrote it, where that differs from the path: `../../etc/passwd`. */
      readonly given?: string;
      readonly access: FileAccess;
      readonly creates: boolean;
      readonly truncates: boolean;
      /** Only a directory was to be opened (O_DIRECTORY). */
      readonly directory?: true;
      /** Permissions of a file that it creates, before the umask. */
      readonly mode?: number;
      readonly descriptor?: number;
    }
  | { readonly kind: 'delete'; readonly path?: string; readonly directory: boolean }
  /** `path` is what was there: the old name, or what a symbolic link points to, as it was written; `to` is the new name. */
  | { readonly kind: 'rename' | 'link' | 'symlink'; readonly path?: string; readonly to?: string }
  | { readonly kind: 'chmod'; readonly path?: string; readonly mode?: number }
  | { readonly kind: 'chown'; readonly path?: string; readonly uid?: number; readonly gid?: number }
  | { readonly kind: 'setxattr'; readonly path?: string; readonly name?: string }
  | {
      readonly kind:
        | 'mkdir'
        | 'chdir'
        | 'chroot'
        | 'umount'
        | 'pivot-root'
        | 'stat'
        | 'access'
        | 'readlink'
        | 'mknod'
        | 'truncate';
      readonly path?: string;
    }
  | { readonly kind: 'mount'; readonly from?: string; readonly path?: string; readonly type?: string }
  /** A file that was mapped; `executable` as libraries are. */
  | { readonly kind: 'map'; readonly path?: string; readonly executable: boolean; readonly writable: boolean }
  | { readonly kind: 'socket'; readonly family: string; readonly type: string; readonly descriptor?: number }
  | {
      readonly kind: 'connect' | 'bind' | 'accept' | 'send' | 'receive';
      readonly address?: SocketAddress;
      readonly protocol?: string;
      readonly bytes?: number;
      /** Name that the process asked a name server for and got the address as the answer. */
      readonly name?: string;
    }
  | { readonly kind: 'listen'; readonly address?: SocketAddress; readonly protocol?: string }
  /** A question that was sent to a name server (RFC 1035 section 4.1). */
  | { readonly kind: 'dns'; readonly name: string; readonly type: string; readonly server?: SocketAddress }
  | { readonly kind: 'credentials'; readonly uid?: number; readonly gid?: number }
  | { readonly kind: 'capabilities'; readonly effective?: readonly string[] }
  | { readonly kind: 'ptrace'; readonly request: string; readonly target?: number }
  | { readonly kind: 'module'; readonly path?: string }
  | { readonly kind: 'namespace'; readonly flags: readonly string[] }
  | { readonly kind: 'memfd'; readonly name: string }
  | { readonly kind: 'duplicate'; readonly from?: CallTarget; readonly descriptor?: number }
  | { readonly kind: 'prctl' | 'bpf' | 'keyctl' | 'io-uring' | 'seccomp' | 'sleep'; readonly argument?: string }
  | { readonly kind: 'kill'; readonly target?: number; readonly signal?: string }
  | { readonly kind: 'signal'; readonly signal: string }
  /** Any other call; its arguments as the tracer wrote them, cut. */
  | { readonly kind: 'other'; readonly text: string };

/** One system call of an observed container, or the end of a process. */
export type CallEvent = CallBase & CallDetail;

/** A call with what is known by then of the process that made it. */
export interface CallProcess {
  readonly pid: number;
  /** Absent for the first process, and where its start was missed. */
  readonly parent?: number;
  /** Short name as the kernel keeps it: 15 bytes of the name of the program. */
  readonly name: string;
  /** Program that runs; absent until it is known. */
  readonly path?: string;
  readonly arguments: readonly string[];
  readonly directory?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly startedAt: number;
}
