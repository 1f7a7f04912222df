import { describe, expect, it } from 'vitest';
import { judgeWith, makeLayers, makeView, type ViewParts } from '../../../test/support/view.ts';
import { isFinding } from '../../model/check.ts';
import type { FileHeader } from '../../model/file.ts';
import type { Finding } from '../../model/finding.ts';
import type { HistoryEntry } from '../../model/image.ts';
import type { Problem } from '../../model/problem.ts';
import type { Resolution } from '../../model/view.ts';
import { configuration } from './index.ts';

const now = '2026-06-01T00:00:00Z';

interface Told {
  readonly config?: Readonly<Record<string, unknown>>;
  /** Instructions as BuildKit records them; those that make no layer are told apart by their first word. */
  readonly history?: readonly string[];
  readonly names?: readonly string[];
  readonly mediaType?: string;
  readonly created?: string;
  /** Files of the merged view: mode, owner, layer. */
  readonly files?: Readonly<Record<string, { mode?: number; uid?: number; layer?: number; type?: FileHeader['type'] }>>;
  readonly passwd?: Readonly<Record<string, number>>;
}

function viewOf({ config = {}, history = [], files = {}, passwd, ...image }: Told): ViewParts {
  let layerIndex = 0;
  const entries: HistoryEntry[] = history.map((createdBy, index) => {
    const makesLayer = /^(?:RUN|COPY|ADD|WORKDIR) /.test(createdBy);
    const instruction = createdBy.replace(/ # buildkit$/, '');
    return {
      index,
      createdBy,
      instruction,
      ...(!createdBy.startsWith('/bin/sh') && { comment: 'buildkit.dockerfile.v0' }),
      ...(makesLayer && { layerIndex: layerIndex++ }),
    };
  });
  const headers = new Map(
    Object.entries(files).map(([path, { mode = 0o755, uid = 0, layer = 0, type = 'file' }]) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return [path, { layer, path, header: { path, name, type, mode, uid, gid: 0, size: 1, offset: 0 } }];
    }),
  );
  const resolve = (path: string): Resolution => {
    const file = headers.get(path);
    return file === undefined ? { found: false, reason: 'absent' } : { found: true, file };
  };
  const accounts = Object.entries(passwd ?? {}).map(([name, id], line) => {
    return { name, id, line: line + 1, password: { state: 'shadowed' } as const };
  });
  return {
    image: {
      config,
      layers: makeLayers(...Array.from({ length: Math.max(1, layerIndex) }, () => 'RUN true')),
      history: entries,
      names: ['example:1'],
      created: '2026-05-01T00:00:00Z',
      ...image,
    },
    resolve,
    list: (directory) => [...headers.values()].filter(({ path }) => path.startsWith(`${directory}/`)),
    ...(passwd !== undefined && {
      facts: [{ layer: 0, fact: { kind: 'accounts', path: 'etc/passwd', file: 'passwd', accounts, broken: 0 } }],
    }),
  };
}

async function told(
  image: Told,
): Promise<{ findings: readonly Finding[]; ids: readonly string[]; undecided: readonly string[] }> {
  const said = await judgeWith(configuration, makeView(viewOf(image)), now);
  const findings = said.filter(isFinding);
  const problems = said.filter((item): item is Problem => !isFinding(item));
  expect(problems.filter(({ code }) => code !== 'check.undecided')).toEqual([]);
  return { findings, ids: findings.map(({ id }) => id), undecided: problems.map(({ message }) => message) };
}

/** By rule: images that it speaks of, and such as it must not. */
const cases: Readonly<Record<string, { readonly fires: readonly Told[]; readonly quiet: readonly Told[] }>> = {
  'user-root': {
    fires: [
      {},
      { config: { User: 'root' } },
      { config: { User: '0' } },
      { config: { User: '0:0' } },
      { config: { User: '000' } },
      { config: { User: 'root:app' } },
      { config: { User: 'toor' }, passwd: { root: 0, toor: 0 } },
    ],
    quiet: [
      { config: { User: '1000' } },
      { config: { User: '10:0' } },
      { config: { User: 'app' }, passwd: { root: 0, app: 1000 } },
      { config: { User: 'app' } },
    ],
  },
  'user-not-numeric': { fires: [{ config: { User: 'app:app' } }], quiet: [{}, { config: { User: '1000:app' } }] },
  'start-shell-form': {
    fires: [
      { config: { Cmd: ['/bin/sh', '-c', 'app --port 1'] } },
      { config: { Entrypoint: ['/bin/bash', '-c', 'app'] } },
    ],
    quiet: [
      { config: { Cmd: ['app', '--port'] } },
      { config: { Cmd: ['/bin/sh', '-c', 'exec app'] } },
      { config: { Cmd: ['/bin/sh'] } },
    ],
  },
  'start-without-init': {
    fires: [{ config: { Entrypoint: ['/start.sh'] }, files: { 'start.sh': {} } }],
    quiet: [{ config: { Entrypoint: ['/usr/bin/tini', '--', '/start.sh'] } }, { config: { Cmd: ['/srv/app'] } }],
  },
  'stop-signal-kill': {
    fires: [{ config: { StopSignal: 'SIGKILL' } }, { config: { StopSignal: '9' } }, { config: { StopSignal: 'KILL' } }],
    quiet: [
      { config: { StopSignal: 'SIGTERM' } },
      { config: { StopSignal: '15' } },
      { config: { StopSignal: 'SIGQUIT' } },
    ],
  },
  'start-target': {
    fires: [
      { config: { Cmd: ['/srv/app'] } },
      { config: { Cmd: ['/srv/app'] }, files: { 'srv/app': { mode: 0o757 } } },
      { config: { Cmd: ['/srv/app'] }, files: { 'srv/app': { mode: 0o644 } } },
      { config: { Cmd: ['app'], Env: ['PATH=/opt:/usr/bin'] }, files: { 'usr/bin/app': { mode: 0o777 } } },
      { config: { Cmd: ['python3', '/srv/a.py'] }, files: { 'usr/bin/python3': {}, 'srv/a.py': { mode: 0o666 } } },
      { config: { Cmd: ['/srv/app'], User: '1000' }, files: { 'srv/app': { uid: 1000 } } },
    ],
    quiet: [
      { config: { Cmd: ['/srv/app'] }, files: { 'srv/app': {} } },
      { config: { Cmd: ['/srv/app'], User: '1000' }, files: { 'srv/app': { uid: 1000, mode: 0o555 } } },
      { config: { Cmd: ['$APP'] } },
      {},
    ],
  },
  'command-repeated': {
    fires: [{ history: ['CMD ["a"] # buildkit', 'CMD ["b"] # buildkit'] }],
    quiet: [
      { history: ['CMD ["a"] # buildkit'] },
      { history: ['/bin/sh -c #(nop)  CMD ["a"]', 'CMD ["b"] # buildkit'] },
    ],
  },
  'entrypoint-repeated': {
    fires: [{ history: ['ENTRYPOINT ["a"] # buildkit', 'ENTRYPOINT ["b"] # buildkit'] }],
    quiet: [{ history: ['ENTRYPOINT ["a"] # buildkit', 'CMD ["b"] # buildkit'] }],
  },
  'path-unsafe': {
    fires: [
      { config: { Env: ['PATH=/tmp/bin:/usr/bin'] } },
      { config: { Env: ['PATH=.:/usr/bin'] } },
      { config: { Env: ['PATH=/usr/bin:'] } },
      { config: { Env: ['PATH=/dev/shm'] } },
      { config: { Env: ['PATH=/opt/bin'] }, files: { 'opt/bin': { mode: 0o777, type: 'directory' } } },
    ],
    quiet: [{ config: { Env: ['PATH=/usr/local/bin:/usr/bin'] } }, { config: { Env: ['MYPATH=/tmp'] } }, {}],
  },
  'environment-dangerous': {
    fires: [
      { config: { Env: ['LD_PRELOAD=/x.so'] } },
      { config: { Env: ['NODE_OPTIONS=--inspect=0.0.0.0:9229'] } },
      { config: { Env: ['JAVA_TOOL_OPTIONS=-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005'] } },
      { config: { Env: ['FLASK_ENV=development'] } },
      { config: { Env: ['DEBUG=True'] } },
      { config: { Env: ['PYTHONPATH=/tmp/lib'] } },
    ],
    quiet: [
      { config: { Env: ['NODE_OPTIONS=--inspect=127.0.0.1', 'NODE_ENV=production', 'DEBUG=', 'LD_PRELOAD='] } },
      { config: { Env: ['PYTHONPATH=/srv/app', 'JAVA_TOOL_OPTIONS=-Xmx1g', 'DEBUG=app:*'] } },
    ],
  },
  'environment-unverified': {
    fires: [{ config: { Env: ['NODE_TLS_REJECT_UNAUTHORIZED=0'] } }, { config: { Env: ['GIT_SSL_NO_VERIFY=true'] } }],
    quiet: [{ config: { Env: ['NODE_TLS_REJECT_UNAUTHORIZED=1', 'SSL_VERIFY=1', 'PYTHONHTTPSVERIFY=1'] } }],
  },
  'port-ssh': {
    fires: [{ config: { ExposedPorts: { '22/tcp': {} } } }],
    quiet: [{ config: { ExposedPorts: { '2222/tcp': {}, '80/tcp': {} } } }],
  },
  'port-out-of-range': {
    fires: [
      { config: { ExposedPorts: { '80808/tcp': {} } } },
      { config: { ExposedPorts: { 'http/tcp': {} } } },
      { config: { ExposedPorts: { '7010-7000/tcp': {} } } },
      { config: { ExposedPorts: { '60000-70000/tcp': {} } } },
    ],
    // Ranges as buildah 1.39.3 keeps them.
    quiet: [{ config: { ExposedPorts: { '65535/udp': {}, '0/tcp': {}, '7000-7002/tcp': {} } } }],
  },
  'port-privileged': {
    fires: [{ config: { User: '1000', ExposedPorts: { '80/tcp': {} } } }],
    quiet: [
      { config: { ExposedPorts: { '80/tcp': {} } } },
      { config: { User: '1000', ExposedPorts: { '8080/tcp': {} } } },
    ],
  },
  'port-admin': {
    fires: [{ config: { ExposedPorts: { '2375/tcp': {} } } }, { config: { ExposedPorts: { '9229/tcp': {} } } }],
    quiet: [{ config: { ExposedPorts: { '8080/tcp': {}, '443/tcp': {} } } }],
  },
  'volume-system-directory': {
    fires: [
      { config: { Volumes: { '/etc': {} } } },
      { config: { Volumes: { '/': {} } } },
      { config: { Volumes: { '/var/run/docker.sock': {} } } },
      { config: { Volumes: { '/proc/sys/': {} } } },
      { config: { Volumes: { '/root/.ssh': {} } } },
      { config: { Volumes: { '/home/app': {} } } },
    ],
    quiet: [{ config: { Volumes: { '/data': {}, '/var/lib/app': {}, '/etcetera': {}, '/home/app/data': {} } } }],
  },
  'volume-changed-later': {
    fires: [
      {
        config: { Volumes: { '/data': {} } },
        history: ['RUN /bin/sh -c true # buildkit', 'VOLUME [/data]', 'COPY seed /data/ # buildkit'],
        files: { 'data/seed': { layer: 1 } },
      },
    ],
    quiet: [
      {
        config: { Volumes: { '/data': {} } },
        history: ['COPY seed /data/ # buildkit', 'VOLUME [/data]', 'RUN /bin/sh -c true # buildkit'],
        files: { 'data/seed': { layer: 0 } },
      },
    ],
  },
  'volume-over-code': {
    fires: [{ config: { Cmd: ['/srv/app'], Volumes: { '/srv': {} } } }],
    quiet: [{ config: { Cmd: ['/srv/app'], Volumes: { '/srv/data': {}, '/sr': {} } } }],
  },
  'workdir-relative': {
    fires: [{ config: { WorkingDir: 'app' } }, { history: ['WORKDIR app'] }],
    quiet: [
      { config: { WorkingDir: '/app' }, history: ['WORKDIR /app', 'WORKDIR $HOME/x'] },
      { config: { WorkingDir: 'C:\\app' } },
    ],
  },
  'workdir-system-directory': {
    fires: [
      { config: { WorkingDir: '/proc/self/fd/8' } },
      { config: { WorkingDir: '/etc' } },
      { config: { WorkingDir: '/dev/fd/3' } },
    ],
    quiet: [
      { config: { WorkingDir: '/srv' } },
      { config: { WorkingDir: '/usr/src/app' } },
      { config: { WorkingDir: '/' } },
    ],
  },
  'healthcheck-missing': {
    fires: [{}, { config: { Healthcheck: { Test: ['NONE'] } } }],
    quiet: [
      { config: { Healthcheck: { Test: ['CMD', 'true'] } } },
      { mediaType: 'application/vnd.oci.image.manifest.v1+json' },
    ],
  },
  'healthcheck-repeated': {
    fires: [
      {
        history: [
          'HEALTHCHECK &{["CMD" "a"] "0s" "0s" "0s" "0s" \'\\x00\'}',
          'HEALTHCHECK &{["CMD" "b"] "0s" "0s" "0s" "0s" \'\\x00\'}',
        ],
      },
    ],
    quiet: [{ history: ['HEALTHCHECK &{["CMD" "a"] "0s" "0s" "0s" "0s" \'\\x00\'}'] }],
  },
  'onbuild-present': { fires: [{ config: { OnBuild: ['RUN make'] } }], quiet: [{ config: { OnBuild: [] } }] },
  'onbuild-forbidden': {
    fires: [{ config: { OnBuild: ['FROM x'] } }, { config: { OnBuild: ['onbuild RUN x'] } }],
    quiet: [{ config: { OnBuild: ['RUN echo FROM'] } }],
  },
  'label-acts': {
    fires: [
      { config: { Labels: { RUN: 'docker run --privileged IMAGE' } } },
      { config: { Labels: { 'ofelia.job-exec.x.command': 'date' } } },
    ],
    quiet: [{ config: { Labels: { runtime: 'x', 'org.opencontainers.image.title': 'run' } } }],
  },
  'label-source-missing': {
    fires: [{}],
    quiet: [{ config: { Labels: { 'org.opencontainers.image.source': 'https://example.org' } } }],
  },
  'label-form': {
    fires: [
      { config: { Labels: { 'org.opencontainers.image.created': 'yesterday' } } },
      { config: { Labels: { 'org.opencontainers.image.url': 'example' } } },
      { config: { Labels: { 'org.opencontainers.image.licenses': 'MIT, Apache!' } } },
    ],
    quiet: [
      {
        config: {
          Labels: {
            'org.opencontainers.image.created': '2026-01-31T12:00:00.5+01:00',
            'org.opencontainers.image.url': 'https://example.org/',
            'org.opencontainers.image.licenses': '(MIT OR Apache-2.0) AND LicenseRef-own',
            'org.opencontainers.image.revision': 'v1.2-3',
          },
        },
      },
    ],
  },
  'label-empty': { fires: [{ config: { Labels: { a: ' ' } } }], quiet: [{ config: { Labels: { a: 'b' } } }] },
  'label-name': {
    fires: [
      { config: { Labels: { '+a': 'b' } } },
      { config: { Labels: { 'com.docker.own': 'b' } } },
      { config: { Labels: { 'a..b': 'c' } } },
    ],
    quiet: [{ config: { Labels: { 'org.example.a-b_c': 'd', 'com.docker.compose.project': 'x' } } }],
  },
  'label-authors-form': {
    fires: [{ config: { Labels: { 'org.opencontainers.image.authors': 'the team' } } }],
    quiet: [{ config: { Labels: { 'org.opencontainers.image.authors': 'A <a@example.org>' } } }, {}],
  },
  'maintainer-deprecated': {
    fires: [{ history: ['MAINTAINER a@example.org'] }, { history: ['/bin/sh -c #(nop)  MAINTAINER a'] }],
    quiet: [{ history: ['RUN /bin/sh -c echo MAINTAINER # buildkit'] }],
  },
  'tag-latest': {
    fires: [{ names: ['app:latest'] }, { names: ['registry.example:5000/app'] }],
    quiet: [{ names: ['app:1'] }, { names: ['app:latest', 'app:1'] }, { names: ['app@sha256:00'] }, { names: [] }],
  },
  'base-tag-latest': {
    fires: [
      { config: { Labels: { 'org.opencontainers.image.base.name': 'docker.io/library/debian:latest' } } },
      { config: { Labels: { 'org.opencontainers.image.base.name': 'localhost:5000/debian' } } },
    ],
    quiet: [{ config: { Labels: { 'org.opencontainers.image.base.name': 'debian:12' } } }, {}],
  },
  'created-unknown': {
    fires: [{ created: '1970-01-01T00:00:00Z' }, { created: '0000-00-00' }],
    quiet: [{ created: '2026-01-01T00:00:00Z' }, { created: '9999-12-31T23:59:59Z' }],
  },
  'configuration-odd': { fires: [{ config: { User: 1 } }], quiet: [{ config: { User: '1', Env: null } }] },
};

describe('configuration', () => {
  it('has images for every rule', () => {
    expect(Object.keys(cases).sort()).toEqual(configuration.rules.map(({ id }) => id).sort());
  });

  it.each(Object.entries(cases))('%s speaks where it should, and nowhere else', async (id, { fires, quiet }) => {
    for (const image of fires) expect((await told(image)).ids, JSON.stringify(image)).toContain(id);
    for (const image of quiet) expect((await told(image)).ids, JSON.stringify(image)).not.toContain(id);
  });

  it.each([
    ['which is not there', {}, /^Copy the program to that path/],
    ['which nobody may execute', { files: { 'srv/app': { mode: 0o644 } } }, /^Let it be executed/],
    ['which everybody may change', { files: { 'srv/app': { mode: 0o757 } } }, /^Give the file to root/],
  ])('says what helps a program %s', async (_, image, expected) => {
    const { findings } = await told({ config: { Cmd: ['/srv/app'] }, ...image });
    expect(findings.find(({ id }) => id === 'start-target')?.remediation).toMatch(expected);
  });

  it('says what it cannot decide', async () => {
    const { undecided } = await told({ names: [], mediaType: 'application/vnd.oci.image.manifest.v1+json' });
    expect(undecided.map((message) => message.replace(/ cannot be decided.*/, '')).sort()).toEqual([
      'configuration: 4 rules',
      'configuration: base-tag-latest',
      'configuration: healthcheck-missing',
      'configuration: tag-latest',
    ]);
  });

  it.each([
    [['WORKDIR /app'], true],
    [['/bin/sh -c #(nop) WORKDIR /app'], true],
    [['WORKDIR app'], false],
    [['RUN /bin/sh -c make # buildkit'], false],
  ])('says that Docker resolves what WORKDIR was given: %j is %s', async (history, isUndecided) => {
    const { undecided } = await told({ config: { WorkingDir: '/app' }, history });
    expect(undecided.some((message) => message.includes('workdir-relative'))).toBe(isUndecided);
  });

  it.each([
    ['MIT', true],
    ['Apache-2.0 OR (MIT AND BSD-3-Clause)', true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', true],
    ['GPL-2.0+', true],
    ['LicenseRef-ours', true],
    ['do what you want', false],
    ['Apache 2.0', false],
    ['MIT, BSD-3-Clause', false],
    ['(MIT', false],
    ['MIT)', false],
    ['MIT OR', false],
    ['AND MIT', false],
    ['()', false],
    ['see https://example.org/', false],
  ])('takes the licence %s for an SPDX expression: %s', async (value, isOne) => {
    const { ids } = await told({ config: { Labels: { 'org.opencontainers.image.licenses': value } } });
    expect(ids.includes('label-form')).toBe(!isOne);
  });

  it('names the instruction, and the layer that it made', async () => {
    const image = { config: { WorkingDir: '/etc' }, history: ['RUN /bin/sh -c true # buildkit', 'WORKDIR /etc'] };
    const said = (await judgeWith(configuration, makeView(viewOf(image)), now)).filter(isFinding);
    expect(said.find(({ id }) => id === 'workdir-system-directory')).toMatchObject({
      aliases: ['DS-0030'],
      historyIndex: 1,
      layer: { index: 1 },
      evidence: 'The configuration sets the working directory to /etc.',
    });
  });

  it('tells what an image does thousands of times in fifty findings and a count', async () => {
    const Labels = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`l${index}`, '']));
    const said = (await judgeWith(configuration, makeView(viewOf({ config: { Labels } })), now)).filter(isFinding);
    const empty = said.filter(({ id }) => id === 'label-empty');
    expect(empty).toHaveLength(51);
    expect(empty.at(-1)?.evidence).toBe('2950 more of the same are not told one by one.');
  });
});
