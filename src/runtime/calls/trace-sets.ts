/**
 * What a trace is for. `behaviour`: what a container does to files, processes, the network and its own rights. `all`: every
 * call by its name, for a profile of what the container may.
 */
export type TracePurpose = 'behaviour' | 'all';

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

/**
 * Calls that are rare, and whose numbers lie between those of traced ones on x86-64. strace gives the kernel the shorter of
 * two filters: a list of ranges of numbers, or a table of bits (its filter_seccomp.c). Only of the first one does the kernel
 * know beforehand which calls it always allows, and then passes it, and the engine's filter, by for them (kernel/seccomp.c
 * of Linux, `seccomp_is_const_allow`: it reads comparisons, no shifts; since 5.11). With these there are fewer ranges, the
 * list is the shorter one, and calls that are not traced cost what they cost without a tracer.
 */
const between = [
  ...['getgroups', 'getresuid', 'getresgid', 'getpgid', 'getsid', 'capget', 'rt_sigsuspend', 'sigaltstack', 'ustat'],
  ...['_sysctl', 'arch_prctl', 'setrlimit', 'sync', 'create_module', 'get_kernel_syms', 'query_module', 'nfsservctl'],
  ...['fgetxattr', 'flistxattr', 'ioprio_set', 'ioprio_get', 'inotify_init', 'inotify_rm_watch', 'migrate_pages'],
  ...['prlimit64', 'clock_adjtime', 'syncfs', 'getcpu', 'sched_setattr', 'sched_getattr', 'pidfd_open', 'close_range'],
  ...['quotactl_fd', 'landlock_create_ruleset', 'landlock_add_rule', 'landlock_restrict_self'],
];

/** The same for 32-bit programs on such a machine, which have other numbers. Of reading, writing and waiting there is only what is rare. */
const betweenOf32 = [
  ...['break', 'getuid', 'stime', 'alarm', 'oldfstat', 'pause', 'stty', 'gtty', 'nice', 'ftime', 'getgid', 'signal'],
  ...['geteuid', 'getegid', 'getppid', 'getpgrp', 'setsid', 'sigaction', 'sgetmask', 'ssetmask', 'sigsuspend'],
  ...['sigpending', 'select', 'readdir', 'getpriority', 'setpriority', 'profil', 'fstatfs', 'setitimer', 'getitimer'],
  ...['vhangup', 'idle', 'vm86old', 'sysinfo', 'fsync', 'sigreturn', 'uname', 'modify_ldt', 'bdflush', 'sysfs'],
  ...['afs_syscall', 'mremap', 'ugetrlimit', 'getgroups32', 'getresuid32', 'getresgid32', 'fstatfs64', 'fadvise64_64'],
  ...['vserver', 'mbind', 'get_mempolicy', 'set_mempolicy', 'mq_open', 'mq_unlink', 'mq_timedsend', 'mq_timedreceive'],
  ...['mq_notify', 'mq_getsetattr', 'signalfd', 'timerfd_create', 'eventfd', 'fallocate', 'timerfd_settime'],
  ...[
    'timerfd_gettime',
    'signalfd4',
    'eventfd2',
    'epoll_create1',
    'getrandom',
    'clock_adjtime64',
    'clock_getres_time64',
  ],
  ...[
    'timer_gettime64',
    'timer_settime64',
    'timerfd_gettime64',
    'timerfd_settime64',
    'process_mrelease',
    'futex_waitv',
  ],
  ...['set_mempolicy_home_node', 'cachestat', 'map_shadow_stack', 'futex_wake', 'futex_wait', 'futex_requeue'],
  ...['statmount', 'listmount', 'lsm_get_self_attr', 'lsm_set_self_attr', 'lsm_list_modules', 'mseal'],
];

/**
 * The value of strace's option `-e trace=`.
 * @param architecture of the tracer, as images write it: `amd64`. Others than that have no kinds of calls by these names.
 */
export function traceSet(purpose: TracePurpose, architecture?: string): string {
  if (purpose === 'all') return 'all';
  const all = ['%file', '%process', '%network', ...beside.map((name) => `?${name}`)];
  if (architecture !== 'amd64') return all.join(',');
  // Nobody makes calls of the third kind, x32, but who has reasons to: all of them are one range.
  const ranges = [...between.map((name) => `?${name}`), ...betweenOf32.map((name) => `?${name}@32`), 'all@x32'];
  return [...all, ...ranges].join(',');
}
