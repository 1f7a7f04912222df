/**
 * How the arguments of a call are written, one letter each (man-pages section 2): `s` a string, `d` a directory, `f` another
 * descriptor, `o` flags of open, `m` a mode, `A` an address of a socket, `F` a family of sockets, `T` a type of them, `R`
 * protection of memory, `M` flags of a mapping, `u` flags of unlinkat, `N` flags of namespaces, `S` a signal, `P` a request of
 * ptrace, `n` a number, `-` nothing that is wanted.
 */
export const callShapes: Readonly<Record<string, string>> = {
  open: 'som',
  creat: 'sm',
  openat: 'dsom',
  unlink: 's',
  rmdir: 's',
  unlinkat: 'dsu',
  rename: 'ss',
  renameat: 'dsds',
  renameat2: 'dsds',
  link: 'ss',
  linkat: 'dsds',
  symlink: 'ss',
  symlinkat: 'sds',
  mkdir: 'sm',
  mkdirat: 'dsm',
  mknod: 'sm',
  mknodat: 'dsm',
  chmod: 'sm',
  fchmod: 'fm',
  fchmodat: 'dsm',
  chown: 'snn',
  lchown: 'snn',
  fchown: 'fnn',
  fchownat: 'dsnn',
  truncate: 's-',
  ftruncate: 'f-',
  setxattr: 'ss',
  lsetxattr: 'ss',
  fsetxattr: 'fs',
  chdir: 's',
  fchdir: 'f',
  chroot: 's',
  mount: 'ss-',
  umount2: 's-',
  pivot_root: 'ss',
  mmap: '--RMf-',
  memfd_create: 's-',
  socket: 'FT-',
  connect: 'fA-',
  bind: 'fA-',
  listen: 'fn',
  accept: 'f--',
  accept4: 'f---',
  dup: 'f',
  dup2: 'fn',
  dup3: 'fn-',
  setuid: 'n',
  setgid: 'n',
  setreuid: 'nn',
  setregid: 'nn',
  setresuid: 'nnn',
  setresgid: 'nnn',
  unshare: 'N',
  setns: 'fN',
  ptrace: 'Pn--',
  kill: 'nS',
  tgkill: 'nnS',
  init_module: '---',
  finit_module: 'fs-',
  delete_module: 's-',
  bpf: 'n--',
  keyctl: 'n----',
  io_uring_setup: 'n-',
  process_vm_readv: 'n-----',
  process_vm_writev: 'n-----',
};

/** `0,1`, `A1`: where the first two strings are, or the address. */
export function places(shape: string): string {
  return [...shape]
    .flatMap((letter, at) => (letter === 's' ? [`${at}`] : letter === 'A' ? [`A${at}`] : []))
    .slice(0, 2)
    .join(',');
}
