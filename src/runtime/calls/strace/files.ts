import type { CallDetail, FileAccess } from '../../../model/call.ts';
import type { CallArguments } from './call-arguments.ts';
import { asItStands, type Decoder, type Decoders, optional } from './decoder.ts';
import type { ProcessContext } from './process-context.ts';

type PathKind = 'mkdir' | 'stat' | 'access' | 'readlink' | 'mknod' | 'truncate';

/** Calls of one path, at an argument. */
const named =
  (kind: PathKind, index = 0): Decoder =>
  (call, context) =>
    about(kind, call.path(index, context));

/** Calls of one path below a directory. */
const namedAt =
  (kind: PathKind, directory = 0): Decoder =>
  (call, context) =>
    about(kind, call.pathAt(directory, directory + 1, context));

/** Calls of a descriptor of a file. */
const opened =
  (kind: PathKind): Decoder =>
  (call) =>
    about(kind, call.descriptor(0)?.path);

function about(kind: PathKind, path: string | undefined): CallDetail {
  return path === undefined ? { kind } : { kind, path };
}

const remove =
  (directory: boolean): Decoder =>
  (call, context) =>
    removed(call, context, call.path(0, context), directory);

const twoNames =
  (kind: 'rename' | 'link'): Decoder =>
  (call, context) => ({
    kind,
    ...moved(kind, call, context, call.path(0, context), call.path(1, context)),
  });

const twoNamesAt =
  (kind: 'rename' | 'link'): Decoder =>
  (call, context) => ({
    kind,
    ...moved(kind, call, context, call.pathAt(0, 1, context), call.pathAt(2, 3, context)),
  });

/** Names are where the links in front of them lead; what is moved may be a link itself. */
function moved(
  kind: 'rename' | 'link',
  call: CallArguments,
  context: ProcessContext,
  from: string | undefined,
  name: string | undefined,
): { readonly path?: string; readonly to?: string } {
  const [path, to] = [context.placed(from), context.placed(name)];
  if (call.error === undefined && path !== undefined && to !== undefined) {
    if (kind === 'rename') context.links.move(path, to);
    else if (!path.startsWith('/proc/')) context.links.name(path, to);
  }
  return { ...optional('path', path), ...optional('to', to) };
}

function removed(
  call: CallArguments,
  context: ProcessContext,
  name: string | undefined,
  directory: boolean,
): CallDetail {
  const path = context.placed(name);
  if (call.error === undefined && path !== undefined) context.links.remove(path);
  return { kind: 'delete', ...optional('path', path), directory };
}

function linked(
  call: CallArguments,
  context: ProcessContext,
  target: string | undefined,
  name: string | undefined,
): CallDetail {
  const to = context.placed(name);
  if (call.error === undefined && target !== undefined && to !== undefined) context.links.add(to, target);
  return { kind: 'symlink', ...optional('path', target), ...optional('to', to) };
}

/** @param name index of the argument with the path, which flags and mode follow */
function open(
  call: CallArguments,
  context: ProcessContext,
  name: number,
  path: string | undefined,
): CallDetail | CallDetail[] {
  return openWith(call, context, path, call.raw(name + 1), call.text(name), call.mode(name + 2));
}

function openWith(
  call: CallArguments,
  context: ProcessContext,
  path: string | undefined,
  flags: string,
  given?: string,
  mode?: number,
): CallDetail | CallDetail[] {
  const creates = flags.includes('O_CREAT') || flags.includes('O_TMPFILE');
  const file = call.returnedDescriptor();
  if (file?.memory === true) context.keepMemoryFile(file.number, file.path!);
  else if (file?.path !== undefined) context.keepFile(file.number, file.path);
  const opened: Opened = { kind: 'open', access: accessOf(flags), creates, truncates: flags.includes('O_TRUNC') };
  // What the descriptor says is where links led to.
  const reached = file?.path ?? path;
  if (reached !== undefined) opened.path = reached;
  if (given !== undefined && given !== reached) opened.given = given;
  if (flags.includes('O_DIRECTORY')) opened.directory = true;
  if (creates && mode !== undefined) opened.mode = mode;
  if (file !== undefined) opened.descriptor = file.number;
  const first = reached === undefined || opened.access === 'read' ? reached : context.links.firstName(reached);
  const { program } = context;
  if (opened.access === 'read' && program !== undefined && program.path === reached) program.script = true;
  // What is written by one name of a file is in it by the other one, too.
  return first === reached ? opened : [opened, { ...opened, path: first! }];
}

/** Half of all calls open a file or ask for one: these objects are filled, not put together. */
type Opened = { -readonly [K in keyof OpenDetail]: OpenDetail[K] };
type OpenDetail = Extract<CallDetail, { kind: 'open' }>;

function accessOf(flags: string): FileAccess {
  if (flags.startsWith('O_RDONLY') && !flags.includes('O_PATH')) return 'read';
  if (flags.includes('O_PATH')) return 'path';
  if (flags.includes('O_RDWR')) return 'read-write';
  return flags.includes('O_WRONLY') ? 'write' : 'read';
}

const changeMode = (
  path: (call: CallArguments, context: ProcessContext) => string | undefined,
  mode: number,
): Decoder => {
  return (call, context) => ({
    kind: 'chmod',
    ...optional('path', path(call, context)),
    ...optional('mode', call.mode(mode)),
  });
};

const changeOwner = (
  path: (call: CallArguments, context: ProcessContext) => string | undefined,
  uid: number,
): Decoder => {
  return (call, context) => ({
    kind: 'chown',
    ...optional('path', path(call, context)),
    ...optional('uid', call.number(uid)),
    ...optional('gid', call.number(uid + 1)),
  });
};

const first = (call: CallArguments, context: ProcessContext): string | undefined =>
  context.placed(call.path(0, context));
const firstAt = (call: CallArguments, context: ProcessContext): string | undefined =>
  context.placed(call.pathAt(0, 1, context));
const firstOpened = (call: CallArguments): string | undefined => call.descriptor(0)?.path;

const setAttribute = (
  path: (call: CallArguments, context: ProcessContext) => string | undefined,
  name = 1,
): Decoder => {
  return (call, context) => ({
    kind: 'setxattr',
    ...optional('path', path(call, context)),
    ...optional('name', call.text(name)),
  });
};

const changeDirectory =
  (path: (call: CallArguments, context: ProcessContext) => string | undefined): Decoder =>
  (call, context) => {
    const to = path(call, context);
    if (call.error === undefined && to !== undefined) context.directory = to;
    return { kind: 'chdir', ...optional('path', to) };
  };

/** Calls on the names and the attributes of files: man-pages section 2, by the names on amd64, arm64 and 32-bit ones. */
export const fileCalls: Decoders = {
  open: (call, context) => open(call, context, 0, call.path(0, context)),
  creat: (call, context) =>
    openWith(call, context, call.path(0, context), 'O_WRONLY|O_CREAT|O_TRUNC', call.text(0), call.mode(1)),
  openat: (call, context) => open(call, context, 1, call.pathAt(0, 1, context)),
  // The flags stand at the beginning of the structure: `{flags=O_RDONLY, resolve=0}`.
  openat2: (call, context) => {
    const [flags = ''] = call.raw(2).split(',', 1);
    const mode = /, mode=(0[0-7]{0,11})\b/.exec(call.raw(2))?.[1];
    const path = call.pathAt(0, 1, context);
    return openWith(
      call,
      context,
      path,
      flags,
      call.text(1),
      mode === undefined ? undefined : Number.parseInt(mode, 8),
    );
  },
  open_by_handle_at: (call, context) => openWith(call, context, undefined, call.raw(2)),

  unlink: remove(false),
  rmdir: remove(true),
  unlinkat: (call, context) => removed(call, context, call.pathAt(0, 1, context), call.raw(2).includes('AT_REMOVEDIR')),

  rename: twoNames('rename'),
  renameat: twoNamesAt('rename'),
  renameat2: twoNamesAt('rename'),
  link: twoNames('link'),
  linkat: twoNamesAt('link'),
  symlink: (call, context) => linked(call, context, call.text(0), call.path(1, context)),
  symlinkat: (call, context) => linked(call, context, call.text(0), call.pathAt(1, 2, context)),

  chmod: changeMode(first, 1),
  fchmod: changeMode(firstOpened, 1),
  fchmodat: changeMode(firstAt, 2),
  fchmodat2: changeMode(firstAt, 2),
  chown: changeOwner(first, 1),
  lchown: changeOwner(first, 1),
  fchown: changeOwner(firstOpened, 1),
  fchownat: changeOwner(firstAt, 2),

  setxattr: setAttribute(first),
  lsetxattr: setAttribute(first),
  fsetxattr: setAttribute(firstOpened),
  setxattrat: setAttribute(firstAt, 3),
  removexattr: setAttribute(first),
  lremovexattr: setAttribute(first),
  fremovexattr: setAttribute(firstOpened),
  removexattrat: setAttribute(firstAt, 3),

  mkdir: named('mkdir'),
  mkdirat: namedAt('mkdir'),
  mknod: named('mknod'),
  mknodat: namedAt('mknod'),
  truncate: named('truncate'),
  ftruncate: opened('truncate'),

  stat: named('stat'),
  lstat: named('stat'),
  fstat: opened('stat'),
  newfstatat: namedAt('stat'),
  fstatat: namedAt('stat'),
  statx: namedAt('stat'),
  statfs: named('stat'),
  fstatfs: opened('stat'),
  name_to_handle_at: namedAt('stat'),
  oldstat: named('stat'),
  oldlstat: named('stat'),
  access: named('access'),
  faccessat: namedAt('access'),
  faccessat2: namedAt('access'),
  readlink: named('readlink'),
  readlinkat: namedAt('readlink'),

  chdir: changeDirectory(first),
  fchdir: changeDirectory(firstOpened),
  getcwd: (call, context) => {
    const directory = call.error === undefined ? call.text(0) : undefined;
    if (directory?.startsWith('/') && context.root === '') context.directory = directory;
    return asItStands(call, context);
  },
};
