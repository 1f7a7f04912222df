import type { CallDetail } from '../../../model/call.ts';
import type { CallArguments } from './call-arguments.ts';
import { asItStands, type Decoder, type Decoders, optional } from './decoder.ts';
import { targetOf } from './descriptor.ts';
import type { ProcessContext } from './process-context.ts';

/** Words of a command line that are kept, and variables of an environment. */
const MAX_WORDS = 1000;
const MAX_VARIABLES = 1000;

/** `flags=CLONE_VM|CLONE_THREAD|SIGCHLD` of clone and clone3, at most one argument of names that strace chose. */
function cloneFlags(call: CallArguments): string[] {
  const text = /\bflags=([A-Z0-9_|x]{1,600})/.exec(call.all())?.[1];
  return text?.split('|') ?? [];
}

const clone: Decoder = (call, context) => {
  const flags = cloneFlags(call);
  const spaces = flags.filter((flag) => flag.startsWith('CLONE_NEW'));
  const details: CallDetail[] = [];
  if (call.returned === undefined) details.push(asItStands(call, context) as CallDetail);
  else details.push({ kind: 'fork', child: call.returned, thread: flags.includes('CLONE_THREAD') });
  if (spaces.length > 0) details.push({ kind: 'namespace', flags: spaces });
  return details;
};

const fork: Decoder = (call, context) =>
  call.returned === undefined ? asItStands(call, context) : { kind: 'fork', child: call.returned, thread: false };

function execute(call: CallArguments, context: ProcessContext, at: number, file: ExecutedFile): CallDetail {
  const words = call.texts(at, MAX_WORDS);
  const variables = call.texts(at + 1, MAX_VARIABLES);
  const memory = file.memory || file.path?.startsWith('/memfd:') === true;
  if (call.error === undefined && file.path !== undefined) context.program = { path: file.path, memory };
  return {
    kind: 'exec',
    ...optional('path', file.path),
    arguments: words.texts,
    ...(words.cut && { cut: true }),
    // Nothing is known of an environment of which only the address is.
    ...(call.startsWith(at + 1, '[') && { environment: variables.texts }),
    ...(memory && { memory: true }),
  };
}

interface ExecutedFile {
  readonly path: string | undefined;
  readonly memory: boolean;
}

/** `/proc/self/fd/3` is how fexecve(3) starts what it has open where the kernel knows no execveat. */
function executed(path: string | undefined, context: ProcessContext): ExecutedFile {
  if (path !== undefined && /^\/proc\/(?:self|thread-self)\/exe$/.test(path)) {
    // Which interpreter runs a script nobody says.
    if (context.program?.script === true) return { path: undefined, memory: false };
    return context.program ?? { path, memory: false };
  }
  const descriptor =
    path === undefined ? null : /^\/(?:proc\/(?:self|thread-self|\d{1,10})|dev)\/fd\/(\d{1,7})$/.exec(path);
  if (descriptor === null) return { path, memory: false };
  const number = Number(descriptor[1]);
  const file = context.memoryFiles.get(number);
  return { path: file ?? context.openFiles.get(number) ?? path, memory: file !== undefined };
}

const rest: Decoder = (call) => ({ kind: 'other', text: call.all() });

const withArgument =
  (kind: 'prctl' | 'bpf' | 'keyctl' | 'io-uring' | 'seccomp' | 'sleep'): Decoder =>
  (call) => ({ kind, argument: call.all(300) });

const kill =
  (target: number, signal: number): Decoder =>
  (call) => ({
    kind: 'kill',
    ...optional('target', signed(call.raw(target, 20))),
    ...optional('signal', /^SIG[A-Z0-9_+]{1,20}/.exec(call.raw(signal, 30))?.[0]),
  });

/** Groups are negative. */
function signed(text: string): number | undefined {
  return /^-?\d{1,10}$/.test(text) ? Number(text) : undefined;
}

const duplicate: Decoder = (call, context) => {
  const from = call.descriptor(0);
  if (call.returned !== undefined && call.returned !== from?.number) {
    context.forget(call.returned);
    const peer = from === undefined ? undefined : context.peers.get(from.number);
    if (peer !== undefined) context.keepPeer(call.returned, peer);
  }
  if (from?.path !== undefined && call.returned !== undefined) {
    if (from.memory === true) context.keepMemoryFile(call.returned, from.path);
    else context.keepFile(call.returned, from.path);
  }
  return {
    kind: 'duplicate',
    ...optional('from', from === undefined ? undefined : targetOf(from)),
    ...optional('descriptor', call.returned),
  };
};

/** Starting and ending programs, and what one process does to another. */
export const processCalls: Decoders = {
  execve: (call, context) => execute(call, context, 1, executed(call.path(0, context), context)),
  execveat: (call, context) => {
    const memory = call.descriptor(0)?.memory === true && call.startsWith(1, '""');
    const path = call.pathAt(0, 1, context);
    return execute(call, context, 2, memory ? { path, memory } : executed(path, context));
  },
  fork,
  vfork: fork,
  clone,
  clone2: clone,
  clone3: clone,
  exit: rest,
  exit_group: rest,
  kill: kill(0, 1),
  tkill: kill(0, 1),
  tgkill: kill(0, 2),
  rt_sigqueueinfo: kill(0, 1),
  rt_tgsigqueueinfo: kill(0, 2),
  pidfd_send_signal: (call) => ({
    kind: 'kill',
    ...optional('target', signed(/^pid:(\d{1,10})$/.exec(call.descriptor(0)?.text ?? '')?.[1] ?? '')),
    ...optional('signal', /^SIG[A-Z0-9_+]{1,20}/.exec(call.raw(1, 30))?.[0]),
  }),
  ptrace: (call) => ({
    kind: 'ptrace',
    request: /^[A-Z_0-9x]{1,60}/.exec(call.raw(0, 60))?.[0] ?? '',
    ...optional('target', call.number(1)),
  }),
  process_vm_readv: (call) => ({ kind: 'ptrace', request: 'process_vm_readv', ...optional('target', call.number(0)) }),
  process_vm_writev: (call) => ({
    kind: 'ptrace',
    request: 'process_vm_writev',
    ...optional('target', call.number(0)),
  }),
  prctl: withArgument('prctl'),
  nanosleep: withArgument('sleep'),
  clock_nanosleep: withArgument('sleep'),
  clock_nanosleep_time64: withArgument('sleep'),
  bpf: withArgument('bpf'),
  keyctl: withArgument('keyctl'),
  add_key: withArgument('keyctl'),
  request_key: withArgument('keyctl'),
  io_uring_setup: withArgument('io-uring'),
  io_uring_enter: withArgument('io-uring'),
  io_uring_register: withArgument('io-uring'),
  seccomp: withArgument('seccomp'),

  dup: duplicate,
  dup2: duplicate,
  dup3: duplicate,

  memfd_create: (call, context) => {
    const file = call.returnedDescriptor();
    if (file?.path !== undefined) context.keepMemoryFile(file.number, file.path);
    return { kind: 'memfd', name: call.text(0) ?? '' };
  },
  memfd_secret: () => ({ kind: 'memfd', name: '' }),
  mmap: map,
  mmap2: map,
  old_mmap: map,
};

function map(call: CallArguments): CallDetail {
  const file = call.descriptor(4);
  if (file?.path === undefined) return { kind: 'other', text: call.all() };
  const protection = call.raw(2, 100);
  return {
    kind: 'map',
    path: file.path,
    executable: protection.includes('PROT_EXEC'),
    writable: protection.includes('PROT_WRITE') && call.raw(3, 200).includes('MAP_SHARED'),
  };
}
