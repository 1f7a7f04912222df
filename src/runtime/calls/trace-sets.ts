/**
 * What a trace is for. `behaviour`: what a container does to files, processes, the network and its own rights. `payloads`:
 * also what goes over sockets by read and write, which every file access then pays for. `all`: every call by its name, for
 * a profile of what the container may.
 */
export const tracePurposes = ['behaviour', 'payloads', 'all'] as const;

export type TracePurpose = (typeof tracePurposes)[number];

/**
 * Calls that are in none of strace's classes `%file`, `%process` and `%network` (strace(1), `--trace`), and change what a
 * process may, sees or is. A name that an architecture does not know is passed over: `?`.
 */
const beside = [
  ...['fchdir', 'fchmod', 'fchown', 'fsetxattr', 'fremovexattr', 'ftruncate', 'open_by_handle_at', 'name_to_handle_at'],
  ...['dup', 'dup2', 'dup3', 'mmap', 'memfd_create', 'memfd_secret'],
  ...[
    'setuid',
    'setgid',
    'setreuid',
    'setregid',
    'setresuid',
    'setresgid',
    'setfsuid',
    'setfsgid',
    'setgroups',
    'capset',
  ],
  ...['prctl', 'ptrace', 'process_vm_readv', 'process_vm_writev', 'pidfd_getfd', 'kcmp', 'personality', 'seccomp'],
  ...['unshare', 'setns', 'move_mount', 'fsopen', 'fsmount', 'fsconfig', 'open_tree', 'mount_setattr', 'pivot_root'],
  ...['init_module', 'finit_module', 'delete_module', 'kexec_load', 'kexec_file_load', 'reboot', 'swapon', 'swapoff'],
  ...['bpf', 'perf_event_open', 'userfaultfd', 'keyctl', 'add_key', 'request_key'],
  ...['io_uring_setup', 'io_uring_enter', 'io_uring_register'],
  ...['sethostname', 'setdomainname', 'clock_settime', 'settimeofday', 'adjtimex', 'iopl', 'ioperm', 'syslog'],
  // What 32-bit programs call the same (arch/x86/entry/syscalls/syscall_32.tbl of Linux): others can make these calls, too.
  ...['mmap2', 'ftruncate64', 'fchown32', 'setuid32', 'setgid32', 'setreuid32', 'setregid32', 'setresuid32'],
  ...['setresgid32', 'setfsuid32', 'setfsgid32', 'setgroups32', 'clock_settime64', 'clock_nanosleep_time64'],
  ...['nanosleep', 'clock_nanosleep', 'fanotify_init', 'fanotify_mark', 'getcwd'],
];

const withPayloads = [
  'read',
  'readv',
  'write',
  'writev',
  'pwrite64',
  'sendfile',
  'splice',
  'close',
  'fcntl',
  'sendfile64',
  'fcntl64',
];

/** The value of strace's option `-e trace=`. */
export function traceSet(purpose: TracePurpose): string {
  if (purpose === 'all') return 'all';
  const names = purpose === 'payloads' ? [...beside, ...withPayloads] : beside;
  return ['%file', '%process', '%network', ...names.map((name) => `?${name}`)].join(',');
}
