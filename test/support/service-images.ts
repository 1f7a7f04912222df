import type { RunOutcome } from '../../src/model/observation.ts';
import { busyboxProgram } from './busybox-image.ts';
import type { TarEntry } from './tar.ts';

/** What must be seen of a port: the package has the version that dpkg says. */
export interface PortTruth {
  /** `tcp 5432`, `udp 53`. */
  readonly at: string;
  readonly state?: 'dead';
  readonly declared?: true;
  readonly localOnly?: true;
  readonly executable?: string | RegExp;
  readonly package?: string;
  readonly user?: string;
  readonly script?: string;
  readonly service?: string;
}

/** A port that is open for a moment; `tcp *` where the kernel chose its number. */
export type MomentTruth = Pick<PortTruth, 'at' | 'executable' | 'package' | 'user'>;

/** What must be told of a run. */
export interface RunTruth {
  /** How each try ends, in their order. */
  readonly tries: readonly RunOutcome[];
  /** Stands in the reason or the log of the last one. */
  readonly words?: RegExp;
  readonly ports: readonly PortTruth[];
  /** Ports that are open for a moment alone, in which a look finds them by luck: the calls tell them. */
  readonly moments?: readonly MomentTruth[];
  /** Findings of the service scan above negligible, as `PORT ID` without `service.`; all of them. */
  readonly findings?: readonly string[];
  /** Names that it asked for. */
  readonly contacts?: readonly string[];
}

/** An image of a real service, or of an odd program, made of Debian's packages. */
export interface ServiceImage {
  /** Its name, before `:1`; presets are chosen by it. */
  readonly name: string;
  /** Packages above the base; `scratch`: no base either. */
  readonly layer: keyof typeof layers | 'base' | 'scratch';
  readonly entries?: readonly TarEntry[];
  readonly config: Readonly<Record<string, unknown>>;
  /** More words for the command. */
  readonly args?: readonly string[];
  readonly truth: RunTruth;
}

/** Packages of each layer; those of `servers` start one service an image. */
export const layers = {
  servers: [
    ...['nginx-light', 'apache2', 'lighttpd', 'haproxy', 'memcached', 'redis-server', 'mosquitto', 'openssh-server'],
    ...['vsftpd', 'dovecot-imapd', 'dnsmasq', 'unbound', 'ntpsec', 'snmpd', 'etcd-server'],
  ],
  postgres: ['postgresql'],
  mariadb: ['mariadb-server'],
  rabbitmq: ['rabbitmq-server'],
  tomcat: ['tomcat10'],
  node: ['nodejs'],
  python: ['python3'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function program(path: string, content: string): TarEntry {
  return { path, content: `#!/bin/sh\nset -e\n${content}`, mode: 0o755 };
}

/** Does what the start script of the official image does: asks for a password, and trusts loopback. */
const postgresStart = program(
  'entrypoint.sh',
  `if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    echo 'Error: the superuser has no password. Set POSTGRES_PASSWORD.' >&2; exit 1
  fi
  mkdir -p "$PGDATA"; chmod 700 "$PGDATA"; chown postgres "$PGDATA"
  printf '%s\\n' "$POSTGRES_PASSWORD" > /tmp/password; chown postgres /tmp/password
  setpriv --reuid=postgres --regid=postgres --init-groups initdb --auth=trust \${POSTGRES_PASSWORD:+--pwfile=/tmp/password}
  rm /tmp/password
  printf '\\nhost all all all %s\\n' "\${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups "$@" -c listen_addresses='*'
`,
);

const exposed = (...ports: readonly string[]): Readonly<Record<string, object>> =>
  Object.fromEntries(ports.map((port) => [port, {}]));

const postgresConfig = {
  Env: ['PATH=/usr/lib/postgresql/17/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'PGDATA=/var/lib/postgresql/data'],
  Entrypoint: ['/entrypoint.sh'],
  ExposedPorts: exposed('5432/tcp'),
  Volumes: { '/var/lib/postgresql/data': {} },
};

const mariadbStart = program(
  'entrypoint.sh',
  `if [ ! -d /srv/data/mysql ]; then
  if [ -z "$MARIADB_ROOT_PASSWORD" ] && [ -z "$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD" ]; then
    echo 'ERROR: the database has no password. Set MARIADB_ROOT_PASSWORD.' >&2; exit 1
  fi
  mkdir -p /srv/data /run/mysqld; chown mysql /srv/data /run/mysqld
  mariadb-install-db --user=mysql --datadir=/srv/data --skip-test-db >/dev/null
  printf "ALTER USER root@localhost IDENTIFIED BY '%s';\\nCREATE USER root@'%%' IDENTIFIED BY '%s';\\n" \\
    "$MARIADB_ROOT_PASSWORD" "$MARIADB_ROOT_PASSWORD" > /srv/start.sql
  chown mysql /srv/start.sql
fi
exec "$@" --user=mysql --datadir=/srv/data --init-file=/srv/start.sql --bind-address=0.0.0.0 --skip-name-resolve
`,
);

/** The program, its package, who runs it, and the service that answers. */
type Owner = readonly [executable: string | RegExp, pkg: string, user?: string | undefined, service?: string];

function port(at: string, [executable, pkg, user, service]: Owner, more: Partial<PortTruth> = {}): PortTruth {
  return { at, executable, package: pkg, ...(user && { user }), ...(service && { service }), ...more };
}

/** A port that the image declares, and that is open. */
const declared = (at: string, owner: Owner, more: Partial<PortTruth> = {}): PortTruth =>
  port(at, owner, { declared: true, ...more });
/** A port that the image declares, and that nobody opens. */
const dead = (at: string): PortTruth => ({ at, declared: true, state: 'dead' });

const postgresPorts = [
  declared('tcp 5432', ['/usr/lib/postgresql/17/bin/postgres', 'postgresql-17', 'postgres', 'postgresql']),
];
const mariadbConfig = { Entrypoint: ['/entrypoint.sh'], ExposedPorts: exposed('3306/tcp') };
const mariadbPorts = [declared('tcp 3306', ['/usr/sbin/mariadbd', 'mariadb-server-core', 'mysql', 'mysql'])];
const python = '/usr/bin/python3.13';

/** A run whose only try comes up. */
const listening = (ports: readonly PortTruth[], ...findings: readonly string[]): RunTruth => ({
  tries: ['listening'],
  ports,
  findings,
});

/** An image that starts a command, and what else is special with it. */
function image(
  [name, layer]: readonly [string, ServiceImage['layer']],
  Cmd: readonly string[],
  truth: RunTruth,
  config: Readonly<Record<string, unknown>> = {},
  more: Partial<ServiceImage> = {},
): ServiceImage {
  return { name, layer, config: { Env: [PATH], ...(Cmd.length > 0 && { Cmd }), ...config }, truth, ...more };
}

const nodeServer = `require('node:http').createServer((_, answer) => {
  answer.setHeader('X-Content-Type-Options', 'nosniff');
  answer.end('<h1>shop</h1>');
}).listen(3000);
`;

const pythonLate = `import http.server, time
time.sleep(20)
http.server.ThreadingHTTPServer(('', 8000), http.server.BaseHTTPRequestHandler).serve_forever()
`;

const pythonWaits = `import socket, time
while True:
    try: socket.create_connection(('db.internal', 5432), 1); break
    except OSError as error: print('waiting for db.internal:', error, flush=True); time.sleep(1)
`;

/** Services as their packages or the well-known images start them. */
export const serviceImages: readonly ServiceImage[] = [
  // What it trusts is loopback, from which nobody outside comes.
  image(
    ['postgres', 'postgres'],
    ['postgres'],
    { tries: ['exited', 'exited', 'listening'], words: /POSTGRES_PASSWORD/, ports: postgresPorts, findings: [] },
    postgresConfig,
    { entries: [postgresStart] },
  ),
  image(
    ['postgres-trust', 'postgres'],
    ['postgres'],
    listening(postgresPorts, '5432 postgresql-trust'),
    { ...postgresConfig, Env: [...postgresConfig.Env, 'POSTGRES_HOST_AUTH_METHOD=trust'] },
    { entries: [postgresStart] },
  ),
  image(
    ['mariadb', 'mariadb'],
    ['mariadbd'],
    { tries: ['exited', 'exited', 'listening'], ports: mariadbPorts, findings: [] },
    mariadbConfig,
    { entries: [mariadbStart] },
  ),
  image(
    ['mariadb-empty', 'mariadb'],
    ['mariadbd'],
    listening(mariadbPorts, '3306 mysql-root-open'),
    { ...mariadbConfig, Env: [PATH, 'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1'] },
    { entries: [mariadbStart] },
  ),
  // Without a listener in its configuration it serves loopback alone (mosquitto.conf(5)), and anybody there.
  image(
    ['mosquitto', 'servers'],
    ['mosquitto', '-c', '/etc/mosquitto/mosquitto.conf'],
    listening(
      [declared('tcp 1883', ['/usr/sbin/mosquitto', 'mosquitto', 'mosquitto', 'mqtt'], { localOnly: true })],
      '1883 mqtt-open',
    ),
    { ExposedPorts: exposed('1883/tcp') },
  ),
  image(
    ['etcd', 'servers'],
    [
      ...['etcd', '--data-dir', '/tmp/etcd', '--listen-client-urls', 'http://0.0.0.0:2379'],
      ...['--advertise-client-urls', 'http://127.0.0.1:2379'],
    ],
    listening(
      [
        declared('tcp 2379', ['/usr/bin/etcd', 'etcd-server', 'root', 'http']),
        declared('tcp 2380', ['/usr/bin/etcd', 'etcd-server'], { localOnly: true }),
        dead('tcp 4001'),
      ],
      ...['2379 etcd-open', '2379 etcd-version', '2379 expvar-open', '2379 metrics-open', '2380 etcd-version'],
    ),
    { ExposedPorts: exposed('2379/tcp', '2380/tcp', '4001/tcp') },
  ),
  // It takes guest from loopback alone.
  image(
    ['rabbitmq', 'rabbitmq'],
    ['rabbitmq-server'],
    {
      ...listening(
        [
          port('tcp 4369', [/\/epmd$/, 'erlang-base', 'rabbitmq', 'epmd']),
          declared('tcp 5672', [/\/beam\.smp$/, 'erlang-base', 'rabbitmq', 'amqp']),
          dead('tcp 15672'),
          port('tcp 25672', [/\/beam\.smp$/, 'erlang-base', 'rabbitmq']),
        ],
        '4369 epmd-open',
      ),
      moments: [
        // An Erlang node that is started to start epmd, and ended at once (rabbit_runtime, ensure_epmd).
        port('tcp *', [/\/beam\.smp$/, 'erlang-base', 'rabbitmq']),
        // It tries there whether IPv6 is to be had (rabbit_networking, FIRST_TEST_BIND_PORT).
        port('tcp 49152', [/\/beam\.smp$/, 'erlang-base', 'rabbitmq']),
      ],
    },
    { ExposedPorts: exposed('5672/tcp', '15672/tcp') },
  ),
  // As OpenSSH does by itself, it offers umac-64.
  image(
    ['sshd', 'servers'],
    ['/usr/sbin/sshd', '-D', '-e'],
    listening(
      [declared('tcp 22', ['/usr/sbin/sshd', 'openssh-server', 'root', 'ssh'])],
      ...['22 ssh-host-key-in-image', '22 ssh-weak-algorithms'],
    ),
    { ExposedPorts: exposed('22/tcp') },
    { entries: [{ path: 'run/sshd', type: 'directory' }] },
  ),
  image(
    ['vsftpd', 'servers'],
    ['vsftpd', '/etc/vsftpd.conf', '-obackground=NO'],
    listening([declared('tcp 21', ['/usr/sbin/vsftpd', 'vsftpd', 'root', 'ftp'])], '21 ftp-clear-text'),
    { ExposedPorts: exposed('21/tcp') },
    { entries: [{ path: 'run/vsftpd/empty', type: 'directory' }] },
  ),
  image(
    ['tomcat', 'tomcat'],
    ['/usr/share/tomcat10/bin/catalina.sh', 'run'],
    listening([
      declared(
        'tcp 8080',
        [/^\/usr\/lib\/jvm\/java-21-openjdk-\w+\/bin\/java$/, 'openjdk-21-jre-headless', 'tomcat', 'http'],
        { script: 'org.apache.catalina.startup.Bootstrap' },
      ),
    ]),
    {
      Env: [
        ...[PATH, 'CATALINA_HOME=/usr/share/tomcat10', 'CATALINA_BASE=/var/lib/tomcat10', 'CATALINA_TMPDIR=/tmp'],
        'JAVA_HOME=/usr/lib/jvm/default-java',
      ],
      ExposedPorts: exposed('8080/tcp'),
      User: 'tomcat',
    },
    { args: ['--ready-timeout', '60s'] },
  ),
  image(
    ['node', 'node'],
    ['node', '/app/server.js'],
    listening([declared('tcp 3000', ['/usr/bin/node', 'nodejs', undefined, 'http'], { script: '/app/server.js' })]),
    { ExposedPorts: exposed('3000/tcp'), User: '1000', WorkingDir: '/app' },
    { entries: [{ path: 'app/server.js', content: nodeServer }] },
  ),
  image(
    ['python', 'python'],
    ['python3', '-m', 'http.server', '8000'],
    listening(
      [port('tcp 8000', [python, 'python3.13-minimal', 'nobody', 'http'], { script: 'http.server' })],
      '8000 directory-listing',
    ),
    { User: 'nobody', WorkingDir: '/srv' },
    { entries: [{ path: 'srv/notes.txt', content: 'x' }] },
  ),
  // Debian's configuration shows /server-status to loopback alone.
  image(
    ['apache', 'servers'],
    ['apache2ctl', '-DFOREGROUND'],
    listening([declared('tcp 80', ['/usr/sbin/apache2', 'apache2-bin', 'root', 'http']), dead('tcp 443')]),
    { ExposedPorts: exposed('80/tcp', '443/tcp') },
  ),
  image(
    ['nginx', 'servers'],
    ['nginx', '-g', 'daemon off;'],
    listening([declared('tcp 80', ['/usr/sbin/nginx', 'nginx', 'root', 'http'])]),
    { ExposedPorts: exposed('80/tcp') },
  ),
  // Without a configuration it answers loopback alone (protected-mode).
  image(
    ['redis', 'servers'],
    ['redis-server'],
    listening([declared('tcp 6379', ['/usr/bin/redis-check-rdb', 'redis-tools', 'root', 'redis'])]),
    { WorkingDir: '/tmp', ExposedPorts: exposed('6379/tcp') },
  ),
  image(
    ['memcached', 'servers'],
    ['memcached', '-u', 'nobody'],
    listening(
      [declared('tcp 11211', ['/usr/bin/memcached', 'memcached', 'nobody', 'memcached'])],
      '11211 memcached-open',
    ),
    { ExposedPorts: exposed('11211/tcp') },
  ),
  image(
    ['lighttpd', 'servers'],
    ['lighttpd', '-D', '-f', '/etc/lighttpd/lighttpd.conf'],
    listening([port('tcp 80', ['/usr/sbin/lighttpd', 'lighttpd', 'www-data', 'http'])]),
  ),
  image(
    ['haproxy', 'servers'],
    ['haproxy', '-W', '-db', '-f', '/etc/haproxy/haproxy.cfg', '-f', '/etc/haproxy/stats.cfg'],
    listening([port('tcp 8404', ['/usr/sbin/haproxy', 'haproxy', undefined, 'http'])], '8404 haproxy-stats-open'),
    {},
    {
      entries: [
        {
          path: 'etc/haproxy/stats.cfg',
          content: 'frontend stats\n  bind :8404\n  mode http\n  timeout client 5s\n  stats enable\n  stats uri /\n',
        },
        { path: 'run/haproxy', type: 'directory' },
      ],
    },
  ),
  image(
    ['dovecot', 'servers'],
    ['dovecot', '-F'],
    listening(
      [
        dead('tcp 110'),
        ...['tcp 143', 'tcp 993'].map((at) => declared(at, ['/usr/sbin/dovecot', 'dovecot-core', 'root', 'imap'])),
      ],
      ...['993 tls-key-in-image', '993 tls-self-signed'],
    ),
    { ExposedPorts: exposed('143/tcp', '993/tcp', '110/tcp') },
  ),
];

/** Services over UDP. */
export const datagramImages: readonly ServiceImage[] = [
  // It says that it resolves names (RFC 1035, RA): to its own network, which the caller's address is of (local-service).
  image(
    ['dnsmasq', 'servers'],
    ['dnsmasq', '-k'],
    listening(
      [
        declared('tcp 53', ['/usr/sbin/dnsmasq', 'dnsmasq-base', undefined, 'dns']),
        declared('udp 53', ['/usr/sbin/dnsmasq', 'dnsmasq-base']),
      ],
      ...['53 dns-recursion-open', '53 dns-version', '53 dns-version-udp'],
    ),
    { ExposedPorts: exposed('53/udp', '53/tcp') },
  ),
  // Whoever may ask it, which is loopback, is told its version and gets names resolved (unbound.conf(5), hide-version and
  // access-control).
  image(
    ['unbound', 'servers'],
    ['unbound', '-d', '-p', '-c', '/srv/unbound.conf'],
    listening(
      [
        port('tcp 53', ['/usr/sbin/unbound', 'unbound', 'unbound', 'dns'], { localOnly: true }),
        port('udp 53', ['/usr/sbin/unbound', 'unbound', 'unbound'], { localOnly: true }),
      ],
      ...['53 dns-recursion-open', '53 dns-version', '53 dns-version-udp'],
    ),
    {},
    { entries: [{ path: 'srv/unbound.conf', content: 'server:\n  chroot: ""\n  use-syslog: no\n' }] },
  ),
  image(
    ['snmpd', 'servers'],
    ['snmpd', '-f', '-Lo', '-C', '-c', '/srv/snmpd.conf', 'udp:161'],
    listening(
      [
        declared('udp 161', ['/usr/sbin/snmpd', 'snmpd']),
        // For subagents (SMUX, RFC 1227): at all addresses, unless it was built otherwise (snmpd.conf(5), smuxsocket).
        port('tcp 199', ['/usr/sbin/snmpd', 'snmpd']),
      ],
      '161 snmp-public',
    ),
    { ExposedPorts: exposed('161/udp') },
    { entries: [{ path: 'srv/snmpd.conf', content: 'rocommunity public\n' }] },
  ),
  image(['ntpd', 'servers'], ['ntpd', '-n'], listening([declared('udp 123', ['/usr/sbin/ntpd', 'ntpsec'])]), {
    ExposedPorts: exposed('123/udp'),
  }),
];

/** Programs that do not come up as servers do. */
export const oddImages: readonly ServiceImage[] = [
  {
    name: 'static',
    layer: 'scratch',
    entries: [
      { path: 'busybox', content: busyboxProgram(), mode: 0o755 },
      { path: 'srv/index.html', content: '<h1>shop</h1>' },
    ],
    config: { Entrypoint: ['/busybox'], Cmd: ['httpd', '-f', '-p', '8080', '-h', '/srv'], User: '65534' },
    truth: listening([{ at: 'tcp 8080', executable: '/busybox', service: 'http' }]),
  },
  image(
    ['read-only', 'servers'],
    ['memcached'],
    listening(
      [port('tcp 11211', ['/usr/bin/memcached', 'memcached', 'memcache', 'memcached'])],
      '11211 memcached-open',
    ),
    { User: 'memcache' },
    { args: ['--cage', 'strict'] },
  ),
  image(
    ['read-only-refuses', 'servers'],
    ['nginx', '-g', 'daemon off;'],
    {
      tries: ['exited'],
      words: /Read-only file system|Operation not permitted|Permission denied/,
      ports: [dead('tcp 80')],
    },
    { ExposedPorts: exposed('80/tcp') },
    { args: ['--cage', 'strict'] },
  ),
  image(['ends', 'python'], ['python3', '-c', 'import os; os.environ["DATABASE_URL"]'], {
    ...{ tries: ['exited', 'exited'], words: /KeyError: 'DATABASE_URL'/, ports: [] },
  }),
  image(
    ['waits', 'python'],
    ['python3', '-c', pythonWaits],
    {
      ...{ tries: ['running'], words: /waiting for db\.internal/, ports: [dead('tcp 8000')] },
      contacts: ['db.internal'],
    },
    { ExposedPorts: exposed('8000/tcp') },
    { args: ['--ready-timeout', '6s'] },
  ),
  image(
    ['late', 'python'],
    ['python3', '-c', pythonLate],
    listening([port('tcp 8000', [python, 'python3.13-minimal', undefined, 'http'])]),
  ),
  image(
    ['forks', 'base'],
    ['sh', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 100'],
    { tries: ['running'], ports: [] },
    {},
    { args: ['--ready-timeout', '5s'] },
  ),
  image(['no-command', 'base'], [], { tries: ['failed'], words: /names no program to start/, ports: [] }),
];
