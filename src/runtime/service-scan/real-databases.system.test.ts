import { execFileSync } from 'node:child_process';

import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../test/support/free-port.ts';
import { file, folderFor, LONG, look, start, stopAll } from '../../../test/support/look-at-service.ts';
import { findProgram, whyNoProgram } from '../../../test/support/real-services.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';

afterEach(stopAll);

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
    expect(evidence.get('service.redis-open')).toMatch(
      /^tcp \d+ \(redis\), asked from loopback inside the container: .*redis_version:\d/,
    );
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
