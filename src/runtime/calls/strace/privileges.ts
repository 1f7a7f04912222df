import type { CallDetail } from '../../../model/call.ts';
import type { CallArguments } from './call-arguments.ts';
import { type Decoder, type Decoders, optional } from './decoder.ts';

/** Credentials that a call sets; `-1` leaves one as it is (setresuid(2)). */
const credentials =
  (place: { readonly uid?: number; readonly gid?: number }): Decoder =>
  (call) => ({
    kind: 'credentials',
    ...optional('uid', place.uid === undefined ? undefined : call.number(place.uid)),
    ...optional('gid', place.gid === undefined ? undefined : call.number(place.gid)),
  });

const flagsAt = (index: number): Decoder => {
  return (call) => ({
    kind: 'namespace',
    flags: (/^[A-Z0-9_|x]{1,400}/.exec(call.raw(index))?.[0] ?? '')
      .split('|')
      .filter((flag) => flag !== '0' && flag !== ''),
  });
};

const unmount: Decoder = (call, context) => ({ kind: 'umount', ...optional('path', call.path(0, context)) });

/** `effective=1<<CAP_CHOWN|1<<CAP_KILL`, `effective=0`. */
function effective(call: CallArguments): string[] | undefined {
  const found = /\beffective=(0|1<<[A-Z0-9_|<x]{1,2000})/.exec(call.raw(1, 2100))?.[1];
  return found?.match(/CAP_[A-Z_]+/g) ?? (found === undefined ? undefined : []);
}

/** What changes who a process is, what it may, and in which world it lives. */
export const privilegeCalls: Decoders = {
  setuid: credentials({ uid: 0 }),
  setgid: credentials({ gid: 0 }),
  setreuid: credentials({ uid: 1 }),
  setregid: credentials({ gid: 1 }),
  setresuid: credentials({ uid: 1 }),
  setresgid: credentials({ gid: 1 }),
  setfsuid: credentials({}),
  setfsgid: credentials({}),
  setgroups: credentials({}),
  capset: (call) => ({ kind: 'capabilities', ...optional('effective', effective(call)) }),
  unshare: flagsAt(0),
  setns: flagsAt(1),
  chroot: (call, context) => {
    const path = call.path(0, context);
    if (call.error === undefined && path !== undefined) context.root = path === '/' ? '' : path;
    return { kind: 'chroot', ...optional('path', path) };
  },
  pivot_root: (call, context) => ({ kind: 'pivot-root', ...optional('path', call.path(0, context)) }),
  mount: (call, context): CallDetail => ({
    kind: 'mount',
    // A device, a folder, or any word: it is told as it is written.
    ...optional('from', call.text(0)),
    ...optional('path', call.path(1, context)),
    ...optional('type', call.text(2)),
  }),
  move_mount: (call, context) => ({
    kind: 'mount',
    ...optional('from', call.pathAt(0, 1, context)),
    ...optional('path', call.pathAt(2, 3, context)),
  }),
  umount: unmount,
  umount2: unmount,
  oldumount: unmount,
  init_module: () => ({ kind: 'module' }),
  finit_module: (call) => ({ kind: 'module', ...optional('path', call.descriptor(0)?.path) }),
  delete_module: () => ({ kind: 'module' }),
  kexec_load: () => ({ kind: 'module' }),
  kexec_file_load: (call) => ({ kind: 'module', ...optional('path', call.descriptor(0)?.path) }),
};
