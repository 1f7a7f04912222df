import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localProc, type ProcReader } from './proc-reader.ts';
import { insideId, readProcess, readStatus } from './socket-process.ts';

/** /proc of one process as a table; what is not in it cannot be read. */
function procOf(files: Readonly<Record<string, string>>): ProcReader {
  return {
    look: ({ path, bytes }) =>
      Promise.resolve(files[path] === undefined ? undefined : Buffer.from(files[path]).subarray(0, bytes)),
  };
}

/** Any bytes, as far as UTF-8 goes. */
const hostileText = fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes).toString());

describe('a process that holds a socket', () => {
  it('is read as this machine has it', async () => {
    const found = await readProcess(localProc, process.pid);

    expect(found?.process).toMatchObject({
      pid: process.pid,
      executable: process.execPath,
      directory: process.cwd(),
      uid: process.geteuid?.(),
      gid: process.getegid?.(),
    });
    expect(found?.process.arguments.length).toBeGreaterThan(0);
    expect(found?.parent).toBe(process.ppid);
  });

  it('is numbered as the container does, and so are its users', async () => {
    const found = await readProcess(
      procOf({
        '/proc/4242/status':
          'Name:\tredis\nPPid:\t4200\nUid:\t100999\t100999\t100999\t100999\nGid:\t100999\t100998\t1\t1\nNSpid:\t4242\t7\t1\n',
        '/proc/4242/uid_map': '         0     100000      65536\n',
        '/proc/4242/gid_map': '         0     100000      65536\n',
        '/proc/4242/ns/user': 'user:[2]',
        '/proc/self/ns/user': 'user:[1]',
        '/proc/4242/exe': '/usr/bin/redis-check-rdb (deleted)',
        '/proc/4242/cmdline': 'redis-server\0--port\x000\0',
      }),
      4242,
    );

    expect(found).toEqual({
      process: {
        pid: 1,
        name: 'redis',
        executable: '/usr/bin/redis-check-rdb',
        gone: 'deleted',
        arguments: ['redis-server', '--port', '0'],
        uid: 999,
        gid: 998,
      },
      parent: 4200,
    });
  });

  it('has the numbers of users that its own namespace tells', async () => {
    const found = await readProcess(
      procOf({
        '/proc/7/status': 'Name:\tx\nUid:\t1000\t1000\t1000\t1000\n',
        // Rootless engines map so; the same namespace tells numbers as they are inside.
        '/proc/7/uid_map': '         0       1000          1\n         1     100000      65536\n',
        '/proc/7/ns/user': 'user:[2]',
        '/proc/self/ns/user': 'user:[2]',
      }),
      7,
    );

    expect(found?.process.uid).toBe(1000);
  });

  it.each([
    ['/memfd:x (deleted)', { executable: '/memfd:x', gone: 'memory' }],
    ['/tmp/x (deleted)', { executable: '/tmp/x', gone: 'deleted' }],
    ['/usr/sbin/nginx', { executable: '/usr/sbin/nginx' }],
    ['', {}],
  ])('runs %s', async (link, expected) => {
    const { process } = (await readProcess(procOf({ '/proc/7/status': 'Name:\tx\n', '/proc/7/exe': link }), 7))!;

    expect(process).toEqual({ pid: 7, name: 'x', arguments: [], ...expected });
  });

  it('is none where it has ended', async () => {
    expect(await readProcess(localProc, 2 ** 30)).toBeUndefined();
  });

  it('never makes reading fail, whatever it is called', () => {
    fc.assert(
      fc.property(hostileText, fc.nat(), (text, id) => {
        expect(typeof readStatus(text).name).toBe('string');
        expect(typeof insideId(id, text)).toBe('number');
      }),
    );
  });
});
