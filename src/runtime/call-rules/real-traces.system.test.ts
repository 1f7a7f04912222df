import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessTable } from '../calls/process-table.ts';
import { readTrace } from '../calls/read-trace.ts';
import { traceSet } from '../calls/trace-sets.ts';
import { starterCallRules } from '../starter-call-rules.ts';
import { type CallJudge, createCallJudge } from './judge-calls.ts';

/**
 * Programs that do what the rules look for, and harm nothing: in a namespace of their own without a network, where the
 * folders that they write to are empty, and settings of the kernel are read-only.
 */
const setup = `set -e
for folder in /etc /root /run /usr/local/bin /var/spool /var/log; do mount -t tmpfs none "$folder"; done
mount -t proc none /proc
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mkdir -p /etc/cron.d /root/.ssh
echo nameserver 127.0.0.1 > /etc/resolv.conf
printf 'root:x:0:0::/root:/bin/sh\\n' > /etc/passwd
echo x > /root/.bash_history
echo x > /etc/shadow
echo x > /usr/local/bin/tool
ip link set lo up 2>/dev/null || true
`;

const python = (code: string): string => `python3 -c ${quote(code)}`;
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A command of bash, in a folder D of its own, and the rule that it must raise. */
const imitations: readonly (readonly [rule: string, command: string])[] = [
  [
    'call-shell-at-connection',
    python(`import os,socket
l=socket.socket();l.bind(("127.0.0.1",0));l.listen()
if os.fork()==0:
  s=socket.create_connection(l.getsockname())
  for n in 0,1,2: os.dup2(s.fileno(),n)
  os.execv("/bin/sh",["sh","-c","exit 0"])
l.accept();os.wait()`),
  ],
  [
    // A shell behind a port of its own, and somebody who asks it.
    'call-shell-at-connection',
    python(`import os,socket
l=socket.socket();l.bind(("127.0.0.1",0));l.listen()
if os.fork()==0:
  socket.create_connection(l.getsockname());os._exit(0)
s,_=l.accept()
for n in 0,1,2: os.dup2(s.fileno(),n)
os.execv("/bin/sh",["sh"])`),
  ],
  ['call-shell-command', 'bash -c "exec 3<>/dev/tcp/127.0.0.1/1" || true'],
  ['call-shell-below-server', 'cp /bin/bash $D/nginx; $D/nginx -c "/bin/sh -c true; true"'],
  ['call-miner', 'cp /bin/true $D/worker; $D/worker -o stratum+tcp://a.example:3333'],
  ['call-pool-name', 'getent hosts pool.minexmr.com || true'],
  ['call-pool-port', '(exec 3<>/dev/tcp/203.0.113.7/3333) || true'],
  ['call-tor', '(exec 3<>/dev/tcp/127.0.0.1/9050) || true'],
  ['call-dropped-program', 'cat /bin/true > $D/payload; chmod +x $D/payload; $D/payload'],
  ['call-package-manager', 'cp /bin/true $D/apk; $D/apk add x'],
  ['call-schedule-written', 'echo "* * * * * root true" > /etc/cron.d/x'],
  ['call-preload-written', ': > /etc/ld.so.preload'],
  ['call-program-overwritten', 'echo y > /usr/local/bin/tool'],
  ['call-new-program', 'echo y > /usr/local/bin/new'],
  ['call-setuid-set', 'echo > $D/x; chmod u+s $D/x'],
  ['call-authorized-keys', 'echo key >> /root/.ssh/authorized_keys'],
  ['call-passwords-written', 'echo x >> /etc/shadow'],
  ['call-users-written', 'echo x >> /etc/passwd'],
  ['call-shell-start-written', 'echo x >> /root/.bashrc'],
  ['call-core-pattern', 'echo x > /proc/sys/kernel/core_pattern || true'],
  ['call-release-agent', 'echo x > $D/release_agent'],
  [
    'call-engine-socket',
    python('import socket\ntry: socket.socket(socket.AF_UNIX).connect("/run/docker.sock")\nexcept OSError: pass'),
  ],
  ['call-cloud-metadata', '(exec 3<>/dev/tcp/169.254.169.254/80) || true'],
  [
    'call-kernel-module',
    python('import ctypes,platform\nctypes.CDLL(None).syscall(273 if platform.machine()=="aarch64" else 313,-1,b"",0)'),
  ],
  ['call-mount', 'mount -t nothing none $D || true'],
  ['call-namespace', 'unshare -U true || true'],
  ['call-host-device', '(exec 3< /dev/mem) || true; (exec 3< /dev/sda) || true'],
  [
    'call-memory-program',
    python('import os\nf=os.memfd_create("x")\nos.write(f,open("/bin/true","rb").read())\nos.execve(f,["x"],{})'),
  ],
  ['call-self-delete', 'cp /bin/bash $D/x; $D/x -c "rm $D/x; true"'],
  [
    'call-environments-read',
    'for n in 1 2 3 4; do sleep 60 & done; cat /proc/[0-9]*/environ > /dev/null; kill $(jobs -p)',
  ],
  ['call-anti-debug', python('import ctypes\nctypes.CDLL(None).ptrace(0,0,0,0)')],
  [
    'call-process-injection',
    `sleep 60 & ${python('import ctypes,sys\nctypes.CDLL(None).ptrace(16,int(sys.argv[1]),0,0)')} $!; kill $!`,
  ],
  ['call-long-pause', 'timeout 5 sleep 600 || true'],
  ['call-mass-rewriting', 'for f in $D/image/*; do mv $f $f.locked; done'],
  ['call-history-removed', 'rm /root/.bash_history'],
  ['call-shadow-read', 'cat /etc/shadow > /dev/null'],
  ['call-credentials-read', 'echo x > /root/.ssh/id_rsa; cat /root/.ssh/id_rsa > /dev/null'],
];

/** What is done every day, and must raise nothing. */
const harmless: readonly (readonly [what: string, program: string, command: string])[] = [
  [
    'busybox httpd, which serves a connection as its input and output',
    'busybox',
    `busybox httpd -f -p 127.0.0.1:8080 -h $D/image & ${python(`import time,urllib.request
for _ in range(600):
  try: urllib.request.urlopen("http://127.0.0.1:8080/1.txt").read();break
  except OSError: time.sleep(0.1)
else: raise SystemExit("nobody answered")`)} > $D/answered && echo yes >> $D/answered; kill $!`,
  ],
];

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  for (const program of ['strace', 'python3', 'unshare', 'bash', 'ip']) {
    if (!has(program)) return `no ${program}`;
  }
  const tried = spawnSync('unshare', [
    '-mpnf',
    'strace',
    '-f',
    '-o',
    '/dev/null',
    'mount',
    '-t',
    'tmpfs',
    'none',
    '/mnt',
  ]);
  return tried.status === 0 ? undefined : 'no namespaces, or no tracing in them';
}

const reason = whyNot();

describe.skipIf(reason !== undefined)(`real traces ${reason === undefined ? '' : `(${reason})`}`, () => {
  // Not in /tmp: what is started from there is told by a rule of its own.
  const folder = reason === undefined ? mkdtempSync('/var/lib/drydock-trace-') : '';

  /** All of them run at once, each traced into a folder of its own. */
  beforeAll(() => {
    const commands = [...imitations.map(([, command]) => command), ...harmless.map(([, , command]) => command)];
    const lines = commands.map((command, index) => {
      const own = path.join(folder, String(index));
      mkdirSync(path.join(own, 'image'), { recursive: true });
      mkdirSync(path.join(own, 'trace'));
      for (let file = 0; file < 45; file++) writeFileSync(path.join(own, 'image', `${file}.txt`), 'x');
      const strace = `strace -ff -o ${own}/trace/t -q -ttt -yy -v -s 4096 -e signal=none -e trace=${traceSet('behaviour')}`;
      return `D=${own} ${strace} -- bash -c ${quote(command)} >/dev/null 2>&1 </dev/null`;
    });
    execFileSync('unshare', ['-mpnf', 'bash', '-c', `${setup}${lines.map((line) => `${line} &`).join('\n')}\nwait`], {
      timeout: 250_000,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function told(index: number): Promise<readonly string[]> {
    const own = path.join(folder, String(index));
    const image = {
      has: (file: string): boolean =>
        file.startsWith(`${own}/image/`)
          ? !file.endsWith('.locked')
          : /^\/(?:usr\/(?!local)|bin\/|lib)/.test(file) || file === '/usr/local/bin/tool',
    };
    const source = {
      container: { id: 'x'.repeat(12), imageId: '' },
      users: new Map([[0, 'root']]),
      groups: new Map(),
      image,
    };
    let table: ProcessTable | undefined;
    const judge: CallJudge = await createCallJudge(starterCallRules(), source, {
      get: (pid) => table?.get(pid),
    });
    await readTrace(
      { folder: path.join(own, 'trace') },
      {
        call: (event, _, processes) => {
          table = processes;
          judge.judge(event);
        },
      },
      { first: { directory: folder, uid: 0, gid: 0 } },
    );
    return judge.judged().map(({ rule }) => rule.id);
  }

  it.each(imitations.map(([rule], index) => [rule, index] as const))('%s', async (rule, index) => {
    expect(await told(index)).toContain(rule);
  });

  it.each(harmless.map(([what, program], index) => [what, program, index] as const))(
    'nothing is told of %s',
    async (_, program, index) => {
      if (!has(program)) return;
      const at = imitations.length + index;
      expect(readFileSync(path.join(folder, String(at), 'answered'), 'utf8')).toBe('yes\n');
      expect(await told(at)).toEqual([]);
    },
  );
});
