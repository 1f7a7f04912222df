import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../test/support/certificates.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { file, folderFor, LONG, look, start, stopAll } from '../../../test/support/look-at-service.ts';
import { own, whyNoProgram } from '../../../test/support/real-services.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { ImageView } from '../../model/view.ts';
import { imageKeyOf } from './image-key.ts';

afterEach(stopAll);

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
  const run = async (rest: string): Promise<number> => {
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
    return port;
  };

  it('offers weak algorithms, and has the files of its host keys in the image', async () => {
    const port = await run('Ciphers +aes128-cbc\nMACs +hmac-md5');
    const view = {
      resolve: (at: string) => ({ found: at === 'etc/ssh/ssh_host_rsa_key' }),
    } as unknown as ImageView;
    const { name, ids, evidence, problems } = await look(port, { view });
    expect(problems).toEqual([]);
    expect(name).toMatch(/^ssh OpenSSH \d/);
    expect(ids).toEqual(['ssh-weak-algorithms', 'ssh-host-key-in-image']);
    expect(evidence.get('service.ssh-weak-algorithms')).toMatch(/aes128-cbc.*hmac-md5/);
    expect(evidence.get('service.ssh-host-key-in-image')).toContain('/etc/ssh/ssh_host_rsa_key');
  });

  it('has nothing to tell of with algorithms of today', async () => {
    const port = await run('MACs hmac-sha2-256,hmac-sha2-256-etm@openssh.com\nHostKeyAlgorithms rsa-sha2-512');
    expect(await look(port)).toMatchObject({ ids: [], problems: [] });
  });
});

describe.skipIf(whyNoProgram('vsftpd'))('vsftpd', () => {
  const run = async (rest: string): Promise<number> => {
    const port = await freePort();
    const folder = temporaryFolder();
    // Every system has this user, with a home that is there: the one of its own comes with the package.
    own('daemon', folder);
    mkdirSync(path.join(folder, 'empty'));
    const fixed = `listen=YES\nlisten_address=127.0.0.1\nlisten_port=${port}\nbackground=NO\nsecure_chroot_dir=${folder}/empty\nftp_username=daemon\nanon_root=${folder}/empty\nseccomp_sandbox=NO\n`;
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
    await startNode(`--inspect=127.0.0.1:${port}`, port);
    expect((await look(port)).ids).toContain('node-inspector-open');
  });
});

async function startNode(option: string, port: number): Promise<void> {
  const script = file(temporaryFolder(), 'idle.js', 'setInterval(() => undefined, 1000);\n');
  await start(process.execPath, [option, script], port);
}
