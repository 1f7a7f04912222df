import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../test/support/certificates.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { loopbackTarget, observedPort, serviceBudget } from '../../../test/support/loopback-services.ts';
import { findProgram, own, type RealService, startService, whyNoProgram } from '../../../test/support/real-services.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { ServiceTarget } from '../../model/service-scanner.ts';
import { imageKeyOf } from './image-key.ts';
import { isServiceFinding } from './merge-findings.ts';
import { probeScanner } from './scan-services.ts';
import { starterProbes } from './starter-probes.ts';

const started: RealService[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.stop()));
});

async function start(...given: Parameters<typeof startService>): Promise<void> {
  started.push(await startService(...given));
}

const scanner = probeScanner([await starterProbes()]);

interface Seen {
  /** What it speaks, with its version where it tells. */
  readonly name: string;
  readonly ids: readonly string[];
  readonly evidence: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/** Scans a port under a number that tells nothing, unless one is given. */
async function look(port: number, more: Partial<Pick<ServiceTarget, 'keys' | 'view'>> = {}): Promise<Seen> {
  const target = loopbackTarget([observedPort(port)], more);
  const seen = { name: '', ids: [] as string[], evidence: new Map<string, string>(), problems: [] as string[] };
  for await (const item of scanner.scan(target, serviceBudget())) {
    if (!('kind' in item)) seen.problems.push(item.message);
    else if (isServiceFinding(item)) {
      seen.ids.push(item.id.replace(/^service\./, ''));
      seen.evidence.set(item.id, item.evidence);
    } else seen.name = [item.name, item.product, item.version].filter((part) => part !== undefined).join(' ');
  }
  return seen;
}

/** A folder that a user may enter. */
function folderFor(user: string): { folder: string; uid: number; gid: number } {
  const folder = temporaryFolder();
  return { folder, ...own(user, folder) };
}

function file(folder: string, name: string, text: string, user?: string): string {
  const at = path.join(folder, name);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text, { mode: 0o600 });
  if (user !== undefined) own(user, at);
  return at;
}

const LONG = 'Vb7-long-and-random-2Kq';

describe.skipIf(whyNoProgram('redis-server'))('redis', () => {
  const run = async (...more: string[]): Promise<number> => {
    const port = await freePort();
    const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', temporaryFolder()];
    await start('redis-server', [...fixed, ...more], port);
    return port;
  };

  it('is open without a password', async () => {
    const { name, ids, evidence } = await look(await run());
    expect(name).toMatch(/^redis/);
    expect(ids).toEqual(['redis-config-open', 'redis-open']);
    expect(evidence.get('service.redis-open')).toMatch(/^tcp \d+ \(redis\): .*redis_version:\d/);
  });

  it('is known by a weak password', async () => {
    expect((await look(await run('--requirepass', 'redis'))).ids).toEqual(['redis-weak-password']);
  });

  it('has nothing to tell of with a good one', async () => {
    const seen = await look(await run('--requirepass', LONG));
    expect(seen).toMatchObject({ ids: [], problems: [] });
    expect(seen.name).toBe('redis');
  });
});

describe.skipIf(whyNoProgram('memcached'))('memcached', () => {
  const run = async (...more: string[]): Promise<number> => {
    const port = await freePort();
    await start('memcached', ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-u', 'nobody', ...more], port);
    return port;
  };

  it('is open without a password', async () => {
    const { name, ids } = await look(await run());
    expect(name).toMatch(/^memcached memcached 1\.\d/);
    expect(ids).toEqual(['memcached-open']);
  });

  it('has nothing to tell of with one', async () => {
    const { folder } = folderFor('nobody');
    const { name, ids } = await look(await run('-Y', file(folder, 'passwords', `user:${LONG}\n`, 'nobody')));
    expect({ name, ids }).toEqual({ name: 'memcached memcached', ids: [] });
  });
});

describe.skipIf(whyNoProgram('nginx'))('nginx', () => {
  const run = async (server: string, files: Readonly<Record<string, string>> = {}): Promise<number> => {
    const port = await freePort();
    const folder = temporaryFolder();
    own('www-data', folder);
    for (const [name, text] of Object.entries(files)) file(folder, name, text, 'www-data');
    const conf = file(
      folder,
      'nginx.conf',
      `daemon off; pid ${folder}/pid; error_log stderr; user www-data;
       events {} http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
       uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       server { listen 127.0.0.1:${port}${server.includes('ssl_') ? ' ssl' : ''}; root ${folder}; ${server.replaceAll('FOLDER', folder)} } }`,
    );
    await start('nginx', ['-c', conf, '-p', folder], port);
    return port;
  };

  it('leaks what should not be served', async () => {
    const port = await run(
      'autoindex on; location = /nginx_status { stub_status; } location /static { alias FOLDER/site/; }',
      {
        '.git/config': '[core]\n\tbare = false\n',
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.env': 'DB_PASSWORD=hunter2hunter2\n',
        'backup.sql': 'CREATE TABLE users (id int);\n',
        'site/index.html': 'x',
      },
    );
    const { name, ids, evidence } = await look(port);
    expect(name).toMatch(/^http nginx/);
    expect(ids).toEqual(
      expect.arrayContaining([
        'git-exposed',
        'git-head-exposed',
        'env-file-exposed',
        'database-dump-exposed',
        'directory-listing',
        'nginx-status-open',
      ]),
    );
    expect(evidence.get('service.env-file-exposed')).not.toContain('hunter2hunter2');
  });

  it('has little to tell of when it is set up with care', async () => {
    const port = await run(
      'server_tokens off; add_header X-Content-Type-Options nosniff always; location ~ /\\. { return 404; }',
      {
        '.git/config': '[core]\n',
        'index.html': '<h1>shop</h1>',
      },
    );
    expect((await look(port)).ids).toEqual([]);
  });

  it.skipIf(whyNoProgram('openssl'))('speaks old TLS with a key of the image', async () => {
    const { certificate, key } = makeCertificate('example.test', 'DNS:example.test');
    const old =
      'ssl_certificate FOLDER/c.pem; ssl_certificate_key FOLDER/k.pem; ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:eNULL:@SECLEVEL=0;';
    const port = await run(old, { 'c.pem': certificate, 'k.pem': key });
    const keys = [imageKeyOf(key, 'etc/nginx/key.pem')!];
    const { ids, evidence, problems } = await look(port, { keys });
    expect(problems).toEqual([]);
    expect(ids).toEqual(
      expect.arrayContaining(['tls-old-version', 'tls-weak-cipher', 'tls-self-signed', 'tls-key-in-image']),
    );
    expect(evidence.get('service.tls-old-version')).toContain('TLS 1.0');
    expect(evidence.get('service.tls-weak-cipher')).toContain('no encryption');
    expect(evidence.get('service.tls-key-in-image')).toContain('etc/nginx/key.pem');
  });

  it.skipIf(whyNoProgram('openssl'))('speaks new TLS with a key from elsewhere', async () => {
    const { certificate, key } = makeCertificate('example.test', 'DNS:example.test');
    const port = await run(
      'ssl_certificate FOLDER/c.pem; ssl_certificate_key FOLDER/k.pem; ssl_protocols TLSv1.2 TLSv1.3;',
      { 'c.pem': certificate, 'k.pem': key },
    );
    const other = makeCertificate('other.test').key;
    const { ids } = await look(port, { keys: [imageKeyOf(other, 'etc/key.pem')!] });
    expect(ids.filter((id) => id.startsWith('tls-'))).toEqual(['tls-self-signed']);
  });
});

describe.skipIf(whyNoProgram('mosquitto'))('mosquitto', () => {
  const run = async (rest: string): Promise<number> => {
    const port = await freePort();
    const { folder } = folderFor('nobody');
    await start('mosquitto', ['-c', file(folder, 'conf', `user root\nlistener ${port} 127.0.0.1\n${rest}\n`)], port);
    return port;
  };

  it('is open to anybody', async () => {
    expect(await look(await run('allow_anonymous true'))).toMatchObject({ name: 'mqtt', ids: ['mqtt-open'] });
  });

  it('has nothing to tell of with passwords', async () => {
    expect(await look(await run('allow_anonymous false'))).toMatchObject({ name: 'mqtt', ids: [] });
  });
});

describe.skipIf(whyNoProgram('sshd') ?? whyNoProgram('ssh-keygen'))('sshd', () => {
  const run = async (rest: string): Promise<{ port: number; key: string }> => {
    const port = await freePort();
    const folder = temporaryFolder();
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const key = path.join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '', '-f', key]);
    const conf = file(
      folder,
      'conf',
      `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${key}\nPidFile none\nStrictModes no\nUsePAM no\n${rest}\n`,
    );
    await start('sshd', ['-D', '-e', '-f', conf], port);
    return { port, key };
  };

  it('takes passwords, with weak algorithms and a key of the image', async () => {
    const { port, key } = await run(
      'PermitRootLogin yes\nPasswordAuthentication yes\nCiphers +aes128-cbc\nMACs +hmac-md5',
    );
    const pem = execFileSync('cat', [key], { encoding: 'utf8' });
    const { name, ids, evidence } = await look(port, { keys: [imageKeyOf(pem, 'etc/ssh/ssh_host_rsa_key')!] });
    expect(name).toMatch(/^ssh OpenSSH \d/);
    expect(ids).toEqual(['ssh-weak-algorithms', 'ssh-host-key-in-image', 'ssh-password-login']);
    expect(evidence.get('service.ssh-weak-algorithms')).toMatch(/aes128-cbc.*hmac-md5/);
    const fingerprint = execFileSync('ssh-keygen', ['-lf', key], { encoding: 'utf8' }).split(' ')[1]!;
    expect(evidence.get('service.ssh-host-key-in-image')).toContain(fingerprint);
    expect(evidence.get('service.ssh-password-login')).toMatch(/publickey, password/);
  });

  it('has nothing to tell of with keys alone', async () => {
    const { port } = await run(
      'PasswordAuthentication no\nKbdInteractiveAuthentication no\nMACs hmac-sha2-256,hmac-sha2-256-etm@openssh.com\nHostKeyAlgorithms rsa-sha2-512',
    );
    expect(await look(port)).toMatchObject({ ids: [], problems: [] });
  });
});

describe.skipIf(whyNoProgram('vsftpd'))('vsftpd', () => {
  const run = async (rest: string): Promise<number> => {
    const port = await freePort();
    const folder = temporaryFolder();
    own('ftp', folder);
    mkdirSync(path.join(folder, 'empty'));
    const fixed = `listen=YES\nlisten_address=127.0.0.1\nlisten_port=${port}\nbackground=NO\nsecure_chroot_dir=${folder}/empty\nseccomp_sandbox=NO\n`;
    await start('vsftpd', [file(folder, 'conf', `${fixed}${rest}\n`)], port);
    return port;
  };

  it('lets anybody in', async () => {
    const { name, ids } = await look(await run('anonymous_enable=YES\nlocal_enable=NO'));
    expect(name).toMatch(/^ftp vsftpd 3/);
    expect(ids).toEqual(expect.arrayContaining(['ftp-anonymous', 'ftp-clear-text']));
  });

  it('lets nobody in', async () => {
    expect((await look(await run('anonymous_enable=NO\nlocal_enable=YES'))).ids).toEqual(['ftp-clear-text']);
  });
});

describe.skipIf(whyNoProgram('rsync'))('rsync', () => {
  const run = async (rest: string): Promise<number> => {
    const port = await freePort();
    const folder = temporaryFolder();
    const conf = file(
      folder,
      'conf',
      `port = ${port}\naddress = 127.0.0.1\nuse chroot = no\n[data]\npath = ${folder}\ncomment = all data\n${rest}\n`,
    );
    await start('rsync', ['--daemon', '--no-detach', `--config=${conf}`], port);
    return port;
  };

  it('lists its modules', async () => {
    const { name, ids, evidence } = await look(await run(''));
    expect(name).toMatch(/^rsync rsync 3\d/);
    expect(ids).toEqual(['rsync-modules-open']);
    expect(evidence.get('service.rsync-modules-open')).toContain('data');
  });

  it('lists nothing', async () => {
    expect((await look(await run('list = no'))).ids).toEqual([]);
  });
});

describe.skipIf(whyNoProgram('etcd'))('etcd', () => {
  it('lists its keys to anybody, and to nobody once it asks for passwords', async () => {
    const [port, peer] = [await freePort(), await freePort()];
    const at = `http://127.0.0.1:${port}`;
    const by = `http://127.0.0.1:${peer}`;
    await start(
      'etcd',
      [
        '--data-dir',
        temporaryFolder(),
        '--listen-client-urls',
        at,
        '--advertise-client-urls',
        at,
        '--listen-peer-urls',
        by,
        '--initial-advertise-peer-urls',
        by,
        '--initial-cluster',
        `default=${by}`,
      ],
      port,
    );
    expect((await look(port)).ids).toEqual(expect.arrayContaining(['etcd-open', 'etcd-version', 'metrics-open']));
    for (const [call, body] of [
      ['auth/user/add', { name: 'root', password: LONG }],
      ['auth/role/add', { name: 'root' }],
      ['auth/user/grant', { user: 'root', role: 'root' }],
      ['auth/enable', {}],
    ] as const) {
      const answer = await fetch(`${at}/v3/${call}`, { method: 'POST', body: JSON.stringify(body) });
      expect(answer.status, call).toBe(200);
    }
    expect((await look(port)).ids).not.toContain('etcd-open');
  });
});

describe.skipIf(whyNoProgram('nats-server'))('NATS', () => {
  it('takes anybody, and shows itself', async () => {
    const [port, monitor] = [await freePort(), await freePort()];
    await start('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-m', String(monitor)], port);
    const seen = await look(port);
    expect(seen.name).toMatch(/^nats NATS \d/);
    expect(seen.ids).toEqual(['nats-open']);
    expect((await look(monitor)).ids).toContain('nats-monitoring-open');
  });

  it('takes nobody without a password', async () => {
    const port = await freePort();
    await start('nats-server', ['-a', '127.0.0.1', '-p', String(port), '--user', 'u', '--pass', LONG], port);
    expect((await look(port)).ids).toEqual([]);
  });
});

describe.skipIf(whyNoProgram('prometheus'))('prometheus', () => {
  const run = async (...more: string[]): Promise<number> => {
    const port = await freePort();
    const folder = temporaryFolder();
    const conf = file(folder, 'p.yml', 'global: {}\n');
    await start(
      'prometheus',
      [
        `--config.file=${conf}`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        ...more,
      ],
      port,
    );
    return port;
  };

  it('shows its configuration', async () => {
    expect((await look(await run())).ids).toEqual(expect.arrayContaining(['prometheus-open', 'metrics-open']));
  });

  it('shows nothing without a password', async () => {
    // A hash of bcrypt of a password that nobody knows any more.
    const web = file(
      temporaryFolder(),
      'web.yml',
      'basic_auth_users:\n  u: $2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay\n',
    );
    const { ids } = await look(await run(`--web.config.file=${web}`));
    expect(ids.filter((id) => id.endsWith('-open'))).toEqual([]);
  });
});

describe.skipIf(whyNoProgram('mariadbd') ?? whyNoProgram('mariadb-install-db'))('mariadb', () => {
  it('lets root in without a password, with a weak one, and not with a good one', async () => {
    const port = await freePort();
    const { folder, uid, gid } = folderFor('nobody');
    const data = path.join(folder, 'data');
    const fixed = ['--no-defaults', `--datadir=${data}`, `--tmpdir=${folder}`];
    execFileSync(
      findProgram('mariadb-install-db')!,
      [...fixed, '--auth-root-authentication-method=normal', '--skip-test-db'],
      { uid, gid, stdio: 'ignore' },
    );
    const socket = path.join(folder, 's');
    await start(
      'mariadbd',
      [...fixed, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${socket}`, `--pid-file=${folder}/pid`],
      port,
      { uid, gid },
    );
    const set = (from: string, to: string): void => {
      const sql = `ALTER USER root@localhost IDENTIFIED BY '${to}'; DELETE FROM mysql.global_priv WHERE user = 'root' AND host <> 'localhost'; FLUSH PRIVILEGES; ALTER USER root@localhost IDENTIFIED BY '${to}';`;
      execFileSync('mariadb', [
        '--no-defaults',
        `--socket=${socket}`,
        '-uroot',
        ...(from === '' ? [] : [`-p${from}`]),
        '-e',
        sql,
      ]);
    };
    const open = await look(port);
    expect(open.name).toMatch(/^mysql MariaDB \d/);
    expect(open.ids).toContain('mysql-root-open');
    set('', 'root');
    expect((await look(port)).ids).toEqual(['mysql-weak-password']);
    set('root', LONG);
    expect((await look(port)).ids).toEqual([]);
  });
});

describe.skipIf(whyNoProgram('postgres') ?? whyNoProgram('initdb'))('postgresql', () => {
  const run = async (method: string, password: string): Promise<number> => {
    const port = await freePort();
    const { folder, uid, gid } = folderFor('postgres');
    const data = path.join(folder, 'data');
    const words = file(folder, 'password', password, 'postgres');
    execFileSync(
      findProgram('initdb')!,
      ['-D', data, '-U', 'postgres', '-A', method, '-N', '--no-locale', '-E', 'UTF8', `--pwfile=${words}`],
      { uid, gid, stdio: 'ignore', cwd: folder },
    );
    await start(
      'postgres',
      ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder, '-c', 'fsync=off'],
      port,
      { uid, gid, cwd: folder },
    );
    return port;
  };

  it('lets its superuser in without a password', async () => {
    expect(await look(await run('trust', LONG))).toMatchObject({ name: 'postgresql', ids: ['postgresql-trust'] });
  });

  it.each(['md5', 'scram-sha-256', 'password'])('is known by a weak password: %s', async (method) => {
    expect((await look(await run(method, 'mysecretpassword'))).ids).toEqual(['postgresql-weak-password']);
  });

  it('has nothing to tell of with a good one', async () => {
    expect(await look(await run('scram-sha-256', LONG))).toMatchObject({ name: 'postgresql', ids: [], problems: [] });
  });
});

describe.skipIf(whyNoProgram('epmd'))('epmd', () => {
  it('names the nodes of Erlang', async () => {
    const port = await freePort();
    await start('epmd', ['-port', String(port), '-address', '127.0.0.1'], port);
    expect(await look(port)).toMatchObject({ name: 'epmd', ids: ['epmd-open'] });
  });
});

describe('node', () => {
  it('is open to debuggers', async () => {
    const port = await freePort();
    started.push(await startNode(`--inspect=127.0.0.1:${port}`, port));
    expect((await look(port)).ids).toContain('node-inspector-open');
  });
});

async function startNode(option: string, port: number): Promise<RealService> {
  const script = file(temporaryFolder(), 'idle.js', 'setInterval(() => undefined, 1000);\n');
  return await startService(process.execPath, [option, script], port);
}
