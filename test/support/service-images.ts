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

const postgresConfig = {
  Env: ['PATH=/usr/lib/postgresql/17/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'PGDATA=/var/lib/postgresql/data'],
  Entrypoint: ['/entrypoint.sh'],
  Cmd: ['postgres'],
  ExposedPorts: { '5432/tcp': {} },
  Volumes: { '/var/lib/postgresql/data': {} },
};

const postgresPort: PortTruth = {
  ...{ at: 'tcp 5432', declared: true, executable: '/usr/lib/postgresql/17/bin/postgres', package: 'postgresql-17' },
  ...{ user: 'postgres', service: 'postgresql' },
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

const mariadbConfig = {
  Env: [PATH],
  Entrypoint: ['/entrypoint.sh'],
  Cmd: ['mariadbd'],
  ExposedPorts: { '3306/tcp': {} },
};

const mariadbPort: PortTruth = {
  ...{ at: 'tcp 3306', declared: true, executable: '/usr/sbin/mariadbd', package: 'mariadb-server-core' },
  ...{ user: 'mysql', service: 'mysql' },
};

const redisPort: PortTruth = {
  ...{ at: 'tcp 6379', executable: '/usr/bin/redis-check-rdb', package: 'redis-tools', service: 'redis' },
};

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
  {
    name: 'postgres',
    layer: 'postgres',
    entries: [postgresStart],
    config: postgresConfig,
    // What it trusts is loopback, from which nobody outside comes.
    truth: {
      tries: ['exited', 'exited', 'listening'],
      words: /POSTGRES_PASSWORD/,
      ports: [postgresPort],
      findings: [],
    },
  },
  {
    name: 'postgres-trust',
    layer: 'postgres',
    entries: [postgresStart],
    config: { ...postgresConfig, Env: [...postgresConfig.Env, 'POSTGRES_HOST_AUTH_METHOD=trust'] },
    truth: { tries: ['listening'], ports: [postgresPort], findings: ['5432 postgresql-trust'] },
  },
  {
    name: 'mariadb',
    layer: 'mariadb',
    entries: [mariadbStart],
    config: mariadbConfig,
    truth: { tries: ['exited', 'exited', 'listening'], ports: [mariadbPort], findings: [] },
  },
  {
    name: 'mariadb-empty',
    layer: 'mariadb',
    entries: [mariadbStart],
    config: { ...mariadbConfig, Env: [PATH, 'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1'] },
    truth: { tries: ['listening'], ports: [mariadbPort], findings: ['3306 mysql-root-open'] },
  },
  {
    name: 'mosquitto',
    layer: 'servers',
    config: {
      Env: [PATH],
      Cmd: ['mosquitto', '-c', '/etc/mosquitto/mosquitto.conf'],
      ExposedPorts: { '1883/tcp': {} },
    },
    // Without a listener in its configuration it serves loopback alone (mosquitto.conf(5)), and anybody there.
    truth: {
      tries: ['listening'],
      ports: [
        {
          ...{ at: 'tcp 1883', declared: true, localOnly: true, executable: '/usr/sbin/mosquitto' },
          ...{ package: 'mosquitto', user: 'mosquitto', service: 'mqtt' },
        },
      ],
      findings: ['1883 mqtt-open'],
    },
  },
  {
    name: 'etcd',
    layer: 'servers',
    config: {
      Env: [PATH],
      Cmd: [
        ...['etcd', '--data-dir', '/tmp/etcd', '--listen-client-urls', 'http://0.0.0.0:2379'],
        ...['--advertise-client-urls', 'http://127.0.0.1:2379'],
      ],
      ExposedPorts: { '2379/tcp': {}, '2380/tcp': {}, '4001/tcp': {} },
    },
    truth: {
      tries: ['listening'],
      ports: [
        {
          at: 'tcp 2379',
          declared: true,
          executable: '/usr/bin/etcd',
          package: 'etcd-server',
          user: 'root',
          service: 'http',
        },
        { at: 'tcp 2380', declared: true, localOnly: true, executable: '/usr/bin/etcd', package: 'etcd-server' },
        { at: 'tcp 4001', declared: true, state: 'dead' },
      ],
      findings: ['2379 etcd-open', '2379 etcd-version', '2379 expvar-open', '2379 metrics-open', '2380 etcd-version'],
    },
  },
  {
    name: 'rabbitmq',
    layer: 'rabbitmq',
    config: {
      Env: [PATH],
      Cmd: ['rabbitmq-server'],
      ExposedPorts: { '5672/tcp': {}, '15672/tcp': {} },
    },
    // It takes guest from loopback alone.
    truth: {
      tries: ['listening'],
      ports: [
        { at: 'tcp 4369', executable: /\/epmd$/, package: 'erlang-base', user: 'rabbitmq', service: 'epmd' },
        {
          at: 'tcp 5672',
          declared: true,
          executable: /\/beam\.smp$/,
          package: 'erlang-base',
          user: 'rabbitmq',
          service: 'amqp',
        },
        { at: 'tcp 15672', declared: true, state: 'dead' },
        { at: 'tcp 25672', executable: /\/beam\.smp$/, package: 'erlang-base', user: 'rabbitmq' },
      ],
      moments: [
        // An Erlang node that is started to start epmd, and ended at once (rabbit_runtime, ensure_epmd).
        { at: 'tcp *', executable: /\/beam\.smp$/, package: 'erlang-base', user: 'rabbitmq' },
        // It tries there whether IPv6 is to be had (rabbit_networking, FIRST_TEST_BIND_PORT).
        { at: 'tcp 49152', executable: /\/beam\.smp$/, package: 'erlang-base', user: 'rabbitmq' },
      ],
      findings: ['4369 epmd-open'],
    },
  },
  {
    name: 'sshd',
    layer: 'servers',
    entries: [{ path: 'run/sshd', type: 'directory' }],
    config: { Env: [PATH], Cmd: ['/usr/sbin/sshd', '-D', '-e'], ExposedPorts: { '22/tcp': {} } },
    truth: {
      tries: ['listening'],
      ports: [
        {
          at: 'tcp 22',
          declared: true,
          executable: '/usr/sbin/sshd',
          package: 'openssh-server',
          user: 'root',
          service: 'ssh',
        },
      ],
      // As OpenSSH does by itself, it offers umac-64.
      findings: ['22 ssh-host-key-in-image', '22 ssh-weak-algorithms'],
    },
  },
  {
    name: 'vsftpd',
    layer: 'servers',
    entries: [{ path: 'run/vsftpd/empty', type: 'directory' }],
    config: { Env: [PATH], Cmd: ['vsftpd', '/etc/vsftpd.conf', '-obackground=NO'], ExposedPorts: { '21/tcp': {} } },
    truth: {
      tries: ['listening'],
      ports: [
        {
          at: 'tcp 21',
          declared: true,
          executable: '/usr/sbin/vsftpd',
          package: 'vsftpd',
          user: 'root',
          service: 'ftp',
        },
      ],
      findings: ['21 ftp-clear-text'],
    },
  },
  {
    name: 'tomcat',
    layer: 'tomcat',
    config: {
      Env: [
        PATH,
        'CATALINA_HOME=/usr/share/tomcat10',
        'CATALINA_BASE=/var/lib/tomcat10',
        'CATALINA_TMPDIR=/tmp',
        'JAVA_HOME=/usr/lib/jvm/default-java',
      ],
      Cmd: ['/usr/share/tomcat10/bin/catalina.sh', 'run'],
      ExposedPorts: { '8080/tcp': {} },
      User: 'tomcat',
    },
    args: ['--ready-timeout', '60s'],
    truth: {
      tries: ['listening'],
      ports: [
        {
          ...{ at: 'tcp 8080', declared: true, executable: /^\/usr\/lib\/jvm\/java-21-openjdk-\w+\/bin\/java$/ },
          ...{ package: 'openjdk-21-jre-headless', user: 'tomcat', service: 'http' },
          script: 'org.apache.catalina.startup.Bootstrap',
        },
      ],
      findings: [],
    },
  },
  {
    name: 'node',
    layer: 'node',
    entries: [{ path: 'app/server.js', content: nodeServer }],
    config: {
      Env: [PATH],
      Cmd: ['node', '/app/server.js'],
      ExposedPorts: { '3000/tcp': {} },
      User: '1000',
      WorkingDir: '/app',
    },
    truth: {
      tries: ['listening'],
      ports: [
        {
          at: 'tcp 3000',
          declared: true,
          executable: '/usr/bin/node',
          package: 'nodejs',
          script: '/app/server.js',
          service: 'http',
        },
      ],
      findings: [],
    },
  },
  {
    name: 'python',
    layer: 'python',
    entries: [{ path: 'srv/notes.txt', content: 'x' }],
    config: { Env: [PATH], Cmd: ['python3', '-m', 'http.server', '8000'], User: 'nobody', WorkingDir: '/srv' },
    truth: {
      tries: ['listening'],
      ports: [
        {
          ...{ at: 'tcp 8000', executable: '/usr/bin/python3.13', package: 'python3.13-minimal', user: 'nobody' },
          ...{ script: 'http.server', service: 'http' },
        },
      ],
      findings: ['8000 directory-listing'],
    },
  },
  {
    name: 'apache',
    layer: 'servers',
    config: {
      Env: [PATH],
      Cmd: ['apache2ctl', '-DFOREGROUND'],
      ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
    },
    // Debian's configuration shows /server-status to loopback alone.
    truth: {
      tries: ['listening'],
      ports: [
        {
          at: 'tcp 80',
          declared: true,
          executable: '/usr/sbin/apache2',
          package: 'apache2-bin',
          user: 'root',
          service: 'http',
        },
        { at: 'tcp 443', declared: true, state: 'dead' },
      ],
      findings: [],
    },
  },
  {
    name: 'nginx',
    layer: 'servers',
    config: { Env: [PATH], Cmd: ['nginx', '-g', 'daemon off;'], ExposedPorts: { '80/tcp': {} } },
    truth: {
      tries: ['listening'],
      ports: [
        {
          at: 'tcp 80',
          declared: true,
          executable: '/usr/sbin/nginx',
          package: 'nginx',
          user: 'root',
          service: 'http',
        },
      ],
      findings: [],
    },
  },
  {
    name: 'redis',
    layer: 'servers',
    config: { Env: [PATH], Cmd: ['redis-server'], WorkingDir: '/tmp', ExposedPorts: { '6379/tcp': {} } },
    // Without a configuration it answers loopback alone (protected-mode).
    truth: { tries: ['listening'], ports: [{ ...redisPort, declared: true, user: 'root' }], findings: [] },
  },
  {
    name: 'memcached',
    layer: 'servers',
    config: { Env: [PATH], Cmd: ['memcached', '-u', 'nobody'], ExposedPorts: { '11211/tcp': {} } },
    truth: {
      tries: ['listening'],
      ports: [
        {
          ...{ at: 'tcp 11211', declared: true, executable: '/usr/bin/memcached', package: 'memcached' },
          ...{ user: 'nobody', service: 'memcached' },
        },
      ],
      findings: ['11211 memcached-open'],
    },
  },
  {
    name: 'lighttpd',
    layer: 'servers',
    config: { Env: [PATH], Cmd: ['lighttpd', '-D', '-f', '/etc/lighttpd/lighttpd.conf'] },
    truth: {
      tries: ['listening'],
      ports: [
        {
          at: 'tcp 80',
          executable: '/usr/sbin/lighttpd',
          package: 'lighttpd',
          user: 'www-data',
          service: 'http',
        },
      ],
      findings: [],
    },
  },
  {
    name: 'haproxy',
    layer: 'servers',
    entries: [
      {
        path: 'etc/haproxy/stats.cfg',
        content: 'frontend stats\n  bind :8404\n  mode http\n  timeout client 5s\n  stats enable\n  stats uri /\n',
      },
      { path: 'run/haproxy', type: 'directory' },
    ],
    config: {
      Env: [PATH],
      Cmd: ['haproxy', '-W', '-db', '-f', '/etc/haproxy/haproxy.cfg', '-f', '/etc/haproxy/stats.cfg'],
    },
    truth: {
      tries: ['listening'],
      ports: [
        {
          at: 'tcp 8404',
          executable: '/usr/sbin/haproxy',
          package: 'haproxy',
          service: 'http',
        },
      ],
      findings: ['8404 haproxy-stats-open'],
    },
  },
  {
    name: 'dovecot',
    layer: 'servers',
    config: { Env: [PATH], Cmd: ['dovecot', '-F'], ExposedPorts: { '143/tcp': {}, '993/tcp': {}, '110/tcp': {} } },
    truth: {
      tries: ['listening'],
      ports: [
        { at: 'tcp 110', declared: true, state: 'dead' },
        {
          ...{ at: 'tcp 143', declared: true, executable: '/usr/sbin/dovecot', package: 'dovecot-core' },
          ...{ user: 'root', service: 'imap' },
        },
        {
          ...{ at: 'tcp 993', declared: true, executable: '/usr/sbin/dovecot', package: 'dovecot-core' },
          ...{ user: 'root', service: 'imap' },
        },
      ],
      findings: ['993 tls-key-in-image', '993 tls-self-signed'],
    },
  },
];

/** Services over UDP. */
export const datagramImages: readonly ServiceImage[] = [
  {
    name: 'dnsmasq',
    layer: 'servers',
    config: { Env: [PATH], Cmd: ['dnsmasq', '-k'], ExposedPorts: { '53/udp': {}, '53/tcp': {} } },
    truth: {
      tries: ['listening'],
      ports: [
        {
          ...{ at: 'tcp 53', declared: true, executable: '/usr/sbin/dnsmasq', package: 'dnsmasq-base' },
          service: 'dns',
        },
        { at: 'udp 53', declared: true, executable: '/usr/sbin/dnsmasq', package: 'dnsmasq-base' },
      ],
      // It says that it resolves names (RFC 1035, RA): to its own network, which the caller's address is of (local-service).
      findings: ['53 dns-recursion-open', '53 dns-version', '53 dns-version-udp'],
    },
  },
  {
    name: 'unbound',
    layer: 'servers',
    entries: [{ path: 'srv/unbound.conf', content: 'server:\n  chroot: ""\n  use-syslog: no\n' }],
    config: { Env: [PATH], Cmd: ['unbound', '-d', '-p', '-c', '/srv/unbound.conf'] },
    // Whoever may ask it, which is loopback, is told its version and gets names resolved (unbound.conf(5), hide-version and
    // access-control).
    truth: {
      tries: ['listening'],
      ports: [
        {
          ...{ at: 'tcp 53', localOnly: true, executable: '/usr/sbin/unbound', package: 'unbound' },
          ...{ user: 'unbound', service: 'dns' },
        },
        { at: 'udp 53', localOnly: true, executable: '/usr/sbin/unbound', package: 'unbound', user: 'unbound' },
      ],
      findings: ['53 dns-recursion-open', '53 dns-version', '53 dns-version-udp'],
    },
  },
  {
    name: 'snmpd',
    layer: 'servers',
    entries: [{ path: 'srv/snmpd.conf', content: 'rocommunity public\n' }],
    config: {
      Env: [PATH],
      Cmd: ['snmpd', '-f', '-Lo', '-C', '-c', '/srv/snmpd.conf', 'udp:161'],
      ExposedPorts: { '161/udp': {} },
    },
    truth: {
      tries: ['listening'],
      ports: [
        { at: 'udp 161', declared: true, executable: '/usr/sbin/snmpd', package: 'snmpd' },
        // For subagents (SMUX, RFC 1227): at all addresses, unless it was built otherwise (snmpd.conf(5), smuxsocket).
        { at: 'tcp 199', executable: '/usr/sbin/snmpd', package: 'snmpd' },
      ],
      findings: ['161 snmp-public'],
    },
  },
  {
    name: 'ntpd',
    layer: 'servers',
    config: { Env: [PATH], Cmd: ['ntpd', '-n'], ExposedPorts: { '123/udp': {} } },
    truth: {
      tries: ['listening'],
      ports: [{ at: 'udp 123', declared: true, executable: '/usr/sbin/ntpd', package: 'ntpsec' }],
      findings: [],
    },
  },
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
    truth: {
      tries: ['listening'],
      ports: [{ at: 'tcp 8080', executable: '/busybox', service: 'http' }],
      findings: [],
    },
  },
  {
    name: 'read-only',
    layer: 'servers',
    config: { Env: [PATH], Cmd: ['memcached'], User: 'memcache' },
    args: ['--cage', 'strict'],
    truth: {
      tries: ['listening'],
      ports: [
        {
          ...{ at: 'tcp 11211', executable: '/usr/bin/memcached', package: 'memcached' },
          ...{ user: 'memcache', service: 'memcached' },
        },
      ],
      findings: ['11211 memcached-open'],
    },
  },
  {
    name: 'read-only-refuses',
    layer: 'servers',
    config: { Env: [PATH], Cmd: ['nginx', '-g', 'daemon off;'], ExposedPorts: { '80/tcp': {} } },
    args: ['--cage', 'strict'],
    truth: {
      tries: ['exited'],
      words: /Read-only file system|Operation not permitted|Permission denied/,
      ports: [{ at: 'tcp 80', declared: true, state: 'dead' }],
    },
  },
  {
    name: 'ends',
    layer: 'python',
    config: { Env: [PATH], Cmd: ['python3', '-c', 'import os; os.environ["DATABASE_URL"]'] },
    truth: { tries: ['exited', 'exited'], words: /KeyError: 'DATABASE_URL'/, ports: [] },
  },
  {
    name: 'waits',
    layer: 'python',
    config: { Env: [PATH], Cmd: ['python3', '-c', pythonWaits], ExposedPorts: { '8000/tcp': {} } },
    args: ['--ready-timeout', '6s'],
    truth: {
      tries: ['running'],
      words: /waiting for db\.internal/,
      ports: [{ at: 'tcp 8000', declared: true, state: 'dead' }],
      contacts: ['db.internal'],
    },
  },
  {
    name: 'late',
    layer: 'python',
    config: { Env: [PATH], Cmd: ['python3', '-c', pythonLate] },
    truth: {
      tries: ['listening'],
      ports: [{ at: 'tcp 8000', executable: '/usr/bin/python3.13', package: 'python3.13-minimal', service: 'http' }],
      findings: [],
    },
  },
  {
    name: 'forks',
    layer: 'base',
    config: { Env: [PATH], Cmd: ['sh', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 100'] },
    args: ['--ready-timeout', '5s'],
    truth: { tries: ['running'], ports: [] },
  },
  {
    name: 'no-command',
    layer: 'base',
    config: { Env: [PATH] },
    truth: { tries: ['failed'], words: /names no program to start/, ports: [] },
  },
];
