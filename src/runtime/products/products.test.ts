import { describe, expect, it } from 'vitest';
import { makePackage, makeView } from '../../../test/support/view.ts';
import type { CallDetail, CallEvent, CallProcess } from '../../model/call.ts';
import type { ObservedPort } from '../../model/observation.ts';
import type { ImageView, ViewFile } from '../../model/view.ts';
import { PackagePlaces } from '../package-places.ts';
import { NeededCapabilities } from './capabilities.ts';
import { Contacts } from './contacts.ts';
import { driftOf } from './drift.ts';
import { networkPolicy } from './network-policy.ts';
import { packagesInUse } from './packages-in-use.ts';
import { ProcPaths } from './proc-paths.ts';
import { replacedFiles } from './replaced-files.ts';
import { untouchedPackages } from './slimming.ts';
import { StartedPrograms } from './started-programs.ts';
import { TouchedFiles } from './touched-files.ts';

type Made = CallDetail & Partial<Pick<CallEvent, 'call' | 'error' | 'pid' | 'tid'>>;

function event(made: Made): CallEvent {
  return { at: 1, pid: 7, tid: made.pid ?? 7, call: made.kind, ...made };
}

const opened = (path: string, more: Partial<CallEvent> = {}): CallEvent =>
  event({ kind: 'open', path, access: 'read', creates: false, truncates: false, ...more } as Made);

function touched(...events: readonly CallEvent[]): TouchedFiles {
  const files = new TouchedFiles();
  for (const one of events) files.call(one);
  return files;
}

/** A merged /usr: `lib` is a link to `usr/lib`. */
function imageWith(owners: Readonly<Record<string, string>>, more: Parameters<typeof makeView>[0] = {}): ImageView {
  const plain = (path: string): string => path.replace(/^(lib|bin|sbin)(?=\/|$)/, 'usr/$1');
  return makeView({
    resolve: (path) => {
      const found = plain(path);
      if (!(found in owners)) return { found: false, reason: 'absent' };
      return { found: true, file: { layer: 0, path: found } as ViewFile };
    },
    ownerOf: (path) => owners[path] || undefined,
    ...more,
  });
}

describe('files that a run touched', () => {
  it('keep the heaviest use', () => {
    const files = touched(
      event({ kind: 'exec', path: '/usr/sbin/nginx', arguments: ['nginx'] }),
      event({ kind: 'map', path: '/usr/sbin/nginx', executable: true, writable: false }),
      event({ kind: 'map', path: '/usr/lib/libc.so.6', executable: false, writable: false }),
      event({ kind: 'map', path: '/usr/lib/libc.so.6', executable: true, writable: false }),
      opened('/etc/nginx/nginx.conf'),
    );
    expect([...files.used]).toEqual([
      ['/usr/sbin/nginx', 'executed'],
      ['/usr/lib/libc.so.6', 'loaded'],
      ['/etc/nginx/nginx.conf', 'opened'],
    ]);
  });

  it('are not those of calls that failed, of looks at folders, and of memory', () => {
    const files = touched(
      opened('/a', { error: 'ENOENT' }),
      opened('/b', { access: 'path' } as never),
      opened('/c', { directory: true } as never),
      event({ kind: 'exec', path: '/memfd:x', arguments: [], memory: true }),
    );
    expect(files.used.size).toBe(0);
  });

  it('tell what was written, but nothing of the kernel', () => {
    const files = touched(
      opened('/var/log/x', { access: 'write', creates: true } as never),
      opened('/proc/self/oom_score_adj', { access: 'write' } as never),
      event({ kind: 'rename', path: '/tmp/a', to: '/tmp/b' }),
      event({ kind: 'symlink', path: 'target', to: '/tmp/link' }),
      event({ kind: 'delete', path: '/tmp/gone', directory: false }),
    );
    expect([...files.written]).toEqual(['/var/log/x', '/tmp/a', '/tmp/b', '/tmp/link', '/tmp/gone']);
    expect(files.used.has('/var/log/x')).toBe(false);
  });

  it('are bounded', () => {
    const files = new TouchedFiles();
    for (let index = 0; index < 200_010; index++) files.call(opened(`/tmp/${index}`));
    expect(files.used.size).toBe(200_000);
    expect(files.gaps).toEqual([expect.stringMatching(/^It touched more than 200000 files/)]);
    // What ran is not pushed out by names that were made up.
    files.call(event({ kind: 'exec', path: '/usr/bin/late', arguments: [] }));
    expect(files.used.get('/usr/bin/late')).toBe('executed');
  });
});

describe('packages in use', () => {
  const nginx = makePackage('nginx', '1.26');
  const libc = makePackage('libc6', '2.41', { arch: 'amd64' });
  const perl = makePackage('perl', '5.40');
  const owners = { 'usr/sbin/nginx': 'nginx', 'usr/lib/libc.so.6': 'libc6:amd64', 'usr/share/perl': 'perl' };
  const view = imageWith(owners, { packages: [nginx, libc, perl] });

  it('are joined through the merged /usr both ways', () => {
    const files = touched(
      event({ kind: 'exec', path: '/sbin/nginx', arguments: [] }),
      event({ kind: 'map', path: '/usr/lib/libc.so.6', executable: true, writable: false }),
    );
    const found = packagesInUse(files.used, [], new PackagePlaces(view));
    expect(found.map(({ name, use, files: names, count }) => [name, use, names, count])).toEqual([
      ['nginx', 'executed', ['/sbin/nginx'], 1],
      ['libc6', 'loaded', ['/usr/lib/libc.so.6'], 1],
    ]);
  });

  it('that listen come first', () => {
    const port: ObservedPort = {
      protocol: 'tcp',
      port: 80,
      addresses: [],
      declared: true,
      state: 'listening',
      localOnly: false,
      ...{ executable: '/usr/sbin/nginx', package: { name: nginx.name, version: nginx.version, purl: nginx.purl } },
    };
    const found = packagesInUse(new Map([['/usr/lib/libc.so.6', 'loaded']]), [port], new PackagePlaces(view));
    expect(found.map(({ name, use }) => [name, use])).toEqual([
      ['nginx', 'listening'],
      ['libc6', 'loaded'],
    ]);
  });

  it.each<[string, string, string, string, string]>([
    ['npm', 'express', 'app/node_modules/express/package.json', '/app/node_modules/express/lib/view.js', 'express'],
    [
      'npm',
      'inner',
      'app/node_modules/express/node_modules/inner/package.json',
      '/app/node_modules/express/node_modules/inner/i.js',
      'inner',
    ],
    [
      'pypi',
      'Flask',
      'usr/lib/python3/site-packages/flask-3.0.dist-info/METADATA',
      '/usr/lib/python3/site-packages/flask/app.py',
      'Flask',
    ],
    [
      'pypi',
      'typing-extensions',
      'v/site-packages/typing_extensions-4.dist-info/METADATA',
      '/v/site-packages/typing_extensions.py',
      'typing-extensions',
    ],
    ['gem', 'rack', 'g/specifications/rack-1.0.gemspec', '/g/gems/rack-1.0/lib/rack.rb', 'rack'],
    ['maven', 'log4j-core', 'app/app.jar!/BOOT-INF/lib/log4j-core.jar', '/app/app.jar', 'log4j-core'],
    ['golang', 'stdlib', 'usr/bin/tool', '/usr/bin/tool', 'stdlib'],
  ])('of %s: %s by its files', (type, name, location, path, expected) => {
    const one = makePackage(name, type === 'gem' ? '1.0' : '1', { type, locations: [location] });
    const places = new PackagePlaces(makeView({ packages: [one] }));
    expect(places.languages(path).map((found) => found.name)).toEqual([expected]);
    expect(places.languages('/elsewhere/x')).toEqual([]);
  });

  it('are not those that lockfiles name', () => {
    const one = makePackage('x', '1', { type: 'npm', locations: ['app/package.json'], evidence: 'lockfile' });
    expect(new PackagePlaces(makeView({ packages: [one] })).languages('/app/x.js')).toEqual([]);
  });

  it('leave the others, with what they weigh', () => {
    const weights = Object.entries(owners).map(([path, owner], index) => ({ path, owner, size: (index + 1) * 100 }));
    const weighed = imageWith(owners, {
      packages: [nginx, libc, perl],
      each: (visit) => {
        for (const { path, size } of weights) visit({ type: 'file', size, path: () => path, layer: 0 } as never);
      },
    });
    const used = packagesInUse(new Map([['/usr/sbin/nginx', 'executed']]), [], new PackagePlaces(weighed));
    expect(untouchedPackages(weighed, used).map(({ name, bytes }) => [name, bytes])).toEqual([
      ['perl', 300],
      ['libc6', 200],
    ]);
  });
});

const processOf = (more: Partial<CallProcess> = {}): CallProcess => ({
  ...{ pid: 7, name: 'sh', path: '/usr/bin/sh', arguments: ['sh'], startedAt: 1 },
  ...more,
});

describe('processes', () => {
  it('tell where their programs come from, and whether they still run', () => {
    const programs = new StartedPrograms();
    const exec = (path: string, more: Partial<CallEvent> = {}): CallEvent =>
      event({ kind: 'exec', path, arguments: [], ...more } as Made);
    const nginx = processOf({ path: '/usr/sbin/nginx', name: 'nginx', uid: 0 });
    programs.call(exec('/usr/sbin/nginx'), nginx);
    programs.call(exec('/tmp/x', { pid: 8, tid: 8 }), processOf({ pid: 8, parent: 7, path: '/tmp/x', name: 'x' }));
    programs.call(event({ kind: 'exit', code: 0, pid: 8, tid: 8 }), processOf({ pid: 8 }));
    programs.call(exec('', { pid: 9, tid: 9, memory: true } as never), processOf({ pid: 9, name: 'm' }));
    programs.call(exec('/no', { error: 'ENOENT' }), nginx);
    const view = imageWith({ 'usr/sbin/nginx': 'nginx' }, { packages: [makePackage('nginx', '1')] });
    const list = programs.list(new PackagePlaces(view), (uid) => (uid === 0 ? 'root' : undefined));
    expect(list.map(({ pid, from, running, user, package: owner }) => [pid, from, running, user, owner?.name])).toEqual(
      [
        [7, { layer: { index: 0, diffId: expect.any(String) } }, true, 'root', 'nginx'],
        [8, 'dropped', false, undefined, undefined],
        [9, 'memory', true, undefined, undefined],
      ],
    );
  });
});

describe('processes beyond those that are told', () => {
  const start = (programs: StartedPrograms, pid: number, path: string, more: Partial<CallEvent> = {}): void => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    programs.call(
      event({ kind: 'exec', path, arguments: [], pid, tid: pid, ...more } as Made),
      processOf({ pid, path, name }),
    );
  };
  const end = (programs: StartedPrograms, pid: number): void =>
    programs.call(event({ kind: 'exit', code: 0, pid, tid: pid }), processOf({ pid }));
  const told = (programs: StartedPrograms): readonly string[] =>
    programs
      .list(new PackagePlaces(imageWith({})), () => undefined)
      .map(({ executable, pid }) => `${executable} ${pid}`);

  it('are repeats: each program is told once, and so is who listens', () => {
    const programs = new StartedPrograms();
    start(programs, 1, '/bin/sh');
    for (let pid = 2; pid < 2102; pid++) {
      start(programs, pid, '/bin/true');
      end(programs, pid);
    }
    start(programs, 3000, '/tmp/dropped');
    start(programs, 3001, '/memfd:x', { memory: true } as never);
    start(programs, 3002, '/bin/sh');
    programs.call(event({ kind: 'listen', pid: 3002, tid: 3002 }), processOf({ pid: 3002, path: '/bin/sh' }));
    const all = told(programs);
    expect(all.length).toBe(2000);
    expect(all[0]).toBe('/bin/sh 1');
    expect(all.slice(-3)).toEqual(['/tmp/dropped 3000', '/memfd:x 3001', '/bin/sh 3002']);
    expect(programs.gaps).toEqual([
      'Of programs that were started 104 more times than 2000 only some starts are listed, each program at least once.',
    ]);
  });

  it('are too many programs', () => {
    const programs = new StartedPrograms();
    for (let pid = 1; pid <= 2010; pid++) start(programs, pid, `/tmp/${pid}`);
    expect(told(programs).length).toBe(2000);
    expect(programs.gaps).toEqual(['10 programs that were started are not listed: there are more than 2000.']);
  });

  it('are none in an ordinary run', () => {
    const programs = new StartedPrograms();
    start(programs, 1, '/bin/sh');
    expect(programs.gaps).toEqual([]);
  });
});

describe('what a run wrote itself', () => {
  const owners = { 'usr/sbin/goodd': 'goodd', 'etc/goodd.conf': 'goodd' };
  const view = imageWith(owners, { packages: [makePackage('goodd', '9')] });
  const exec = (path: string): CallEvent => event({ kind: 'exec', path, arguments: [] });
  const write = (path: string, more: object = {}): CallEvent =>
    opened(path, { access: 'write', truncates: true, ...more } as never);

  it.each<[string, readonly CallEvent[]]>([
    ['overwritten in place', [write('/usr/sbin/goodd')]],
    ['put there by another name', [event({ kind: 'rename', path: '/tmp/x', to: '/sbin/goodd' })]],
    ['in a folder that was put there', [event({ kind: 'rename', path: '/tmp/x', to: '/usr/sbin' })]],
    ['a link now', [event({ kind: 'symlink', path: '/tmp/x', to: '/usr/sbin/goodd' })]],
  ])('is no program of a package: %s', (_, events) => {
    const places = new PackagePlaces(
      imageWith({ ...owners, 'usr/sbin': '' }, { packages: [makePackage('goodd', '9')] }),
    );
    const files = touched(...events, exec('/usr/sbin/goodd'));
    places.replace(replacedFiles([], files));
    const programs = new StartedPrograms();
    programs.call(exec('/usr/sbin/goodd'), processOf({ path: '/usr/sbin/goodd' }));
    expect(programs.list(places, () => undefined)).toMatchObject([{ from: 'dropped' }]);
    expect(programs.list(places, () => undefined)[0]?.package).toBeUndefined();
    expect(packagesInUse(files.used, [], places)).toEqual([]);
  });

  it.each<[string, readonly CallEvent[]]>([
    ['read', [opened('/usr/sbin/goodd')]],
    ['given to somebody', [event({ kind: 'chown', path: '/usr/sbin/goodd', uid: 1, gid: 1 })]],
    ['made executable', [event({ kind: 'chmod', path: '/usr/sbin/goodd', mode: 0o755 })]],
    ['removed later', [event({ kind: 'delete', path: '/usr/sbin/goodd', directory: false })]],
  ])('is not what was only %s', (_, events) => {
    const places = new PackagePlaces(view);
    const files = touched(exec('/usr/sbin/goodd'), ...events);
    // The engine says of all of them that they changed.
    const isAttribute = events.some(({ kind }) => kind === 'chown' || kind === 'chmod');
    places.replace(replacedFiles(isAttribute ? [{ path: '/usr/sbin/goodd', change: 'changed' }] : [], files));
    expect(packagesInUse(files.used, [], places).map(({ name }) => name)).toEqual(['goodd']);
  });

  it('is told by the engine where nobody traced', () => {
    const places = new PackagePlaces(view);
    places.replace(replacedFiles([{ path: '/usr/sbin/goodd', change: 'changed' }]));
    expect(packagesInUse(new Map([['/usr/sbin/goodd', 'executed']]), [], places)).toEqual([]);
  });

  it('is still the configuration of its package', () => {
    const places = new PackagePlaces(view);
    const files = touched(write('/etc/goodd.conf'), opened('/etc/goodd.conf'));
    places.replace(replacedFiles([], files));
    expect(packagesInUse(files.used, [], places).map(({ name, use }) => [name, use])).toEqual([['goodd', 'opened']]);
  });
});

describe('paths of /proc', () => {
  const exec = (path: string, pid = 7): CallEvent => event({ kind: 'exec', path, arguments: [], pid });
  const fork = (child: number): CallEvent => event({ kind: 'fork', child, thread: false });
  const open = (path: string, descriptor: number): CallEvent => opened(path, { descriptor } as never);
  const table = {
    get: (pid: number) => (pid === 12 ? processOf({ pid, directory: '/srv' }) : undefined),
  };

  it.each<[string, string, readonly CallEvent[]]>([
    ['/proc/self/exe', '/bin/busybox', [exec('/bin/busybox')]],
    ['/proc/thread-self/exe', '/bin/busybox', [exec('/bin/busybox'), exec('/proc/self/exe')]],
    ['/proc/12/exe', '/bin/busybox', [exec('/bin/busybox', 12)]],
    ['/proc/7/task/8/exe', '/bin/busybox', [exec('/bin/busybox')]],
    ['/proc/self/root/usr/sbin/goodd', '/usr/sbin/goodd', []],
    ['/proc/1/root/proc/self/root/x', '/x', []],
    ['/proc/self/cwd/run', '/app/run', []],
    ['/proc/12/cwd/run', '/srv/run', []],
    ['/proc/self/fd/3', '/opt/tool', [open('/opt/tool', 3)]],
    ['/dev/fd/3', '/opt/tool', [open('/etc/passwd', 3), open('/opt/tool', 3)]],
    [
      '/proc/self/fd/9',
      '/opt/tool',
      [open('/opt/tool', 3), event({ kind: 'duplicate', descriptor: 9, from: { kind: 'file', path: '/opt/tool' } })],
    ],
    // What leads nowhere that is known stays as it is.
    ['/proc/self/exe', '/proc/self/exe', []],
    ['/proc/self/fd/4', '/proc/self/fd/4', [open('/opt/tool', 3)]],
    ['/proc/self/exec', '/proc/self/exec', [exec('/bin/busybox')]],
  ])('%s leads to %s', (path, expected, before) => {
    const paths = new ProcPaths();
    const process = processOf({ directory: '/app' });
    for (const one of before) paths.follow(one, process, table);
    expect(paths.follow(exec(path), process, table)).toMatchObject({ path: expected });
  });

  it('lead a child to the program of its parent', () => {
    const paths = new ProcPaths();
    for (const one of [exec('/bin/busybox'), fork(9)]) paths.follow(one, processOf(), table);
    const child = processOf({ pid: 9 });
    expect(paths.follow(exec('/proc/self/exe', 9), child, table)).toMatchObject({ path: '/bin/busybox' });
    expect(paths.programOf(9)).toBe('/bin/busybox');
    paths.follow(event({ kind: 'exit', code: 0, pid: 9 }), child, table);
    expect(paths.programOf(9)).toBeUndefined();
  });
});

describe('contacts', () => {
  it('beyond those that are told are counted', () => {
    const contacts = new Contacts();
    expect(contacts.gaps).toEqual([]);
    for (let at = 0; at < 1003; at++) contacts.add({ name: `${at}.example` });
    contacts.add({ name: '1.example' });
    expect(contacts.list().length).toBe(1000);
    expect(contacts.gaps).toEqual([expect.stringMatching(/^More than 1000 names and addresses .* 3 /)]);
  });

  it('are names and addresses elsewhere, each once', () => {
    const contacts = new Contacts();
    const connect = (address: string, port: number, name?: string): CallEvent =>
      event({ kind: 'connect', address: { family: 'inet', address, port }, ...(name && { name }) } as Made);
    contacts.call(event({ kind: 'dns', name: 'pool.example', type: 'A' }));
    contacts.call(connect('10.0.0.2', 3333, 'pool.example'));
    contacts.call(connect('10.0.0.2', 3333, 'pool.example'));
    contacts.call(connect('169.254.169.254', 80));
    contacts.call(connect('127.0.0.1', 80));
    contacts.call(connect('10.0.0.1', 53));
    expect(contacts.list()).toEqual([
      { address: '169.254.169.254', port: 80, count: 1 },
      { name: 'pool.example', count: 1 },
      { name: 'pool.example', address: '10.0.0.2', port: 3333, count: 2 },
    ]);
  });

  it('become a policy that names cannot be part of', () => {
    const ports = [
      { protocol: 'tcp', port: 80, addresses: ['0.0.0.0'], declared: true, state: 'listening', localOnly: false },
      { protocol: 'tcp', port: 81, addresses: ['127.0.0.1'], declared: false, state: 'listening', localOnly: true },
      { protocol: 'tcp', port: 82, addresses: [], declared: true, state: 'dead', localOnly: false },
    ] as const;
    const contacts = [
      { address: 'fd00::1', port: 5432, count: 1 },
      { address: '127.0.0.1', port: 80, count: 1 },
      { address: '::ffff:10.0.0.9', port: 6379, count: 1 },
      { name: 'a.example', address: '10.0.0.2', port: 443, count: 1 },
    ];
    expect(networkPolicy({ ports, contacts }, 'web')).toMatchObject({
      metadata: { annotations: { 'drydock.names': 'a.example' } },
      spec: {
        ingress: [{ ports: [{ protocol: 'TCP', port: 80 }] }],
        egress: [
          {
            ports: [
              { protocol: 'UDP', port: 53 },
              { protocol: 'TCP', port: 53 },
            ],
          },
          { ports: [{ port: 443 }] },
          { to: [{ ipBlock: { cidr: 'fd00::1/128' } }], ports: [{ port: 5432 }] },
          { to: [{ ipBlock: { cidr: '10.0.0.9/32' } }], ports: [{ port: 6379 }] },
        ],
      },
    });
  });
});

describe('drift', () => {
  it('leaves out folders above a change, what engines make, and what is ours', () => {
    const changes = [
      { path: '/var', change: 'changed' },
      { path: '/var/run', change: 'changed' },
      { path: '/var/run/x.pid', change: 'added' },
      { path: '/etc/hosts', change: 'changed' },
      { path: '/.s', change: 'added' },
      { path: '/.s/strace', change: 'added' },
      { path: '/tmp/dropped', change: 'added' },
      { path: '/etc/passwd', change: 'removed' },
    ] as const;
    const isOurs = (path: string): boolean => /^\/\.s(?:\/|$)/.test(path);
    expect(driftOf({ changes, cut: false }, new Set(['/tmp/dropped']), isOurs)).toEqual({
      entries: [
        { path: '/etc/passwd', change: 'removed' },
        { path: '/tmp/dropped', change: 'added', executable: true },
        { path: '/var/run/x.pid', change: 'added' },
      ],
      gaps: [],
    });
  });

  it('keeps programs that ran before what else is new, and says what it leaves out', () => {
    const changes = Array.from({ length: 5010 }, (_, at) => ({
      path: `/srv/${String(at).padStart(5, '0')}`,
      change: 'added' as const,
    }));
    const { entries, gaps } = driftOf({ changes, cut: true }, new Set(['/srv/05009']), () => false);
    expect(entries.length).toBe(5000);
    expect(entries.at(-1)).toEqual({ path: '/srv/05009', change: 'added', executable: true });
    expect(entries.map(({ path }) => path)).toEqual(entries.map(({ path }) => path).toSorted());
    expect(gaps).toEqual([
      expect.stringMatching(/^10 files that the run changed are not listed/),
      expect.stringMatching(/engine/),
    ]);
  });
});

describe('capabilities', () => {
  it('are those that calls asked for', () => {
    const needed = new NeededCapabilities();
    const root = processOf({ uid: 0 });
    needed.call(event({ kind: 'bind', address: { family: 'inet', address: '0.0.0.0', port: 80 } }), root);
    needed.call(event({ kind: 'bind', address: { family: 'inet', address: '0.0.0.0', port: 8080 } }), root);
    needed.call(event({ kind: 'chown', path: '/x', uid: 33, gid: 33 }), root);
    needed.call(event({ kind: 'credentials', call: 'setuid', uid: 33 }), processOf({ uid: 33 }));
    needed.call(event({ kind: 'credentials', call: 'setgroups' }), root);
    needed.call(event({ kind: 'chroot', path: '/srv', error: 'EPERM' }), root);
    expect([...needed.needed.keys()].sort()).toEqual(['CHOWN', 'NET_BIND_SERVICE', 'SETGID', 'SETUID']);
  });

  it('are not asked for by a process that stays who it is', () => {
    const needed = new NeededCapabilities();
    const user = processOf({ uid: 1000 });
    needed.call(opened('/x'), user);
    needed.call(event({ kind: 'credentials', call: 'setuid', uid: 1000 }), user);
    expect([...needed.needed]).toEqual([]);
  });
});
