// Traces services of this machine, as far as they are installed, and says which of our own rules on calls they raise, and which
// did not come to listen: none should. Needs root, strace and unshare, and a checkout outside /tmp (programs from there are
// what a rule is about):
//   node test/soak/call-rules-services.ts [NAME...]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createCallJudge } from '../../src/runtime/call-rules/judge-calls.ts';
import type { ProcessTable } from '../../src/runtime/calls/process-table.ts';
import { readTrace } from '../../src/runtime/calls/read-trace.ts';
import { traceSet } from '../../src/runtime/calls/trace-sets.ts';
import { starterCallRules } from '../../src/runtime/starter-call-rules.ts';

/** A program that has to be there, and a command of sh that serves, in a folder D of its own, until it is ended. */
const services: readonly (readonly [name: string, program: string, command: string])[] = [
  ['nginx', '/usr/sbin/nginx', 'exec nginx -g "daemon off;"'],
  ['redis', '/usr/bin/redis-server', 'cd $D; exec redis-server'],
  ['memcached', '/usr/bin/memcached', 'exec memcached -u nobody'],
  [
    'sshd',
    '/usr/sbin/sshd',
    'mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N "" -f $D/key; exec /usr/sbin/sshd -D -h $D/key',
  ],
  [
    'postgres',
    '/usr/lib/postgresql/15/bin/postgres',
    'chown postgres $D; cd $D; exec setpriv --reuid=postgres --regid=postgres --clear-groups sh -c "/usr/lib/postgresql/15/bin/initdb -D $D/data && exec /usr/lib/postgresql/15/bin/postgres -D $D/data -k $D"',
  ],
  [
    'mariadb',
    '/usr/sbin/mariadbd',
    'mkdir $D/t; chown mysql $D/t; mariadb-install-db --user=mysql --datadir=$D/data --tmpdir=$D/t; exec mariadbd --user=mysql --datadir=$D/data --socket=$D/s --pid-file=$D/pid --tmpdir=$D/t',
  ],
  ['mosquitto', '/usr/sbin/mosquitto', 'exec mosquitto -p 1883'],
  ['vsftpd', '/usr/sbin/vsftpd', 'mkdir -p /run/vsftpd/empty; exec vsftpd'],
  ['etcd', '/usr/bin/etcd', 'exec etcd --data-dir $D/etcd'],
  ['apache2', '/usr/sbin/apache2', '. /etc/apache2/envvars; exec apache2 -D FOREGROUND'],
  [
    'rabbitmq',
    '/usr/sbin/rabbitmq-server',
    'HOME=$D RABBITMQ_MNESIA_BASE=$D/m RABBITMQ_LOG_BASE=$D/l exec rabbitmq-server',
  ],
  ['node', process.execPath, `exec ${process.execPath} -e 'require("node:http").createServer().listen(8080)'`],
  ['python', '/usr/bin/python3', 'exec /usr/bin/python3 -m http.server 8081'],
  [
    'java',
    '/usr/bin/java',
    'printf "class A{public static void main(String[] a)throws Exception{new java.net.ServerSocket(8082).accept();}}" > $D/A.java; exec java $D/A.java',
  ],
  ['cron', '/usr/sbin/cron', 'exec cron -f'],
];

/** Some of them alone, by name. */
const wanted = process.argv.slice(2);
const folder = mkdtempSync('/var/lib/drydock-services-');
let failed = 0;
try {
  for (const [name, program, command] of services) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    if (!existsSync(program)) {
      console.log(`${name}: not installed`);
      continue;
    }
    const own = path.join(folder, name);
    mkdirSync(path.join(own, 'trace'), { recursive: true });
    spawnSync('chmod', ['-R', '755', folder]);
    const strace = `strace -ff -o ${own}/trace/t -q -ttt -yy -v -s 4096 -e signal=none -e trace=${traceSet('behaviour')}`;
    const quoted = `'${command.replaceAll("'", `'\\''`)}'`;
    // It takes ten seconds by itself.
    const seconds = name === 'rabbitmq' ? 60 : 24;
    const script = `mount -t proc none /proc; for f in /run /var/log; do mount -t tmpfs -o mode=1777 none $f; done; mkdir -p /var/log/nginx /var/log/apache2 /run/lock /run/apache2 /run/lock/apache2
ip link set lo up; D=${own} timeout -s KILL ${seconds} ${strace} -- sh -c ${quoted} >${own}/out 2>&1 </dev/null; true`;
    spawnSync('unshare', ['-mpnf', 'sh', '-c', script], { timeout: (seconds + 16) * 1000 });
    let table: ProcessTable | undefined;
    const source = {
      container: { id: '0123456789ab', imageId: '' },
      users: new Map([[0, 'root']]),
      groups: new Map(),
      image: {
        has: (file: string): boolean =>
          !file.startsWith(folder) && !/^\/(?:tmp|run|proc|dev)\//.test(file) && existsSync(file),
      },
    };
    const judge = await createCallJudge(starterCallRules(), source, { get: (pid) => table?.get(pid) });
    const reading = await readTrace(
      { folder: path.join(own, 'trace') },
      {
        call: (event, _, processes) => {
          table = processes;
          judge.judge(event);
        },
      },
      { first: { directory: '/', uid: 0, gid: 0 } },
    );
    console.log(`${name}: ${reading.calls} calls, listens ${JSON.stringify(reading.counts['listen'] ?? 0)}`);
    const findings = judge.judged();
    for (const { finding } of findings) console.log(`  ${finding.id}: ${finding.evidence}`);
    const isUp = name === 'cron' || (reading.counts['listen']?.count ?? 0) > 0;
    if (!isUp) console.log(`  it did not come up: ${readFileSync(path.join(own, 'out'), 'utf8').slice(-500)}`);
    if (!isUp || findings.length > 0) failed++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
