import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { CallEvent, CallProcess } from '../../model/call.ts';
import { readTrace } from './read-trace.ts';

/** The last call of a trace of one process, with the process as it is then. */
async function last(...lines: readonly string[]): Promise<{ event: CallEvent; process: CallProcess }> {
  const folder = path.join(temporaryFolder(), 'o');
  mkdirSync(folder);
  const text = ['execve("/opt/acts", ["acts"], []) = 0', ...lines];
  writeFileSync(
    path.join(folder, 't.1'),
    text.map((line, index) => `17000000${10 + index}.000000 ${line}\n`).join(''),
    'latin1',
  );
  let told: { event: CallEvent; process: CallProcess } | undefined;
  await readTrace(
    { folder },
    {
      call(event, process) {
        told = { event, process };
      },
    },
    // A folder of the image that is a link.
    { first: { directory: '/', uid: 0 }, realFolder: (place) => place.replace(/^\/linked(?=\/|$)/, '/etc/cron.d') },
  );
  return told!;
}

describe('a program that hides what it starts', () => {
  it.each<[string, string, readonly string[]]>([
    ['its own file', '/opt/acts', ['execve("/proc/self/exe", ["x"], []) = 0']],
    ['its own file by its thread', '/opt/acts', ['execve("/proc/thread-self/exe", ["x"], []) = 0']],
    [
      'a file that it has open',
      '/tmp/x',
      ['openat(AT_FDCWD</>, "tmp/x", O_RDONLY|O_CLOEXEC) = 3</tmp/x>', 'execve("/proc/self/fd/3", ["x"], []) = 0'],
    ],
    [
      'a file of which it has a second descriptor',
      '/tmp/x',
      [
        'openat(AT_FDCWD</>, "tmp/x", O_RDONLY) = 3</tmp/x>',
        'dup2(3</tmp/x>, 9) = 9</tmp/x>',
        'openat(AT_FDCWD</>, "etc/passwd", O_RDONLY) = 3</etc/passwd>',
        'execve("/dev/fd/9", ["x"], []) = 0',
      ],
    ],
    ['a file below its root', '/tmp/x', ['execve("/proc/self/root/tmp/x", ["x"], []) = 0']],
    ['a file below its folder', '/tmp/x', ['chdir("/tmp") = 0', 'execve("/proc/self/cwd/x", ["x"], []) = 0']],
  ])('%s', async (_, path, lines) => {
    const { event, process } = await last(...lines);
    expect(event).toMatchObject({ kind: 'exec', path });
    expect(process).toMatchObject({ path, name: path.slice(path.lastIndexOf('/') + 1) });
  });

  it('interpreter of a script that starts itself again', async () => {
    const { event, process } = await last(
      'execve("/start.sh", ["/start.sh"], []) = 0',
      'openat(AT_FDCWD</>, "/start.sh", O_RDONLY) = 3</start.sh>',
      'execve("/proc/self/exe", ["/bin/nc", "-e"], []) = 0',
    );
    expect(event).not.toHaveProperty('path');
    expect(process).toMatchObject({ name: 'nc', arguments: ['/bin/nc', '-e'] });
    expect(process).not.toHaveProperty('path');
  });

  it('file in memory that starts itself again', async () => {
    const { event } = await last(
      'memfd_create("x", 0) = 3</memfd:x>(deleted)',
      'execve("/proc/self/fd/3", ["x"], []) = 0',
      'execve("/proc/self/exe", ["x"], []) = 0',
    );
    expect(event).toMatchObject({ path: '/memfd:x', memory: true });
  });
});

describe('a program that hides where it writes', () => {
  it.each<[string, object, readonly string[]]>([
    [
      'by its root in /proc',
      { kind: 'rename', to: '/etc/cron.d/x' },
      ['rename("/tmp/x", "/proc/self/root/etc/cron.d/x") = 0'],
    ],
    [
      'by the root of another process, twice',
      { kind: 'rename', to: '/etc/cron.d/x' },
      ['rename("/tmp/x", "/proc/1/root/proc/7/task/7/root/etc/./cron.d//x") = 0'],
    ],
    [
      'that is its own root in /proc, where it may not',
      { kind: 'open', path: '/etc/ld.so.preload', error: 'EROFS' },
      ['openat(AT_FDCWD</>, "/proc/self/root/etc/ld.so.preload", O_WRONLY) = -1 EROFS (Read-only file system)'],
    ],
    [
      'through a link to a folder that it made',
      { kind: 'rename', to: '/etc/cron.d/x' },
      ['symlink("/etc/cron.d", "/tmp/y") = 0', 'rename("/tmp/x", "/tmp/y/x") = 0'],
    ],
    [
      'through links that are relative, and moved',
      { kind: 'link', to: '/etc/cron.d/x' },
      [
        'symlink("../etc", "/tmp/a") = 0',
        'rename("/tmp/a", "/tmp/b") = 0',
        'linkat(AT_FDCWD</tmp>, "x", AT_FDCWD</tmp>, "b/cron.d/x", 0) = 0',
      ],
    ],
    [
      'through a folder of the image that is a link',
      { kind: 'rename', to: '/etc/cron.d/x' },
      ['rename("/tmp/x", "/linked/x") = 0'],
    ],
    [
      'but not through a link that it removed again',
      { kind: 'rename', to: '/tmp/y/x' },
      ['symlink("/etc/cron.d", "/tmp/y") = 0', 'unlink("/tmp/y") = 0', 'rename("/tmp/x", "/tmp/y/x") = 0'],
    ],
    [
      'nor through links in a circle',
      { kind: 'rename', to: '/tmp/a/x' },
      ['symlink("b", "/tmp/a") = 0', 'symlink("a", "/tmp/b") = 0', 'rename("/tmp/x", "/tmp/a/x") = 0'],
    ],
    [
      'by another name of the file',
      { kind: 'open', path: '/etc/crontab', given: 'x' },
      [
        'link("/etc/crontab", "/tmp/y") = 0',
        'rename("/tmp/y", "/tmp/x") = 0',
        'openat(AT_FDCWD</tmp>, "x", O_WRONLY|O_APPEND) = 3</tmp/x>',
      ],
    ],
    [
      'with a mode through a link to a folder',
      { kind: 'chmod', path: '/usr/bin/x', mode: 0o4755 },
      ['symlink("/usr/bin", "/tmp/y") = 0', 'chmod("/tmp/y/x", 04755) = 0'],
    ],
  ])('%s', async (_, told, lines) => {
    expect((await last(...lines)).event).toMatchObject(told);
  });
});
